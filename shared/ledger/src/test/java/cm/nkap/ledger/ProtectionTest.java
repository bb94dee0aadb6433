package cm.nkap.ledger;

import static cm.nkap.ledger.Books.DOUALA;
import static cm.nkap.ledger.Books.FLOAT;
import static cm.nkap.ledger.Books.move;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written stays, whoever asks; the application posts through the function or not at all. */
class ProtectionTest {
    private static final String NOT_ALLOWED = "42501";
    private static final String APPEND_ONLY = "L0009";
    private static final List<String> FUNCTIONS = List.of(
            "post",
            "open_account",
            "account_ids",
            "close_account",
            "close_period",
            "balances_at",
            "balances_on",
            "statement",
            "seal_hours",
            "sign_seal");
    private static final Books books = Books.withAccounts();

    @BeforeAll
    static void oneJournal() {
        books.post(move("a", FLOAT, DOUALA, 500));
    }

    @AfterAll
    static void booksAreSound() {
        books.close();
    }

    static List<String> changes() {
        List<String> changes = new ArrayList<>(List.of(
                "DELETE FROM ledger.balance",
                "TRUNCATE ledger.balance CASCADE",
                "DELETE FROM ledger.head",
                "TRUNCATE ledger.head"));
        changes.add("UPDATE ledger.journal SET reverses = NULL");
        changes.add("UPDATE ledger.posting SET amount = amount + 1");
        changes.add("UPDATE ledger.account SET tenant = NULL");
        changes.add("UPDATE ledger.period SET last_seq = 0");
        for (String table : List.of("journal", "posting", "account", "period")) {
            changes.add("DELETE FROM ledger." + table);
            changes.add("TRUNCATE ledger." + table + " CASCADE");
        }
        return changes;
    }

