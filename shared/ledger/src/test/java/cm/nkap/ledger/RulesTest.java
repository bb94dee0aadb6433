package cm.nkap.ledger;

import static cm.nkap.ledger.Books.BANK;
import static cm.nkap.ledger.Books.DOUALA;
import static cm.nkap.ledger.Books.FLOAT;
import static cm.nkap.ledger.Books.move;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** No rule of the schema is dead: what each refuses succeeds when it alone is dropped. */
class RulesTest {
    private static final String RULES = """
            SELECT c.conrelid::regclass || '.' || conname AS rule, format('ALTER TABLE %s DROP CONSTRAINT %I CASCADE', c.conrelid::regclass, conname) AS drop
            FROM pg_constraint c WHERE c.connamespace = 'ledger'::regnamespace AND c.contype <> 'n' AND c.conrelid <> 'ledger.migration'::regclass
            UNION ALL
            SELECT t.tgrelid::regclass || '.' || tgname, format('DROP TRIGGER %I ON %s', tgname, t.tgrelid::regclass)
            FROM pg_trigger t JOIN pg_class k ON k.oid = t.tgrelid
            WHERE k.relnamespace = 'ledger'::regnamespace AND NOT tgisinternal AND t.tgfoid <> 'ledger.await_seal'::regproc
            UNION ALL
            SELECT i.indrelid::regclass || '.' || k.relname, format('DROP INDEX ledger.%I', k.relname)
            FROM pg_index i JOIN pg_class k ON k.oid = i.indexrelid
            WHERE k.relnamespace = 'ledger'::regnamespace AND i.indisunique AND i.indrelid <> 'ledger.migration'::regclass
              AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)
            """;

    private static final Books books = Books.withAccounts();
    private static Map<String, String> drops = Map.of();

    @BeforeAll
    static void twoJournals() {
        books.post(move("topup", FLOAT, BANK, 700), move("collected", FLOAT, DOUALA, 500));
        drops = books.admin(admin -> admin.createQuery(RULES)
                .map((row, context) -> Map.entry(row.getString("rule").replace("ledger.", ""), row.getString("drop")))
                .collectToMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    @AfterAll
    static void booksAreSound() {
        books.close();
    }

    static Set<String> rules() {
        return Rules.attempts().keySet();
    }

    @Test
    void everyRuleOfTheSchemaHasItsAttempt() {
        assertThat(new TreeSet<>(drops.keySet())).isEqualTo(rules());
    }

    @ParameterizedTest
    @MethodSource("rules")
    void onlyThisRuleRefuses(String rule) {
        String attempt = Rules.attempts().getOrDefault(rule, "");

        assertThat(ProtectionTest.stateOf(() -> rolledBack(attempt))).matches("23...|L000[2349]");
        assertThatCode(() -> rolledBack(drops.getOrDefault(rule, "no such rule"), attempt))
                .doesNotThrowAnyException();
    }

    static Stream<Arguments> crookedJournals() {
        String in = Rules.floatAccount();
        String out = Rules.bankAccount();
        return Stream.of(
                Arguments.of("a leg too few", Rules.journal(3, 100, Rules.leg(1, in, 100), Rules.leg(2, out, -100))),
                Arguments.of(
                        "a leg too many",
                        Rules.journal(
                                2, 100, Rules.leg(1, in, 100), Rules.leg(2, out, -60), Rules.leg(3, out, 98, -40))),
                Arguments.of("another total", Rules.journal(2, 99, Rules.leg(1, in, 100), Rules.leg(2, out, -100))),
                Arguments.of("a line left out", Rules.journal(2, 100, Rules.leg(1, in, 100), Rules.leg(3, out, -100))),
                Arguments.of(
                        "an account that gets what it gives",
                        Rules.journal(2, 100, Rules.leg(1, in, 100), Rules.leg(2, in, 98, -100))),
                Arguments.of(
                        "no header",
                        "INSERT INTO ledger.posting VALUES " + Rules.leg(1, in, 100) + ", " + Rules.leg(2, out, -100)),
                Arguments.of("half a journal", Rules.journal(2, 100, Rules.leg(1, in, 100))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("crookedJournals")
    void legsMatchTheirHeaderAndNetToZero(String fault, String attempt) {
        assertThatThrownBy(() -> rolledBack(attempt)).hasMessageContaining("does not balance or does not match");
    }

    @Test
    void aWholeJournalPassesTheSameDoor() {
        assertThatCode(() -> rolledBack(Rules.journal(
                        2, 100, Rules.leg(1, Rules.floatAccount(), 100), Rules.leg(2, Rules.bankAccount(), -100))))
                .doesNotThrowAnyException();
    }

    @Test
    void theHeadDoesNotPassAJournalWithoutItsLegs() {
        String header =
                Rules.journal(2, 100, Rules.leg(1, Rules.floatAccount(), 100)).split(";", -1)[0];

        assertThatThrownBy(() -> rolledBack(header, "UPDATE ledger.head SET next_seq = 4"))
                .hasMessageContaining("head would move from 3 to 4 over 1 journals with 0 of 2 legs");
        assertThatThrownBy(() -> rolledBack("UPDATE ledger.head SET next_seq = 2"))
                .hasMessageContaining("head would move");
    }

    @Test
    void onlyWhatMayBeMissingMayBeNull() {
        List<String> nullable =
                books.admin(admin -> admin.createQuery("""
                        SELECT table_name || '.' || column_name FROM information_schema.columns
                        WHERE table_schema = 'ledger' AND is_nullable = 'YES' AND table_name IN ('head', 'account', 'balance', 'journal', 'posting', 'period', 'seal', 'sealed_account', 'awaiting_seal')
                        """).mapTo(String.class).list());

        assertThat(nullable)
                .containsExactlyInAnyOrder(
                        "balance.floor",
                        "balance.closed_at",
                        "head.closed_through",
                        "journal.payment",
                        "journal.reverses",
                        "journal.effective",
                        "seal.closed_through",
                        "sealed_account.closed_at");
    }

    private static void rolledBack(String... statements) {
        books.admin(admin -> {
            admin.begin();
            try {
                execute(admin, statements);
            } finally {
                admin.rollback();
            }
            return statements.length;
        });
    }

    private static void execute(Handle admin, String... statements) {
        for (String statement : statements) {
            admin.createScript(statement).executeAsSeparateStatements();
        }
    }
}
