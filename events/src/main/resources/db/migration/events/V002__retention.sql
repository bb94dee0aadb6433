-- What is kept of events and for how long. The outbox stays: a payment's trace is read from it, and events hold no personal
-- data. That an event was consumed is kept for 60 days; JetStream could deliver it again for 7. An event that was
-- parked and then replayed for 90 days. The application deletes nothing itself; these functions run as the owner.

-- Where ids of that time begin; they are UUIDv7 in Crockford's base 32, so ten characters are the milliseconds.
CREATE FUNCTION events.event_id_at(moment timestamptz) RETURNS text LANGUAGE sql IMMUTABLE
RETURN (SELECT 'ev_' || string_agg(
            substr('0123456789abcdefghjkmnpqrstvwxyz', ((ms >> (45 - 5 * i)) & 31)::int + 1, 1), '' ORDER BY i)
          FROM generate_series(0, 9) AS i, (SELECT floor(extract(epoch FROM moment) * 1000)::bigint AS ms) AS t);

-- Forgets at most so many consumptions and as many replayed dead letters. What somebody still has to consume is not touched.
CREATE FUNCTION events.forget_consumed(most int, OUT consumed bigint, OUT parked bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF current_setting('nkap.orgs', true) IS DISTINCT FROM '*' THEN
        RAISE EXCEPTION 'only a job of the platform forgets, since it has to see everything';
    END IF;
    WITH due AS MATERIALIZED (
        SELECT i.event_id, i.function FROM events.inbox i
         WHERE i.event_id < events.event_id_at(now() - interval '60 days')
           AND i.received_at < now() - interval '60 days'
           AND NOT EXISTS (SELECT FROM events.pending p WHERE p.event_id = i.event_id)
         ORDER BY i.event_id LIMIT most),
    gone AS (DELETE FROM events.inbox i USING due WHERE i.event_id = due.event_id AND i.function = due.function RETURNING 1)
    SELECT count(*) INTO consumed FROM gone;
    WITH gone AS (
        DELETE FROM events.dead_letter d WHERE d.id = ANY (ARRAY(
            SELECT w.id FROM events.dead_letter w WHERE w.replayed_at < now() - interval '90 days' LIMIT most))
        RETURNING 1)
    SELECT count(*) INTO parked FROM gone;
END $$;
GRANT EXECUTE ON FUNCTION events.forget_consumed(int) TO nkap_app;