    static Stream<Arguments> changersAndChanges() {
        return Stream.of("SET ROLE nkap_owner", "RESET ROLE", "SET session_replication_role = replica")
                .flatMap(who -> changes().stream().map(change -> Arguments.of(who, change)));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("changersAndChanges")
    void refusesTheOwnerAndTheSuperuserToChangeWhatIsWritten(String who, String change) {
        assertThat(stateOf(() -> books.admin(admin -> {
                    admin.execute(who);
                    return admin.execute(change);
                })))
                .isEqualTo(APPEND_ONLY);
    }

    @ParameterizedTest
    @MethodSource("changes")
    void refusesTheApplicationToChangeWhatIsWritten(String change) {
        assertThat(stateOfApp(change)).isEqualTo(NOT_ALLOWED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO ledger.head (id, next_seq) VALUES (1, 1)",
                "INSERT INTO ledger.account (name, type, tenant) VALUES ('a', 'asset', 'platform')",
                "INSERT INTO ledger.balance (account_id, sign, tenant) VALUES (1, 1, 'platform')",
                "INSERT INTO ledger.journal (seq, key, fingerprint, kind, tenant, legs, total, posted_at)"
                        + " VALUES (9, 'k', '', 'k', 't', 2, 1, now())",
                "INSERT INTO ledger.posting VALUES (9, 1, 1, 1, 1, 1)",
                "UPDATE ledger.balance SET floor = NULL",
                "UPDATE ledger.head SET next_seq = 1",
                "SELECT * FROM ledger.posting",
                "INSERT INTO ledger.period (closed_through) VALUES ('2020-01-01')",
                "UPDATE ledger.balance SET closed_at = NULL",
                "INSERT INTO ledger.seal (number) VALUES (1)",
                "INSERT INTO ledger.sealed_account (seal) VALUES (1)",
                "INSERT INTO ledger.seal_signature (number) VALUES (1)",
                "DELETE FROM ledger.awaiting_seal",
                "SELECT ledger.seal_until(now())",
                "UPDATE ledger.head SET closed_through = NULL",
                "SELECT nextval('ledger.account_id_seq')",
                "ALTER TABLE ledger.journal DISABLE TRIGGER ALL",
                "CREATE TABLE ledger.mine (id int)"
            })
    void leavesTheApplicationNoOtherWayIn(String attempt) {
        assertThat(stateOfApp(attempt)).isEqualTo(NOT_ALLOWED);
    }

    @Test
    void grantsTheApplicationTheseFunctionsAndReadingNothingElse() {
        assertThat(texts("""
                        SELECT p.proname FROM pg_proc p WHERE p.pronamespace = 'ledger'::regnamespace
                        AND has_function_privilege('nkap_app', p.oid, 'EXECUTE')
                        """)).containsExactlyInAnyOrderElementsOf(FUNCTIONS);
        assertThat(texts("""
                        SELECT c.relname || ' ' || right_name FROM pg_class c,
                             unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN']) right_name
                        WHERE c.relnamespace = 'ledger'::regnamespace AND c.relkind IN ('r', 'v')
                          AND c.relname NOT IN ('checked', 'finding', 'open_item') AND has_table_privilege('nkap_app', c.oid, right_name)
                        """))
                .containsExactlyInAnyOrder(
                        "head SELECT",
                        "account SELECT",
                        "balance SELECT",
                        "journal SELECT",
                        "period SELECT",
                        "leg SELECT",
                        "seal SELECT",
                        "seal_signature SELECT",
                        "sealed_account SELECT",
                        "awaiting_seal SELECT",
                        "stored_leg SELECT");
        assertThat(texts("""
                        SELECT c.relname || '.' || a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
                        WHERE c.relnamespace = 'ledger'::regnamespace AND c.relkind = 'r' AND a.attnum > 0
                          AND c.relname NOT IN ('checked', 'finding', 'open_item') AND has_column_privilege('nkap_app', c.oid, a.attnum, 'INSERT, UPDATE, REFERENCES')
                        """)).isEmpty();
    }

    @Test
    void runsAsTheOwnerOnlyWithAPathThatNobodyElseCanFill() {
        assertThat(texts("""
                        SELECT p.proname FROM pg_proc p WHERE p.pronamespace = 'ledger'::regnamespace AND p.prosecdef
                        AND NOT coalesce('search_path=pg_catalog, pg_temp' = ANY (p.proconfig), false)
                        """)).isEmpty();
    }

    @Test
    void forcesRowLevelSecurityOnEveryTable() {
        assertThat(texts("""
                        SELECT relname FROM pg_class WHERE relnamespace = 'ledger'::regnamespace AND relkind = 'r'
                        AND relname <> 'migration' AND NOT (relrowsecurity AND relforcerowsecurity)
                        """)).isEmpty();
    }

    @Test
    void refusesAnAccountThatIsOpenWithAnotherNature() {
        assertThatThrownBy(() -> books.open(new Account(FLOAT, AccountType.ASSET, null, Account.PLATFORM)))
                .hasMessageContaining("open already");
        assertThatThrownBy(() -> books.open(new Account(FLOAT, AccountType.LIABILITY, 0L, Account.PLATFORM)))
                .hasMessageContaining("open already");
        assertThatThrownBy(() -> books.open(new Account(DOUALA, AccountType.LIABILITY, 0L, "yaounde")))
                .hasMessageContaining("open already");
        books.open(new Account(DOUALA, AccountType.LIABILITY, 0L, "douala"));
        assertThat(books.amount(DOUALA)).isEqualTo(500);
    }

    private static List<String> texts(String query) {
        return books.admin(admin -> admin.createQuery(query).mapTo(String.class).list());
    }

    private static String stateOfApp(String statement) {
        return stateOf(() -> books.in(Books.EVERY_TENANT, tx -> tx.execute(statement)));
    }

    /** The SQLSTATE with which a statement was refused. */
    static String stateOf(Runnable work) {
        try {
            work.run();
            return "not refused";
        } catch (JdbiException e) {
            return e.getCause() instanceof SQLException refused ? refused.getSQLState() : e.toString();
        }
    }
}
