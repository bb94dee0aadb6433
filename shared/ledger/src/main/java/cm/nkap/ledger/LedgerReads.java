package cm.nkap.ledger;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.Query;

/** The ledger's reads. Row-level security decides what the reader sees. */
final class LedgerReads {
    private static final RowMapper<Balance> BALANCE = (row, context) -> new Balance(
            row.getString("name"),
            AccountType.valueOf(row.getString("type").toUpperCase(Locale.ROOT)),
            row.getLong("debits"),
            row.getLong("credits"),
            row.getLong("amount"),
            row.getLong("version"));

    private static final String JOURNAL_COLUMNS = """
            SELECT j.seq, j.key, j.kind, j.tenant, j.payment, j.reverses, j.effective, j.posted_at,
                   p.account, p.amount, p.balance_after
            FROM picked j
            JOIN ledger.leg p ON p.journal_seq = j.seq
            """;

    private LedgerReads() {}

    static List<Balance> balances(Handle tx, Collection<String> accounts) {
        return tx.createQuery("""
                        SELECT a.name, a.type, b.debits, b.credits, b.sign * (b.credits - b.debits) AS amount, b.version
                        FROM ledger.account a JOIN ledger.balance b ON b.account_id = a.id
                        WHERE a.name = ANY (:names) ORDER BY a.name
                        """)
                .bindArray("names", String.class, accounts)
                .map(BALANCE)
                .list();
    }

    static Map<String, Long> balancesAt(Handle tx, Collection<String> accounts, Instant moment) {
        return amounts(tx.createQuery("SELECT name, amount FROM ledger.balances_at(:names, :moment)")
                .bindArray("names", String.class, accounts)
                .bind("moment", moment));
    }

    static Map<String, Long> balancesOn(Handle tx, Collection<String> accounts, LocalDate day) {
        return amounts(tx.createQuery("SELECT name, amount FROM ledger.balances_on(:names, :day)")
                .bindArray("names", String.class, accounts)
                .bind("day", day));
    }

    private static Map<String, Long> amounts(Query query) {
        Map<String, Long> amounts = new LinkedHashMap<>();
        query.map((row, context) -> Map.entry(row.getString("name"), row.getLong("amount")))
                .forEach(entry -> amounts.put(entry.getKey(), entry.getValue()));
        return amounts;
    }

    static List<StatementLine> statement(Handle tx, String account, long afterVersion, int limit) {
        return tx.createQuery("SELECT * FROM ledger.statement(:account, :after, :limit)")
                .bind("account", account)
                .bind("after", afterVersion)
                .bind("limit", limit)
                .map((row, context) -> new StatementLine(
                        row.getLong("version"),
                        row.getLong("seq"),
                        row.getString("key"),
                        row.getString("kind"),
                        row.getString("payment"),
                        row.getLong("amount"),
                        row.getLong("balance_after"),
                        row.getObject("effective", LocalDate.class),
                        row.getTimestamp("posted_at").toInstant()))
                .list();
    }

    static List<PostedJournal> journalsOf(Handle tx, String payment) {
        return collect(tx.createQuery("WITH picked AS (SELECT * FROM ledger.journal WHERE payment = :payment) "
                        + JOURNAL_COLUMNS + " ORDER BY j.seq, p.line")
                .bind("payment", payment));
    }

    static List<PostedJournal> journals(Handle tx, long beforeSeq, int limit) {
        return collect(tx.createQuery(
                        "WITH picked AS (SELECT * FROM ledger.journal WHERE seq < :before ORDER BY seq DESC LIMIT :limit) "
                                + JOURNAL_COLUMNS + " ORDER BY j.seq DESC, p.line")
                .bind("before", beforeSeq)
                .bind("limit", limit));
    }

    private static List<PostedJournal> collect(Query query) {
        Map<Long, PostedJournal> journals = new LinkedHashMap<>();
        Map<Long, List<PostedJournal.Leg>> legs = new LinkedHashMap<>();
        query.map((row, context) -> {
                    long seq = row.getLong("seq");
                    long reverses = row.getLong("reverses");
                    Long undone = row.wasNull() ? null : Long.valueOf(reverses);
                    long held = row.getLong("balance_after");
                    Long after = row.wasNull() ? null : Long.valueOf(held);
                    legs.computeIfAbsent(seq, s -> new ArrayList<>())
                            .add(new PostedJournal.Leg(row.getString("account"), row.getLong("amount"), after));
                    return new PostedJournal(
                            seq,
                            row.getString("key"),
                            row.getString("kind"),
                            row.getString("tenant"),
                            row.getString("payment"),
                            undone,
                            row.getObject("effective", LocalDate.class),
                            row.getTimestamp("posted_at").toInstant(),
                            List.of());
                })
                .forEach(journal -> journals.putIfAbsent(journal.seq(), journal));
        return journals.values().stream()
                .map(journal -> new PostedJournal(
                        journal.seq(),
                        journal.key(),
                        journal.kind(),
                        journal.tenant(),
                        journal.payment(),
                        journal.reverses(),
                        journal.effective(),
                        journal.postedAt(),
                        List.copyOf(legs.getOrDefault(journal.seq(), List.of()))))
                .toList();
    }
}
