package cm.nkap.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The books as they are stored, in pages by key, for whoever verifies them. The transaction must see every tenant. */
final class StoredBooks {
    private static final String SEAL = """
            SELECT s.*, j.hash AS hash_at_last, j.posted_at AS last_posted, n.posted_at AS next_posted
            FROM ledger.seal s
            LEFT JOIN ledger.journal j ON j.seq = s.last_seq
            LEFT JOIN ledger.journal n ON n.seq = s.last_seq + 1
            """;

    private static final String ACCOUNT = """
            SELECT a.id, a.name, a.sign, a.tenant, b.account_id AS held, b.sign AS held_sign, b.tenant AS held_tenant, b.floor,
                   b.debits, b.credits, b.version, b.closed_at, s.seal, s.closed_at AS sealed_closed_at,
                   o.account_id IS NOT NULL AS awaits_seal, c.account_id IS NOT NULL AS awaits_closing
            FROM ledger.account a
            LEFT JOIN ledger.balance b ON b.account_id = a.id
            LEFT JOIN ledger.awaiting_seal o ON o.account_id = a.id AND NOT o.closing
            LEFT JOIN ledger.awaiting_seal c ON c.account_id = a.id AND c.closing
            LEFT JOIN LATERAL (SELECT l.seal, l.closed_at FROM ledger.sealed_account l
                               WHERE l.account_id = a.id ORDER BY l.seal DESC LIMIT 1) s ON true
            """;

    private final Handle tx;

    StoredBooks(Handle tx) {
        this.tx = tx;
    }

    record Head(
            long nextSeq,
            Hash hash,
            Instant postedAt,
            @Nullable LocalDate closedThrough) {}

    /**
     * A closed period, and the journals around its closing as they stand in the books.
     *
     * @param hashAtLast hash of the journal {@code lastSeq}; null when there is none
     */
    record Period(
            LocalDate closedThrough,
            long lastSeq,
            Hash hash,
            Instant closedAt,
            @Nullable Hash hashAtLast,
            @Nullable Instant lastPosted,
            @Nullable Instant nextPosted) {}

    Optional<Head> head() {
        return tx.createQuery("SELECT next_seq, hash, posted_at, closed_through FROM ledger.head")
                .map((row, context) -> new Head(
                        row.getLong("next_seq"),
                        Hash.of(row.getBytes("hash")),
                        time(row, "posted_at"),
                        day(row, "closed_through")))
                .findFirst();
    }

    List<StoredJournal> journals(long after, long before, int limit) {
        return tx.createQuery(
                        "SELECT * FROM ledger.journal WHERE seq > :after AND seq < :before ORDER BY seq LIMIT :limit")
                .bind("after", after)
                .bind("before", before)
                .bind("limit", limit)
                .map((row, context) -> new StoredJournal(
                        row.getLong("seq"),
                        row.getString("key"),
                        Hash.of(row.getBytes("fingerprint")),
                        row.getString("kind"),
                        row.getString("tenant"),
                        row.getString("payment"),
                        whole(row, "reverses"),
                        day(row, "effective"),
                        time(row, "posted_at"),
                        row.getInt("legs"),
                        row.getLong("total"),
                        Hash.of(row.getBytes("hash"))))
                .list();
    }

    /** The postings of the journals after {@code after} and up to {@code to}, whether those exist or not. */
    List<StoredJournal.Leg> legs(long after, long to) {
        return tx.createQuery("""
                        SELECT p.journal_seq, p.line, p.account_id, a.name, a.sign, p.version, p.amount, p.balance_after
                        FROM ledger.stored_leg p LEFT JOIN ledger.account a ON a.id = p.account_id
                        WHERE p.journal_seq > :after AND p.journal_seq <= :to ORDER BY p.journal_seq, p.line
                        """)
                .bind("after", after)
                .bind("to", to)
                .map((row, context) -> new StoredJournal.Leg(
                        row.getLong("journal_seq"),
                        row.getInt("line"),
                        row.getLong("account_id"),
                        row.getString("name"),
                        row.getInt("sign"),
                        row.getLong("version"),
                        row.getLong("amount"),
                        row.getLong("balance_after")))
                .list();
    }

    /** Links of the chain of accounts behind (seal, account), of seals up to {@code to}. */
    List<StoredAccount.Link> links(long seal, long account, long to, int limit) {
        return tx.createQuery("""
                        SELECT l.seal, l.account_id, a.name, a.type, a.tenant, b.floor, a.opened_at, l.closed_at, l.hash
                        FROM ledger.sealed_account l
                        LEFT JOIN ledger.account a ON a.id = l.account_id
                        LEFT JOIN ledger.balance b ON b.account_id = l.account_id
                        WHERE (l.seal, l.account_id) > (:seal, :account) AND l.seal <= :to
                        ORDER BY l.seal, l.account_id LIMIT :limit
                        """)
                .bind("seal", seal)
                .bind("account", account)
                .bind("to", to)
                .bind("limit", limit)
                .map((row, context) -> new StoredAccount.Link(
                        row.getLong("seal"),
                        row.getLong("account_id"),
                        row.getString("name"),
                        row.getString("type"),
                        row.getString("tenant"),
                        whole(row, "floor"),
                        moment(row, "opened_at"),
                        moment(row, "closed_at"),
                        Hash.of(row.getBytes("hash"))))
                .list();
    }

