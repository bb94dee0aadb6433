package cm.nkap.ledger;

import cm.nkap.testing.Until;
import java.time.Duration;

/** Who waits for whom in the database of a test. */
final class Sessions {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private Sessions() {}

    /** Returns when exactly so many sessions wait for a lock that another holds. */
    static void awaitWaiting(Books books, int many) {
        Until.holds(LIMIT, many + " sessions wait", () -> waiting(books) == many);
    }

    static long waiting(Books books) {
        return books.admin(admin -> admin.createQuery("""
                        SELECT count(*) FROM pg_stat_activity
                        WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0
                        """).mapTo(Long.class).one());
    }

    static long deadlocks(Books books) {
        return books.admin(
                admin -> admin.createQuery("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
                        .mapTo(Long.class)
                        .one());
    }
}
