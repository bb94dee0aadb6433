package cm.nkap.ledger;

import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;

/**
 * Roots over the books, one for each hour in which anything happened. Every call joins the caller's transaction, which
 * must see the platform's rows. Thread-safe.
 */
public final class Seals {
    private static final String COLUMNS =
            "SELECT number, until, first_seq, last_seq, encode(root, 'hex') AS root FROM ledger.seal ";

    private static final RowMapper<SealedRoot> ROOT = (row, context) -> new SealedRoot(
            row.getLong("number"),
            row.getObject("until", OffsetDateTime.class).toInstant(),
            row.getLong("first_seq"),
            row.getLong("last_seq"),
            row.getString("root"));

    /**
     * Seals the hours that are over and have something unsealed, at most a week of them; nobody posts until the
     * transaction ends (READ COMMITTED). Most calls find nothing to do and hold up nobody.
     *
     * @return the new seals, oldest first
     */
    public List<SealedRoot> seal(Handle tx) {
        int sealed = tx.createQuery("SELECT ledger.seal_hours()")
                .mapTo(Integer.class)
                .one();
        return sealed == 0
                ? List.of()
                : tx.createQuery(COLUMNS + "ORDER BY number DESC LIMIT :sealed")
                        .bind("sealed", sealed)
                        .map(ROOT)
                        .list()
                        .reversed();
    }

    /** The seals after {@code number}, oldest first, at most {@code limit}. */
    public List<SealedRoot> after(Handle tx, long number, int limit) {
        return tx.createQuery(COLUMNS + "WHERE number > :number ORDER BY number LIMIT :limit")
                .bind("number", number)
                .bind("limit", limit)
                .map(ROOT)
                .list();
    }

    /**
     * How long ago the first hour ended that has a journal and no seal; zero when there is none. Looks two rows up by their
     * keys, whatever the books hold.
     */
    public Duration lag(Handle tx) {
        return tx.createQuery("""
                        SELECT (extract(epoch FROM clock_timestamp() - date_trunc('hour', j.posted_at, 'UTC')) - 3600)::bigint
                          FROM ledger.journal j
                         WHERE j.seq = 1 + coalesce((SELECT last_seq FROM ledger.seal ORDER BY number DESC LIMIT 1), 0)
                        """)
                .mapTo(Long.class)
                .findOne()
                .map(seconds -> Duration.ofSeconds(Math.max(0, seconds)))
                .orElse(Duration.ZERO);
    }
}
