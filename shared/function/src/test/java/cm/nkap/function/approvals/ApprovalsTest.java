package cm.nkap.function.approvals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cm.nkap.function.Caller;
import cm.nkap.function.Orgs;
import cm.nkap.function.Problem;
import cm.nkap.function.Role;
import cm.nkap.function.Tx;
import cm.nkap.function.approvals.Approval.Status;
import cm.nkap.function.approvals.Office.Rename;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ApprovalsTest {
    @SuppressWarnings("NullAway.Init") // made before the first test
    private static Office office;

    @BeforeAll
    static void open() {
        office = new Office();
    }

    @AfterAll
    static void close() {
        office.close();
    }

    private static void refused(int status, String code, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(Problem.class, problem -> {
            assertThat(problem.status()).isEqualTo(status);
            assertThat(problem.code()).isEqualTo(code);
        });
    }

    @Test
    void aSecondPersonsWordMakesTheChange() {
        long note = office.note();
        var asked = office.request(Office.MAKER, new Rename(note, "new", 1));
        assertThat(office.text(note)).isEqualTo("old 0");

        var done = office.approve(Office.CHECKER, asked.id());

        assertThat(office.text(note)).isEqualTo("new 1");
        assertThat(done.status()).isEqualTo(Status.EXECUTED);
        assertThat(done.result()).isEqualTo("note_" + note);
        assertThat(done.decisions()).singleElement().satisfies(word -> assertThat(word.person())
                .isEqualTo("checker"));
        assertThat(done.payload().toString()).isEqualTo("{\"note\":" + note + ",\"people\":1,\"text\":\"new\"}");
        assertThat(office.look(asked.id())).isEqualTo(done);
    }

    @Test
    void aPersonNeverDecidesWhatTheSamePersonAskedFor() {
        var id = office.waiting();
        var sameAccount = Office.MAKER;
        var otherAccount = Office.person("s-maker-2", "maker", "nkap", Role.TREASURY);
        var otherOrganisation = Office.person("s-maker-3", "maker", "elsewhere", Role.PLATFORM);
        var otherPersonOfTheAccount = Office.person("s-maker", "maker-2", "nkap", Role.PLATFORM);

        for (var again : List.of(sameAccount, otherAccount, otherOrganisation, otherPersonOfTheAccount)) {
            refused(403, "maker_may_not_decide", () -> office.approve(again, id));
            refused(403, "maker_may_not_decide", () -> office.reject(again, id));
        }
        assertThat(office.look(id).status()).isEqualTo(Status.PENDING);
    }

    @Test
    void aProgramNeitherAsksNorDecides() {
        var id = office.waiting();
        var program = new Caller("s-program", "nkap", Office.MAKER.roles(), "server");

        refused(403, "forbidden", () -> office.request(program, new Rename(office.note(), "new", 1)));
        refused(403, "forbidden", () -> office.approve(program, id));
        refused(403, "forbidden", () -> office.as(program, tx -> Approvals.cancel(tx, Office.by(program), id)));
    }

    @Test
    void onlyTheRolesOfTheKindDecideAndNobodyElseSeesIt() {
        var id = office.waiting();
        var admin = Office.person("s-admin", "admin", Office.SHOP, Role.ORG_ADMIN);
        var stranger = Office.person("s-stranger", "stranger", "librairie", Role.ORG_ADMIN);

        refused(403, "forbidden", () -> office.approve(admin, id));
        refused(404, "not_found", () -> office.approve(stranger, id));
        refused(404, "not_found", () -> office.approve(Office.CHECKER, "ap_nothing"));
        refused(
                409,
                "state_conflict",
                () -> office.as(
                        Office.CHECKER, tx -> new Approvals(List.of()).approve(tx, Office.by(Office.CHECKER), id, "")));
    }

    @Test
    void twoMoreAreNeededWhereTheKindSaysSo() {
        long note = office.note();
        var id = office.request(Office.MAKER, new Rename(note, "new", 2)).id();

        assertThat(office.approve(Office.CHECKER, id).status()).isEqualTo(Status.PENDING);
        assertThat(office.text(note)).isEqualTo("old 0");
        refused(409, "state_conflict", () -> office.approve(Office.CHECKER, id));
        refused(
                409,
                "state_conflict",
                () -> office.approve(Office.person("s-checker-2", "checker", "nkap", Role.PLATFORM), id));

        assertThat(office.approve(Office.THIRD, id).status()).isEqualTo(Status.EXECUTED);
        assertThat(office.text(note)).isEqualTo("new 1");
    }

    @Test
    void oneNoEndsItEvenAfterAYes() {
        long note = office.note();
        var id = office.request(Office.MAKER, new Rename(note, "new", 2)).id();
        office.approve(Office.CHECKER, id);

        var rejected = office.reject(Office.THIRD, id);

        assertThat(rejected.status()).isEqualTo(Status.REJECTED);
        refused(
                409,
                "state_conflict",
                () -> office.approve(Office.person("s-fourth", "fourth", "nkap", Role.PLATFORM), id));
        assertThat(office.text(note)).isEqualTo("old 0");
    }

    @Test
    void whatWasEditedAfterItWasAskedForIsNotDone() {
        long note = office.note();
        var id = office.request(Office.MAKER, new Rename(note, "new", 1)).id();
        var edited = Office.engine(new Office.Renaming() {
            @Override
            public Rename current(Tx tx, Rename approved) {
                return new Rename(approved.note(), approved.text() + "er", approved.people());
            }
        });

        refused(
                409,
                "approval_payload_changed",
                () -> office.as(Office.CHECKER, tx -> edited.approve(tx, Office.by(Office.CHECKER), id, "")));
        assertThat(office.text(note)).isEqualTo("old 0");
        assertThat(office.look(id).decisions()).isEmpty();
    }

    @Test
    void whatChangedMeanwhileIsNotChangedAgain() {
        long note = office.note();
        var first = office.request(Office.MAKER, new Rename(note, "new", 1)).id();
        var second = office.request(Office.MAKER, new Rename(note, "newer", 1)).id();
        office.approve(Office.CHECKER, first);

        refused(409, "state_conflict", () -> office.approve(Office.CHECKER, second));
        assertThat(office.text(note)).isEqualTo("new 1");
    }

    @Test
    void anExecutorThatRefusesLeavesTheRequestWaiting() {
        var id = office.waiting();
        var refusing = Office.engine(new Office.Renaming() {
            @Override
            public String execute(Tx tx, cm.nkap.function.Call call, Rename payload) {
                super.execute(tx, call, payload);
                throw Problem.stateConflict("not today");
            }
        });

        refused(
                409,
                "state_conflict",
                () -> office.as(Office.CHECKER, tx -> refusing.approve(tx, Office.by(Office.CHECKER), id, "")));

        assertThat(office.look(id).status()).isEqualTo(Status.PENDING);
        assertThat(office.approve(Office.CHECKER, id).status()).isEqualTo(Status.EXECUTED);
    }

    @Test
    void theMakerTakesItBackUnderAnyAccountAndNobodyElseDoes() {
        var id = office.waiting();
        var otherAccount = Office.person("s-maker-2", "maker", "nkap", Role.PLATFORM);

        refused(
                403,
                "forbidden",
                () -> office.as(Office.CHECKER, tx -> Approvals.cancel(tx, Office.by(Office.CHECKER), id)));
        assertThat(office.as(otherAccount, tx -> Approvals.cancel(tx, Office.by(otherAccount), id))
                        .status())
                .isEqualTo(Status.CANCELED);
        refused(409, "state_conflict", () -> office.approve(Office.CHECKER, id));
    }

    @Test
    void whatNobodyDecidedInItsTimeIsOver() throws SQLException {
        var id = office.waiting();
        age(id);

        assertThat(office.look(id).status()).as("before the sweep").isEqualTo(Status.EXPIRED);
        refused(409, "state_conflict", () -> office.approve(Office.CHECKER, id));
        refused(409, "state_conflict", () -> office.reject(Office.CHECKER, id));

        assertThat(sweep()).isPositive();
        assertThat(office.look(id).endedAt()).isNotNull();
        assertThat(sweep()).isZero();
    }

    private static int sweep() {
        return office.database.inTransaction(Orgs.all(), tx -> Approvals.expire(tx, 1_000));
    }

    /** As if it had been asked for two days ago. */
    private static void age(String id) throws SQLException {
        office.withoutTriggers("UPDATE shell.approval_request SET created_at = created_at - interval '2 days',"
                + " expires_at = expires_at - interval '2 days' WHERE id = '" + id + "'");
    }

    @Test
    void ofEightWhoDecideAtOnceExactlyOneMakesTheChange() throws InterruptedException {
        int requests = 200;
        long[] notes =
                IntStream.range(0, requests).mapToLong(i -> office.note()).toArray();
        var ids = IntStream.range(0, requests)
                .mapToObj(i -> office.request(Office.MAKER, new Rename(notes[i], "new", 1))
                        .id())
                .toList();
        var executed = new AtomicInteger();
        List<Future<?>> racing = new ArrayList<>();
        try (var people = Executors.newFixedThreadPool(8)) {
            for (var id : ids) {
                for (int i = 0; i < 8; i++) {
                    var checker = Office.person("s-" + i, "racer-" + i, "nkap", Role.TREASURY);
                    racing.add(people.submit(() -> {
                        if (decided(checker, id)) {
                            executed.incrementAndGet();
                        }
                    }));
                }
            }
        }

        assertThat(racing).allSatisfy(one -> assertThat(one.state()).isEqualTo(Future.State.SUCCESS));
        assertThat(executed).hasValue(requests);
        for (int i = 0; i < requests; i++) {
            assertThat(office.text(notes[i])).isEqualTo("new 1");
        }
    }

    /** True when this one made the change, false when somebody else had. */
    private static boolean decided(Caller checker, String id) {
        while (true) {
            try {
                return office.approve(checker, id).status() == Status.EXECUTED;
            } catch (Problem refusal) {
                if (refusal.status() != 503) {
                    assertThat(refusal.code()).isEqualTo("state_conflict");
                    return false;
                }
            }
        }
    }
}
