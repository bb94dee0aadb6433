package cm.nkap.events;

/** The statements of {@link Outbox}. Times are the database's, so that no application clock decides what is late. */
final class OutboxSql {
    static final String APPEND = """
            WITH event AS MATERIALIZED (
                SELECT *
                  FROM unnest(:ids::text[], :orgs::text[], :types::text[], :abouts::text[], :sources::text[],
                              :traceparents::text[], :bodies::text[], :expected::smallint[])
                       AS e(id, org_id, type, about, source, traceparent, body, expected)),
            written AS (
                INSERT INTO events.outbox (id, org_id, type, about, source, traceparent, body)
                SELECT id, org_id, type, about, source, traceparent, body
                  FROM event)
            INSERT INTO events.pending (event_id, org_id, expected)
            SELECT id, org_id, expected
              FROM event
            """;

    /** Looks at the rows that sweep comes to next, one probe of the inbox each, and waits for nobody. */
    static final String SETTLE = """
            DELETE FROM events.pending
             WHERE ctid = ANY (ARRAY(
                   SELECT p.ctid
                     FROM events.pending p
                    WHERE p.quiet_since <= (SELECT max(next.quiet_since)
                                              FROM (SELECT n.quiet_since
                                                      FROM events.pending n
                                                     ORDER BY n.quiet_since
                                                     LIMIT :limit) AS next)
                      AND p.expected > 0
                      AND p.expected <= (SELECT count(*)
                                           FROM events.inbox i
                                          WHERE i.event_id = p.event_id AND i.function = ANY (:functions::text[]))
                      FOR UPDATE SKIP LOCKED))
            """;

    /** A stable time, not clock_timestamp(): only that can be looked up in the index. */
    static final String DUE = """
            SELECT o.id, o.type, o.body, o.traceparent, p.rounds, p.stream_seq,
                   CASE WHEN p.expected = 0 OR taken.n + parked.n < p.expected THEN 'OWED'
                        WHEN taken.n < p.expected THEN 'PARKED'
                        ELSE 'CONSUMED' END AS state
              FROM events.pending p
              JOIN events.outbox o ON o.id = p.event_id
             CROSS JOIN LATERAL (
                   SELECT count(*) AS n
                     FROM events.inbox i
                    WHERE i.event_id = p.event_id AND i.function = ANY (:functions::text[])) AS taken
             CROSS JOIN LATERAL (
                   SELECT count(*) AS n
                     FROM events.dead_letter d
                    WHERE d.event_id = p.event_id
                      AND d.replayed_at IS NULL
                      AND NOT EXISTS (SELECT FROM events.inbox i
                                       WHERE i.event_id = d.event_id AND i.function = d.function)) AS parked
             WHERE p.quiet_since <= statement_timestamp() - :millis * interval '1 millisecond'
             ORDER BY p.quiet_since, o.seq
             LIMIT :limit
            """;

    /**
     * Waits twice as long after each round, so that a slow consumer is not flooded with repeats. Subscriptions may have changed
     * since the event was written, so a row learns here how many it waits for now.
     */
    static final String NEXT_ROUND = """
            WITH mine AS MATERIALIZED (
                SELECT p.event_id, u.expected, u.place
                  FROM unnest(:ids::text[], :expected::smallint[], :places::bigint[]) AS u(id, expected, place)
                  JOIN events.pending p ON p.event_id = u.id
                   FOR UPDATE OF p SKIP LOCKED)
            UPDATE events.pending AS p
               SET rounds = least(p.rounds + 1, 32000),
                   expected = mine.expected,
                   stream_seq = mine.place,
                   quiet_since = clock_timestamp()
                       + (power(2, least(p.rounds + 1, 6)) - 1) * :millis * interval '1 millisecond'
              FROM mine
             WHERE p.event_id = mine.event_id
            """;

    static final String FORGET = """
            DELETE FROM events.pending
             WHERE ctid = ANY (ARRAY(
                   SELECT p.ctid
                     FROM events.pending p
                    WHERE p.event_id = ANY (:ids::text[])
                      AND (p.expected = 0 OR :consumed)
                      FOR UPDATE SKIP LOCKED))
            """;

    static final String ABOUT = """
            SELECT o.body
              FROM events.outbox o
             WHERE o.about = :about
             ORDER BY o.seq
             LIMIT :limit
            """;

    static final String TRAIL = """
            SELECT o.body, p.event_id IS NOT NULL AS pending, i.function, i.received_at
              FROM events.outbox o
              LEFT JOIN events.pending p ON p.event_id = o.id
              LEFT JOIN events.inbox i ON i.event_id = o.id
             WHERE o.about = :about
             ORDER BY o.seq, i.received_at
             LIMIT :limit
            """;

    private OutboxSql() {}
}