    List<StoredAccount> accounts(long after, int limit) {
        return tx.createQuery(ACCOUNT + "WHERE a.id > :after ORDER BY a.id LIMIT :limit")
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) -> account(row))
                .list();
    }

    List<StoredAccount> accounts(long[] ids) {
        return tx.createQuery(ACCOUNT + "WHERE a.id = ANY (:ids) ORDER BY a.id")
                .bindArray(
                        "ids", Long.class, (Object[]) Arrays.stream(ids).boxed().toArray(Long[]::new))
                .map((row, context) -> account(row))
                .list();
    }

    private static StoredAccount account(ResultSet row) throws SQLException {
        StoredAccount.Holding holding = whole(row, "held") == null
                ? null
                : new StoredAccount.Holding(
                        row.getInt("held_sign"),
                        row.getString("held_tenant"),
                        whole(row, "floor"),
                        row.getLong("debits"),
                        row.getLong("credits"),
                        row.getLong("version"),
                        moment(row, "closed_at"));
        return new StoredAccount(
                row.getLong("id"),
                row.getString("name"),
                row.getInt("sign"),
                row.getString("tenant"),
                holding,
                whole(row, "seal") != null,
                moment(row, "sealed_closed_at"),
                row.getBoolean("awaits_seal"),
                row.getBoolean("awaits_closing"));
    }

    long balances() {
        return tx.createQuery("SELECT count(*) FROM ledger.balance")
                .mapTo(Long.class)
                .one();
    }

    long lastSeal() {
        return tx.createQuery("SELECT coalesce(max(number), 0) FROM ledger.seal")
                .mapTo(Long.class)
                .one();
    }

    Optional<StoredSeal> seal(long number) {
        return tx.createQuery(SEAL + "WHERE s.number = :number")
                .bind("number", number)
                .map((row, context) -> seal(row))
                .findFirst();
    }

    List<StoredSeal> seals(long after, int limit) {
        return tx.createQuery(SEAL + "WHERE s.number > :after ORDER BY s.number LIMIT :limit")
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) -> seal(row))
                .list();
    }

    private static StoredSeal seal(ResultSet row) throws SQLException {
        return new StoredSeal(
                row.getLong("number"),
                time(row, "until"),
                row.getLong("first_seq"),
                row.getLong("last_seq"),
                Hash.of(row.getBytes("journal_hash")),
                row.getLong("accounts"),
                Hash.of(row.getBytes("account_hash")),
                day(row, "closed_through"),
                Hash.of(row.getBytes("previous")),
                Hash.of(row.getBytes("root")),
                time(row, "sealed_at"),
                Hash.orNull(row.getBytes("hash_at_last")),
                moment(row, "last_posted"),
                moment(row, "next_posted"));
    }

    List<Period> periods() {
        return tx.createQuery("""
                        SELECT p.*, j.hash AS hash_at_last, j.posted_at AS last_posted, n.posted_at AS next_posted
                        FROM ledger.period p
                        LEFT JOIN ledger.journal j ON j.seq = p.last_seq
                        LEFT JOIN ledger.journal n ON n.seq = p.last_seq + 1
                        ORDER BY p.closed_through
                        """)
                .map((row, context) -> new Period(
                        row.getObject("closed_through", LocalDate.class),
                        row.getLong("last_seq"),
                        Hash.of(row.getBytes("hash")),
                        time(row, "closed_at"),
                        Hash.orNull(row.getBytes("hash_at_last")),
                        moment(row, "last_posted"),
                        moment(row, "next_posted")))
                .list();
    }

    /** The first journal that was posted for a day of a period after that period was closed. */
    Optional<Long> journalInClosedPeriod() {
        return tx.createQuery("""
                        SELECT min(j.seq) FROM ledger.period p
                        JOIN ledger.journal j ON j.effective <= p.closed_through AND j.seq > p.last_seq
                        """).mapTo(Long.class).findFirst();
    }

    private static @Nullable Long whole(ResultSet row, String column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? null : Long.valueOf(value);
    }

    private static @Nullable LocalDate day(ResultSet row, String column) throws SQLException {
        return row.getObject(column, LocalDate.class);
    }

    private static Instant time(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    private static @Nullable Instant moment(ResultSet row, String column) throws SQLException {
        OffsetDateTime value = row.getObject(column, OffsetDateTime.class);
        return value == null ? null : value.toInstant();
    }
}
