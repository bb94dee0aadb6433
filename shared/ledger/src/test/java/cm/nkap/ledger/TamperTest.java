package cm.nkap.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whoever changes a single value behind the database's back is found, and the row is named: every column in turn. */
class TamperTest {
    /** One row of each table that a verifier looks at, and where it then looks first. */
    private static final Map<String, Place> PLACES = Map.of(
            "head", new Place("id = 1", "head|journal 1[012]"),
            "account", new Place("name = 'merchant:douala:payable'", "account (x?merchant:douala:payable|#3)"),
            "balance", new Place("account_id = 3", "(account|balance) merchant:douala:payable"),
            "journal", new Place("seq = 5", "journal 5"),
            "posting", new Place("journal_seq = 5 AND line = 2", "posting 5/[23]|journal 5"),
            "period", new Place("true", "period .*|seal 1"),
            "seal", new Place("number = 2", "seal 2"),
            "sealed_account", new Place("account_id = 3", "account .*"));

    /** What nobody's word is taken for anyway, and why. */
    private static final Map<String, String> NOT_COVERED = Map.of(
            "head.id", "a CHECK holds it at 1",
            "seal.sealed_at", "when the seal was written, not what it says; it is only held to be after its hour",
            "period.closed_at",
                    "only held to lie between two journals; which period, and after which journal, is covered");

    /**
     * Tables that are no books: the queue of the sealing, the progress and findings of the continuous checks, and the
     * signatures, which whoever knows the key checks without us.
     */
    private static final Set<String> NO_BOOKS =
            Set.of("migration", "awaiting_seal", "seal_signature", "checked", "finding", "open_item");

    private static final Map<String, String> CHANGES = Map.of(
            "bigint", "coalesce(%s, 0) + 1000",
            "smallint", "%s + 100",
            "text", "'x' || coalesce(%s, '')",
            "bytea", "sha256(%s)",
            "date", "coalesce(%s, '2026-01-01') - 1",
            "timestamp with time zone", "coalesce(%s, now()) + interval '30 minutes'");

    private static final Map<String, String> OWN_CHANGES =
            Map.of("account.type", "'income'", "head.next_seq", "next_seq - 1", "sealed_account.seal", "seal + 1");

    private static final SealedBooks sealed = new SealedBooks();

    /** @param first the pattern of what the first finding may be about */
    private record Place(String where, String first) {}

    @AfterAll
    static void close() {
        sealed.close();
    }

    static Stream<String> columns() {
        return sealed
                .books
                .admin(admin -> admin.createQuery("""
                        SELECT c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, NULL)
                        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
                        WHERE c.relnamespace = 'ledger'::regnamespace AND c.relkind = 'r' AND a.attnum > 0
                          AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY 1
                        """).mapTo(String.class).list())
                .stream()
                .filter(column -> !NO_BOOKS.contains(column.substring(0, column.indexOf('.'))))
                .filter(column -> !NOT_COVERED.containsKey(column.substring(0, column.indexOf(' '))));
    }

    @Test
    void knowsEveryTable() {
        Set<String> known = new TreeSet<>(PLACES.keySet());
        known.addAll(NO_BOOKS);

        List<String> tables = sealed.books.admin(admin -> admin.createQuery(
                        "SELECT relname FROM pg_class WHERE relnamespace = 'ledger'::regnamespace AND relkind = 'r'")
                .mapTo(String.class)
                .list());

        assertThat(known).containsAll(tables);
    }

    @Test
    void findsNothingWhenNothingWasDone() {
        assertThat(sealed.after(sealed.roots, admin -> {}).findings()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("columns")
    void namesTheRowInWhichOneValueWasChanged(String column) {
        String table = column.substring(0, column.indexOf('.'));
        String name = column.substring(table.length() + 1, column.indexOf(' '));
        String type = column.substring(column.indexOf(' ') + 1);
        Place place = PLACES.getOrDefault(table, new Place("true", "no such table in this test"));
        String value = OWN_CHANGES.getOrDefault(
                table + "." + name,
                CHANGES.getOrDefault(type, "no change for " + type).formatted(name));

        Verifier.Report report = sealed.after(List.of(), admin -> {
            if (column.startsWith("account.id")) {
                admin.execute("ALTER TABLE ledger.account ALTER COLUMN id DROP IDENTITY");
            }
            int changed = admin.execute(
                    "UPDATE ledger." + table + " SET " + name + " = " + value + " WHERE " + place.where());
            assertThat(changed).as("rows changed").isGreaterThan(0);
        });

        assertThat(report.findings()).isNotEmpty();
        assertThat(report.findings().getFirst().about())
                .as("%s", report.findings())
                .matches(place.first());
    }

    @Test
    void namesAnAccountWhenTwoSwappedTheirNames() {
        Verifier.Report report = sealed.after(List.of(), admin -> admin.execute("""
                        UPDATE ledger.account SET name = 'swap' WHERE id = 3;
                        UPDATE ledger.account SET name = 'merchant:douala:payable' WHERE id = 4;
                        UPDATE ledger.account SET name = 'merchant:yaounde:payable' WHERE id = 3
                        """));

        assertThat(report.findings().getFirst().about()).isEqualTo("account merchant:yaounde:payable");
        assertThat(report.findings()).extracting(Finding::check).contains("account.hash", "journal.fingerprint");
    }

    @Test
    void namesAnAccountThatNoSealWillCover() {
        Verifier.Report report = sealed.after(List.of(), admin -> admin.execute("""
                        INSERT INTO ledger.account (name, type, tenant) VALUES ('secret', 'asset', 'platform');
                        INSERT INTO ledger.balance (account_id, sign, tenant) SELECT id, sign, tenant FROM ledger.account WHERE name = 'secret'
                        """));

        assertThat(report.findings()).extracting(Finding::about).containsExactly("account secret");
    }

    @Test
    void namesAClosedAccountThatWasOpenedAgain() {
        Verifier.Report report = sealed.after(
                List.of(),
                admin -> admin.execute("UPDATE ledger.balance SET closed_at = NULL WHERE closed_at IS NOT NULL"));

        assertThat(report.findings())
                .extracting(Finding::check, Finding::about)
                .containsExactly(tuple("balance.closed_at", "balance " + SealedBooks.ESCROW));
    }

    @Test
    void namesAPeriodThatWasOpenedAgain() {
        Verifier.Report report = sealed.after(
                List.of(),
                admin -> admin.execute("DELETE FROM ledger.period; UPDATE ledger.head SET closed_through = NULL"));

        assertThat(report.findings().getFirst().about()).isEqualTo("seal 1");
    }
}
