package cm.nkap.events;

import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * How far delivery is behind, for gauges. The number of rows read is bounded, so that an outage of NATS does not make
 * looking at it expensive.
 */
public final class EventFigures {
    /** Rows that one query reads at most; a figure that reaches it means "that many or more". */
    public static final int MOST = 20_000;

    private static final String PENDING = """
            SELECT count(*) FILTER (WHERE expected = 0) AS unpublished, count(*) FILTER (WHERE expected > 0) AS unconsumed
              FROM (SELECT expected FROM events.pending ORDER BY quiet_since LIMIT :most) looked
            """;

    /** Ids of events begin with their time, so the first in their index is the oldest. What is parked waits for a person. */
    private static final String OLDEST = """
            SELECT extract(epoch FROM clock_timestamp() - o.recorded_at)::float8
              FROM (SELECT p.event_id
                      FROM events.pending p
                     WHERE NOT EXISTS (SELECT FROM events.dead_letter d
                                        WHERE d.event_id = p.event_id AND d.replayed_at IS NULL)
                     ORDER BY p.event_id
                     LIMIT 1) earliest
              JOIN events.outbox o ON o.id = earliest.event_id
            """;

    private static final String PARKED = """
            SELECT function, count(*) AS n
              FROM (SELECT d.function
                      FROM events.dead_letter d
                     WHERE d.replayed_at IS NULL
                       AND NOT EXISTS (SELECT FROM events.inbox i
                                        WHERE i.function = d.function AND i.event_id = d.event_id)
                     ORDER BY d.parked_at, d.id
                     LIMIT :most) waiting
             GROUP BY function
            """;

    private EventFigures() {}

    /**
     * Events that are not known to have arrived.
     *
     * @param unpublished that nobody subscribes to and that JetStream has not confirmed
     * @param unconsumed that some subscribed function has not had
     * @param oldest seconds since the first of them was written, those apart that are parked; 0 when there is none
     */
    public record Waiting(long unpublished, long unconsumed, double oldest) {}

    /** Dead letters of a function that nobody has replayed. */
    public record Parked(String function, long count) {}

    public static Waiting waiting(Handle tx) {
        double oldest = tx.createQuery(OLDEST).mapTo(Double.class).findOne().orElse(0.0);
        return tx.createQuery(PENDING)
                .bind("most", MOST)
                .map((row, context) ->
                        new Waiting(row.getLong("unpublished"), row.getLong("unconsumed"), Math.max(0, oldest)))
                .one();
    }

    public static List<Parked> parked(Handle tx) {
        return tx.createQuery(PARKED)
                .bind("most", MOST)
                .map((row, context) -> new Parked(row.getString("function"), row.getLong("n")))
                .list();
    }
}
