-- What this database owes the world, written once and never changed.
CREATE TABLE events.outbox (
    id           text        NOT NULL,
    seq          bigint      GENERATED ALWAYS AS IDENTITY,
    org_id       text        NOT NULL CHECK (org_id <> ''),
    type         text        NOT NULL CHECK (type LIKE 'cm.nkap.%'),
    about        text        NOT NULL,
    source       text        NOT NULL,
    recorded_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    traceparent  text,
    body         text        NOT NULL,
    CONSTRAINT outbox_pkey PRIMARY KEY (id)
);
COMMENT ON COLUMN events.outbox.body IS 'exact structured CloudEvents JSON, byte for byte what was and will be published';

CREATE INDEX outbox_about ON events.outbox (about, seq);

-- Which events are not yet known to be consumed by everybody: written with the event, deleted when they are. No foreign key:
-- its check for every row would cost more than the row, and nobody deletes from the outbox.
CREATE TABLE events.pending (
    event_id    text        NOT NULL,
    org_id      text        NOT NULL CHECK (org_id <> ''),
    expected    smallint    NOT NULL CHECK (expected >= 0),
    rounds      smallint    NOT NULL DEFAULT 0,
    stream_seq  bigint,
    quiet_since timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT pending_pkey PRIMARY KEY (event_id)
) WITH (
    -- Rows live for seconds: clean at once and cheaply, and never lock everybody out to give back space that is needed again.
    autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 5000,
    autovacuum_vacuum_cost_delay = 0,
    vacuum_truncate = off
);
COMMENT ON COLUMN events.pending.expected IS 'how many functions are to consume it; 0 means that JetStream having it is enough';
COMMENT ON COLUMN events.pending.rounds IS 'how often sweep has taken it up';
COMMENT ON COLUMN events.pending.stream_seq IS 'where in the stream sweep last saw it';
COMMENT ON COLUMN events.pending.quiet_since IS 'sweep takes it up its patience after this; in the future after several rounds';

CREATE INDEX pending_quiet ON events.pending (quiet_since);

-- Which function has had which event, written in the transaction of the effect.
CREATE TABLE events.inbox (
    function    text        NOT NULL,
    event_id    text        NOT NULL,
    received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT inbox_pkey PRIMARY KEY (event_id, function)
);

-- Events that a function would not take, with the reason of each attempt. Parked, never lost.
CREATE TABLE events.dead_letter (
    id          text        NOT NULL,
    function    text        NOT NULL,
    filter      text        NOT NULL,
    event_id    text        NOT NULL,
    type        text        NOT NULL,
    org_id      text        NOT NULL CHECK (org_id <> ''),
    about       text        NOT NULL,
    body        text        NOT NULL,
    reasons     jsonb       NOT NULL CHECK (jsonb_typeof(reasons) = 'array'),
    attempts    integer     NOT NULL CHECK (attempts > 0),
    parked_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    replayed_at timestamptz,
    replays     integer     NOT NULL DEFAULT 0,
    CONSTRAINT dead_letter_pkey PRIMARY KEY (id),
    CONSTRAINT dead_letter_once UNIQUE (event_id, function)
);
CREATE INDEX dead_letter_waiting ON events.dead_letter (parked_at, id) WHERE replayed_at IS NULL;

-- Old events may one day be moved away, by a role made for that and nothing else.
CREATE FUNCTION events.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_user = 'nkap_retention' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'events.% is append-only: % refused', TG_TABLE_NAME, TG_OP;
END $$;
CREATE TRIGGER outbox_append_only BEFORE UPDATE OR DELETE ON events.outbox EXECUTE FUNCTION events.refuse_change();
-- session_replication_role = replica would silence an ordinary trigger.
ALTER TABLE events.outbox ENABLE ALWAYS TRIGGER outbox_append_only;

ALTER TABLE events.outbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE events.outbox FORCE ROW LEVEL SECURITY;
CREATE POLICY outbox_of_org ON events.outbox USING (nkap.sees(org_id)) WITH CHECK (nkap.sees(org_id));

ALTER TABLE events.pending ENABLE ROW LEVEL SECURITY;
ALTER TABLE events.pending FORCE ROW LEVEL SECURITY;
CREATE POLICY pending_of_org ON events.pending USING (nkap.sees(org_id)) WITH CHECK (nkap.sees(org_id));

ALTER TABLE events.dead_letter ENABLE ROW LEVEL SECURITY;
ALTER TABLE events.dead_letter FORCE ROW LEVEL SECURITY;
CREATE POLICY dead_letter_of_org ON events.dead_letter USING (nkap.sees(org_id)) WITH CHECK (nkap.sees(org_id));

GRANT SELECT, INSERT ON events.outbox, events.inbox, events.dead_letter TO nkap_app;
GRANT SELECT, INSERT, DELETE, UPDATE (expected, rounds, stream_seq, quiet_since) ON events.pending TO nkap_app;
GRANT UPDATE (reasons, attempts, parked_at, replayed_at, replays) ON events.dead_letter TO nkap_app;
