package cm.nkap.events;

/** The statements of {@link Outbox}. Times are the database's, so that no application clock decides what is late. */
final class OutboxSql {
    static final String APPEND = """
            INSERT INTO events.outbox (id, org_id, type, about, source, occurred_at, traceparent, body)
            SELECT e.id, e.org_id, e.type, e.about, e.source, e.occurred_at, e.traceparent, e.body
              FROM unnest(:ids::text[], :orgs::text[], :types::text[], :abouts::text[], :sources::text[],
                          :times::timestamptz[], :traceparents::text[], :bodies::text[])
                   WITH ORDINALITY AS e(id, org_id, type, about, source, occurred_at, traceparent, body, n)
             ORDER BY e.n
            """;

    static final String UNPUBLISHED = """
            SELECT o.seq, o.id, o.type, o.body, o.traceparent, o.publications
              FROM events.outbox o
             WHERE o.published_at IS NULL
               AND o.recorded_at <= clock_timestamp() - :millis * interval '1 millisecond'
             ORDER BY o.seq
             LIMIT :limit
            """;

    /** Waits twice as long after each publication, so that a slow consumer is not flooded with repeats. */
    static final String UNCONSUMED = """
            SELECT o.seq, o.id, o.type, o.body, o.traceparent, o.publications
              FROM events.outbox o
             WHERE o.settled_at IS NULL
               AND o.published_at <= clock_timestamp() - :millis * interval '1 millisecond'
               AND o.published_at <= clock_timestamp()
                   - :millis * power(2, least(o.publications - 1, 6)) * interval '1 millisecond'
               AND EXISTS (
                   SELECT FROM unnest(:types::text[], :functions::text[]) AS s(type, function)
                    WHERE s.type = o.type
                      AND NOT EXISTS (SELECT FROM events.inbox i
                                       WHERE i.function = s.function AND i.event_id = o.id)
                      AND NOT EXISTS (SELECT FROM events.dead_letter d
                                       WHERE d.function = s.function AND d.event_id = o.id
                                         AND d.replayed_at IS NULL))
             ORDER BY o.published_at
             LIMIT :limit
            """;

    static final String SETTLE = """
            UPDATE events.outbox
               SET settled_at = clock_timestamp()
             WHERE id = ANY (ARRAY(
                   SELECT o.id
                     FROM events.outbox o
                    WHERE o.settled_at IS NULL
                      AND o.published_at IS NOT NULL
                      AND NOT EXISTS (
                          SELECT FROM unnest(:types::text[], :functions::text[]) AS s(type, function)
                           WHERE s.type = o.type
                             AND NOT EXISTS (SELECT FROM events.inbox i
                                              WHERE i.function = s.function AND i.event_id = o.id))
                    ORDER BY o.published_at
                    LIMIT :limit
                      FOR UPDATE SKIP LOCKED))
            """;

    static final String MARK_PUBLISHED = """
            UPDATE events.outbox
               SET published_at = clock_timestamp(), publications = publications + 1
             WHERE id = ANY (:ids::text[])
            """;

    static final String ABOUT = """
            SELECT o.body
              FROM events.outbox o
             WHERE o.about = :about
             ORDER BY o.seq
             LIMIT :limit
            """;

    static final String TRAIL = """
            SELECT o.body, o.published_at, o.publications, i.function, i.received_at
              FROM events.outbox o
              LEFT JOIN events.inbox i ON i.event_id = o.id
             WHERE o.about = :about
             ORDER BY o.seq, i.received_at
             LIMIT :limit
            """;

    private OutboxSql() {}
}
