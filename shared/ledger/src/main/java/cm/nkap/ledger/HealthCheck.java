package cm.nkap.ledger;

import cm.nkap.ledger.Checks.Fault;
import cm.nkap.ledger.Checks.Health;
import cm.nkap.ledger.Checks.Look;
import cm.nkap.ledger.Checks.Place;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/**
 * What the server says about the ledger's tables and those who wait, as far as the application's role may see it: the
 * sessions of other roles keep their transactions to themselves.
 */
final class HealthCheck implements Checks.Check {
    /** Fewer updates say nothing about their share. */
    private static final long ENOUGH_UPDATES = 1_000;

    private static final String HOT_UPDATES = "hot updates of balances";

    private static final String NUMBERS = """
            SELECT (SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()) AS deadlocks,
                   s.n_tup_upd AS updates, s.n_tup_hot_upd AS hot, s.n_dead_tup AS dead,
                   coalesce((SELECT max(extract(epoch FROM clock_timestamp() - xact_start))::bigint FROM pg_stat_activity
                             WHERE datname = current_database() AND xact_start IS NOT NULL), 0) AS oldest,
                   coalesce((SELECT max(extract(epoch FROM clock_timestamp() - l.waitstart))::bigint
                             FROM pg_locks l JOIN pg_stat_activity w ON w.pid = l.pid AND w.datname = current_database()
                             WHERE NOT l.granted AND l.waitstart IS NOT NULL), 0) AS longest,
                   (SELECT count(*) FROM pg_locks l JOIN pg_stat_activity w ON w.pid = l.pid AND w.datname = current_database()
                    WHERE NOT l.granted AND l.locktype = 'tuple' AND l.relation = 'ledger.head'::regclass) AS queue
            FROM pg_stat_user_tables s WHERE s.relid = 'ledger.balance'::regclass
            """;

    private final Health health;

    HealthCheck(Health health) {
        this.health = health;
    }

    private record Numbers(long deadlocks, long updates, long hot, long dead, long oldest, long longest, long queue) {
        /** Since the last look, or since a restart of the server's counters. */
        long[] since(String state) {
            long[] before = state.isEmpty()
                    ? new long[] {deadlocks, updates, hot}
                    : Stream.of(state.split(" ", -1)).mapToLong(Long::parseLong).toArray();
            boolean restarted = deadlocks < before[0] || updates < before[1];
            return restarted
                    ? new long[] {deadlocks, updates, hot}
                    : new long[] {deadlocks - before[0], updates - before[1], hot - before[2]};
        }

        String state() {
            return LongStream.of(deadlocks, updates, hot)
                    .mapToObj(Long::toString)
                    .collect(Collectors.joining(" "));
        }
    }

    @Override
    public String name() {
        return "health";
    }

    @Override
    public Duration rest() {
        return health.every();
    }

    @Override
    public Look look(Handle tx, Place from, List<Fault> open) {
        Numbers now = tx.createQuery(NUMBERS)
                .map((row, context) -> new Numbers(
                        row.getLong("deadlocks"),
                        row.getLong("updates"),
                        row.getLong("hot"),
                        row.getLong("dead"),
                        row.getLong("oldest"),
                        row.getLong("longest"),
                        row.getLong("queue")))
                .one();
        long[] since = now.since(from.state());
        boolean enough = since[1] >= ENOUGH_UPDATES;
        String noted = enough || from.state().isEmpty() || since[0] > 0 ? now.state() : from.state();
        return new Look(
                new Place(0, noted),
                faults(now, since),
                fault -> enough || !fault.about().equals(HOT_UPDATES),
                0,
                true);
    }

    private List<Fault> faults(Numbers now, long[] since) {
        List<Fault> faults = new ArrayList<>();
        fault(faults, since[0] > 0, "deadlocks", since[0] + " since the last look");
        fault(
                faults,
                since[1] >= ENOUGH_UPDATES && since[2] * 100 < since[1] * health.hotPercent(),
                HOT_UPDATES,
                since[2] + " of " + since[1] + ", less than " + health.hotPercent() + " %");
        fault(
                faults,
                now.dead() > health.deadRows(),
                "dead rows of balances",
                now.dead() + ", more than " + health.deadRows());
        fault(
                faults,
                now.oldest() > health.transaction().toSeconds(),
                "oldest transaction",
                "open for " + now.oldest() + " s, more than "
                        + health.transaction().toSeconds() + " s");
        fault(
                faults,
                now.longest() > health.lockWait().toSeconds(),
                "longest wait",
                now.longest() + " s for a lock, more than " + health.lockWait().toSeconds() + " s");
        fault(
                faults,
                now.queue() > health.queue(),
                "queue for the head",
                now.queue() + " sessions, more than " + health.queue());
        return faults;
    }

    private static void fault(List<Fault> faults, boolean wrong, String about, String detail) {
        if (wrong) {
            faults.add(new Fault(0, about, detail));
        }
    }
}
