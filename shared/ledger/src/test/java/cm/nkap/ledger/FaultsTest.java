package cm.nkap.ledger;

import static cm.nkap.ledger.Books.BANK;
import static cm.nkap.ledger.Books.DOUALA;
import static cm.nkap.ledger.Books.EVERY_TENANT;
import static cm.nkap.ledger.Books.FLOAT;
import static cm.nkap.ledger.Books.move;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cm.nkap.testing.Until;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The database fails in the middle of posting, as databases do: nothing stands, and the next try is as the first. */
@Timeout(120)
class FaultsTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private final Books books = Books.withAccounts();
    private final ExecutorService threads = Executors.newFixedThreadPool(16);

    @AfterEach
    void booksAreSound() {
        threads.shutdownNow();
        books.close();
    }

    /** Serialization failure and too many connections, at each table; deadlock and cancelling come for real below. */
    static Stream<Arguments> faults() {
        return at("40001", "53300");
    }

    /** One that is the batch's own, one that is everybody's. */
    static Stream<Arguments> batchFaults() {
        return at("40001", "57P01");
    }

    private static Stream<Arguments> at(String... states) {
        List<String> places = List.of(
                "INSERT ON ledger.journal",
                "UPDATE ON ledger.balance",
                "INSERT ON ledger.posting",
                "UPDATE ON ledger.head");
        return Stream.of(states).flatMap(state -> places.stream().map(place -> Arguments.of(state, place)));
    }

    @ParameterizedTest(name = "{0} at {1}")
    @MethodSource("faults")
    void aFailureInTheMiddleLeavesNothing(String state, String place) {
        books.post(move("before", FLOAT, BANK, 1_000));
        failAt(1, state, place);
        Journal journal = move("a", FLOAT, DOUALA, 5);

        assertThat(ProtectionTest.stateOf(() -> books.post(journal))).isEqualTo(state);
        books.assertSound();
        assertThat(books.post(journal, move("short", DOUALA, BANK, 6)))
                .containsExactly(new Verdict.Posted(2), new Verdict.InsufficientFunds(DOUALA));
        assertThat(books.post(journal)).containsExactly(new Verdict.Replayed(2));
    }

    @ParameterizedTest(name = "{0} at {1}")
    @MethodSource("batchFaults")
    void aBatchThatMeetsAFailureIsAnsweredAllTheSame(String state, String place) throws Exception {
        failAt(2, state, place);
        try (Teller teller = new Teller(books.ledger, books.database().app());
                Handle head = Jdbi.open(books.database().admin())) {
            GroupCommit<Journal, Verdict> group = teller.shared(50);
            head.begin();
            head.execute("SELECT FROM ledger.head FOR UPDATE");
            // one waits for the head, all others for its batch: they are the second, and it fails
            AtomicInteger unknown = new AtomicInteger();
            List<Future<Verdict>> answers = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                Journal journal = move("a" + i, FLOAT, DOUALA, 5);
                answers.add(threads.submit(() -> Callers.untilAnswered(group::submit, journal, unknown)));
                Sessions.awaitWaiting(books, 1);
            }
            Until.holds(LIMIT, "the others wait", () -> group.waiting() == 11);
            head.rollback();
            List<Long> numbers = new ArrayList<>();
            for (Future<Verdict> answer : answers) {
                Answers.seq(answer.get()).ifPresent(numbers::add);
            }
            assertThat(numbers).hasSize(12).doesNotHaveDuplicates();
            assertThat(books.amount(DOUALA)).isEqualTo(60);
        }
    }

    @Test
    void whoIsCancelledWhileWaitingHasPostedNothing() throws Exception {
        Journal journal = move("a", FLOAT, DOUALA, 5);
        try (Handle waiting = books.newSession()) {
            holdHead();
            Future<String> failure = threads.submit(() -> ProtectionTest.stateOf(() -> books.postIn(waiting, journal)));
            Sessions.awaitWaiting(books, 1);
            signal("pg_cancel_backend");
            assertThat(failure.get()).isEqualTo("57014");
            books.session().rollback();
            assertThat(books.postIn(waiting, journal)).containsExactly(new Verdict.Posted(1));
        }
    }

    @Test
    void whoseSessionIsEndedWhileWaitingHasPostedNothing() throws Exception {
        Journal journal = move("a", FLOAT, DOUALA, 5);
        try (Teller teller = new Teller(books.ledger, books.database().app())) {
            holdHead();
            Future<String> failure = threads.submit(() -> ProtectionTest.stateOf(() -> teller.post(journal)));
            Sessions.awaitWaiting(books, 1);
            signal("pg_terminate_backend");
            assertThat(failure.get()).isEqualTo("57P01");
            books.session().rollback();
            assertThat(teller.post(journal)).isEqualTo(new Verdict.Posted(1));
        }
    }

    @Test
    void whoWaitsTooLongHasPostedNothing() {
        Journal journal = move("a", FLOAT, DOUALA, 5);
        try (Handle waiting = books.newSession()) {
            holdHead();
            waiting.execute("SET lock_timeout = '50ms'");
            assertThat(ProtectionTest.stateOf(() -> books.postIn(waiting, journal)))
                    .isEqualTo("55P03");
            waiting.execute("SET lock_timeout = 0");
            waiting.execute("SET statement_timeout = '50ms'");
            assertThat(ProtectionTest.stateOf(() -> books.postIn(waiting, journal)))
                    .isEqualTo("57014");
            waiting.execute("SET statement_timeout = 0");
            books.session().rollback();
            assertThat(books.postIn(waiting, journal)).containsExactly(new Verdict.Posted(1));
        }
    }

    /** Two operations that lock rows of their own in the wrong order around their posting. */
    @Test
    void theVictimOfADeadlockHasPostedNothing() throws Exception {
        Journal first = move("a", FLOAT, DOUALA, 5);
        Journal second = move("b", FLOAT, DOUALA, 7);
        try (Handle one = books.newSession();
                Handle other = books.newSession()) {
            lockRow(one.begin());
            other.begin();
            Books.see(other, EVERY_TENANT);
            assertThat(books.ledger.post(other, List.of(second))).containsExactly(new Verdict.Posted(1));
            Future<String> posting = threads.submit(() -> ProtectionTest.stateOf(() -> {
                Books.see(one, EVERY_TENANT);
                books.ledger.post(one, List.of(first));
                one.commit();
            }));
            Sessions.awaitWaiting(books, 1);
            String locking = ProtectionTest.stateOf(() -> {
                lockRow(other);
                other.commit();
            });
            if (locking.equals("40P01")) {
                other.rollback();
            }
            String posted = posting.get();
            if (posted.equals("40P01")) {
                one.rollback();
            }
            assertThat(Set.of(locking, posted)).containsExactlyInAnyOrder("40P01", "not refused");
            assertThat(books.post(first, second)).hasSize(2).allMatch(Verdict::stands);
            assertThat(books.amount(DOUALA)).isEqualTo(12);
        }
    }

    @Test
    void aDatabaseWithoutRoomForOneMoreConnectionHasPostedNothing() {
        Journal journal = move("a", FLOAT, DOUALA, 5);
        try (Teller teller = new Teller(books.ledger, books.database().app())) {
            connectionLimit(1);
            assertThatThrownBy(() -> teller.post(journal))
                    .isInstanceOf(JdbiException.class)
                    .hasMessageContaining("too many connections");
            connectionLimit(-1);
            assertThat(teller.post(journal)).isEqualTo(new Verdict.Posted(1));
        }
    }

    private void holdHead() {
        books.session().begin();
        Books.see(books.session(), EVERY_TENANT);
        books.ledger.post(books.session(), List.of(move("held", FLOAT, DOUALA, 1)));
    }

    private static void lockRow(Handle session) {
        session.createQuery("SELECT true FROM pg_advisory_xact_lock(7)")
                .mapTo(Boolean.class)
                .one();
    }

    private void signal(String function) {
        books.admin(admin -> admin.createQuery("SELECT bool_and(" + function + """
                        (pid)) FROM pg_stat_activity
                        WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0
                        """)
                .mapTo(Boolean.class)
                .one());
    }

    private void connectionLimit(int many) {
        books.admin(admin -> admin.execute("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I CONNECTION LIMIT " + many
                + "', current_database()); END $$"));
    }

    /** The first statement of this kind fails so, or the second; a sequence does not roll back. */
    private void failAt(int time, String state, String place) {
        books.admin(
                admin -> admin.execute("""
                CREATE SEQUENCE public.failures;
                GRANT USAGE ON SCHEMA public TO nkap_owner;
                GRANT USAGE ON SEQUENCE public.failures TO nkap_owner;
                CREATE FUNCTION public.fail() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    IF nextval('public.failures') = %d THEN RAISE EXCEPTION 'as planned' USING ERRCODE = '%s'; END IF;
                    RETURN NULL;
                END $$;
                CREATE TRIGGER fault AFTER %s FOR EACH STATEMENT EXECUTE FUNCTION public.fail();
                ALTER TABLE %s ENABLE ALWAYS TRIGGER fault
                """.formatted(time, state, place, place.substring(place.indexOf("ledger.")))));
    }
}
