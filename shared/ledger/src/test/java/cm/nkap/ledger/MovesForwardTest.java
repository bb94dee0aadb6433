package cm.nkap.ledger;

import static cm.nkap.ledger.Books.BANK;
import static cm.nkap.ledger.Books.DOUALA;
import static cm.nkap.ledger.Books.EVERY_TENANT;
import static cm.nkap.ledger.Books.FEES;
import static cm.nkap.ledger.Books.FLOAT;
import static cm.nkap.ledger.Books.move;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every way in which the head or a balance could go back, each refused by its trigger and by nothing else. */
class MovesForwardTest {
    private static final String HEAD = "head_is_gapless";
    private static final String BALANCE = "balance_moves_forward";
    private static final String CLOSED = "balance_stays_closed";
    private static final Books books = Books.withAccounts();

    @BeforeAll
    static void twoJournalsAPeriodAndAClosedAccount() {
        books.post(move("topup", FLOAT, BANK, 700), move("collected", FLOAT, DOUALA, 500));
        books.in(EVERY_TENANT, tx -> {
            books.ledger.closePeriod(tx, LocalDate.now(ProgramRun.DOUALA).minusDays(9));
            books.ledger.close(tx, List.of(FEES));
            return true;
        });
    }

    @AfterAll
    static void booksAreSound() {
        books.close();
    }

    static Stream<Arguments> waysBack() {
        String hash = "sha256('another')";
        return Stream.of(
                head("to another hash", "hash = " + hash),
                head("back in numbers", "next_seq = 2, hash = (SELECT hash FROM ledger.journal WHERE seq = 1)"),
                head("on without a journal", "next_seq = 4"),
                head("back in time", "posted_at = posted_at - interval '1 microsecond'"),
                head("to an earlier period", "closed_through = closed_through - 1"),
                head("to no period", "closed_through = NULL"),
                Arguments.of("head to a journal posted before it", HEAD, third("h.posted_at - interval '1 second'")),
                Arguments.of("head to a journal posted after it", HEAD, third("h.posted_at + interval '1 second'")),
                balance("by no version", "debits = debits + 1, credits = credits + 1", FLOAT),
                balance("by a version back", "version = version - 1", FLOAT),
                balance("by fewer debits", "debits = debits - 1, version = version + 1", FLOAT),
                balance("by fewer credits", "credits = credits - 1, version = version + 1", DOUALA),
                balance("though closed", "debits = 5, credits = 5, version = version + 1", FEES),
                Arguments.of("open again", CLOSED, update("closed_at = NULL", FEES)),
                Arguments.of("closed at another time", CLOSED, update("closed_at = now()", FEES)));
    }

    private static Arguments head(String what, String change) {
        return Arguments.of("head " + what, HEAD, "UPDATE ledger.head SET " + change);
    }

    private static Arguments balance(String what, String change, String account) {
        return Arguments.of("balance " + what, BALANCE, update(change, account));
    }

    private static String update(String change, String account) {
        return "UPDATE ledger.balance SET " + change
                + " WHERE account_id = (SELECT id FROM ledger.account WHERE name = '" + account + "')";
    }

    /** A whole journal of two legs, posted then, and the head moved past it. */
    private static String third(String postedAt) {
        return """
                INSERT INTO ledger.journal (seq, key, fingerprint, kind, tenant, legs, total, posted_at, hash)
                SELECT 3, 'third', sha256('f'), 'k', 'platform', 2, 5, %s, sha256('h') FROM ledger.head h;
                INSERT INTO ledger.posting
                SELECT 3, CASE WHEN name = '%s' THEN 1 ELSE 2 END, id, 99, CASE WHEN name = '%s' THEN 5 ELSE -5 END, 0
                FROM ledger.account WHERE name IN ('%s', '%s');
                UPDATE ledger.head SET next_seq = 4, hash = sha256('h')""".formatted(postedAt, FLOAT, FLOAT, FLOAT, BANK);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("waysBack")
    void areRefusedByTheirTriggerAlone(String what, String trigger, String attempt) {
        String table = trigger.substring(0, trigger.indexOf('_'));
        assertThat(stateOf(attempt)).matches("L000[34]");
        assertThat(stateOf("DROP TRIGGER " + trigger + " ON ledger." + table + "; " + attempt))
                .isEqualTo("not refused");
    }

    @Test
    void theWayForwardIsOpen() {
        assertThat(stateOf(third("h.posted_at"))).isEqualTo("not refused");
        assertThat(
                        stateOf(
                                "UPDATE ledger.head SET posted_at = posted_at + interval '1 hour', closed_through = closed_through + 1"))
                .isEqualTo("not refused");
        assertThat(stateOf(update("debits = debits + 5, version = version + 1", FLOAT)))
                .isEqualTo("not refused");
    }

    /** Rolled back in any case. */
    private static String stateOf(String script) {
        return ProtectionTest.stateOf(() -> books.admin(admin -> {
            admin.begin();
            try {
                for (String statement : script.split(";", -1)) {
                    admin.execute(statement);
                }
            } finally {
                admin.rollback();
            }
            return true;
        }));
    }
}
