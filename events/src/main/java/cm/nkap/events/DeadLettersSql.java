package cm.nkap.events;

/** The statements of {@link DeadLetters}. */
final class DeadLettersSql {
    static final String PARK = """
            INSERT INTO events.dead_letter AS d
                   (id, function, filter, event_id, type, org_id, about, body, reasons, attempts)
            VALUES (:id, :function, :filter, :eventId, :type, :org, :about, :body, :reasons::jsonb, :attempts)
            ON CONFLICT (event_id, function) DO UPDATE
               SET reasons = excluded.reasons,
                   attempts = d.attempts + excluded.attempts,
                   parked_at = clock_timestamp(),
                   replayed_at = NULL
            """;

    static final String WAITING = """
            SELECT d.id, d.function, d.event_id, d.type, d.org_id, d.about, d.body, d.reasons, d.attempts,
                   d.parked_at, d.replayed_at
              FROM events.dead_letter d
             WHERE d.replayed_at IS NULL
               AND NOT EXISTS (SELECT FROM events.inbox i
                                WHERE i.function = d.function AND i.event_id = d.event_id)
             ORDER BY d.parked_at, d.id
             LIMIT :limit
            """;

    /** Unreadable messages have no type and cannot be published again. Sweep, which left these events alone, looks again soon. */
    static final String REPLAY = """
            WITH replayed AS (
                UPDATE events.dead_letter AS d
                   SET replayed_at = clock_timestamp(), replays = d.replays + 1
                 WHERE d.id = ANY (ARRAY(
                       SELECT w.id
                         FROM events.dead_letter w
                        WHERE w.replayed_at IS NULL
                          AND w.type <> ''
                          AND (:id::text IS NULL OR w.id = :id)
                          AND (:function::text IS NULL OR w.function = :function)
                        ORDER BY w.parked_at, w.id
                        LIMIT :limit
                          FOR UPDATE SKIP LOCKED))
                RETURNING d.event_id, d.type, d.body, d.replays, d.body::jsonb ->> 'traceparent' AS traceparent),
            awaited AS (
                UPDATE events.pending AS p
                   SET quiet_since = least(p.quiet_since, clock_timestamp())
                  FROM replayed r
                 WHERE p.event_id = r.event_id)
            SELECT event_id, type, body, replays, traceparent
              FROM replayed
            """;

    private DeadLettersSql() {}
}
