-- What this database owes the world. Rows are never deleted; only the markers at the end change.
CREATE TABLE events.outbox (
    id           text        NOT NULL,
    seq          bigint      GENERATED ALWAYS AS IDENTITY,
    org_id       text        NOT NULL CHECK (org_id <> ''),
    type         text        NOT NULL CHECK (type LIKE 'cm.nkap.%'),
    about        text        NOT NULL,
    source       text        NOT NULL,
    occurred_at  timestamptz NOT NULL,
    recorded_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    traceparent  text,
    body         text        NOT NULL,
    published_at timestamptz,
    publications integer     NOT NULL DEFAULT 0,
    settled_at   timestamptz,
    CONSTRAINT outbox_pkey PRIMARY KEY (id),
    CONSTRAINT outbox_published_is_counted CHECK ((published_at IS NULL) = (publications = 0)),
    CONSTRAINT outbox_settled_after_published CHECK (settled_at IS NULL OR published_at IS NOT NULL)
) WITH (
    -- Every row is updated twice: room on its page, and cleaning that keeps pace with the partial indexes.
    fillfactor = 80,
    autovacuum_vacuum_scale_factor = 0.01,
    autovacuum_vacuum_threshold = 5000
);
COMMENT ON COLUMN events.outbox.body IS 'exact structured CloudEvents JSON, byte for byte what was and will be published';

CREATE INDEX outbox_about ON events.outbox (about, seq);
-- Small however many settled rows there are: a row is in the first for milliseconds, in the second until it is consumed.
CREATE INDEX outbox_unpublished ON events.outbox (seq) WHERE published_at IS NULL;
CREATE INDEX outbox_unsettled ON events.outbox (published_at) WHERE settled_at IS NULL AND published_at IS NOT NULL;

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

ALTER TABLE events.outbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE events.outbox FORCE ROW LEVEL SECURITY;
CREATE POLICY outbox_of_org ON events.outbox USING (nkap.sees(org_id)) WITH CHECK (nkap.sees(org_id));

ALTER TABLE events.dead_letter ENABLE ROW LEVEL SECURITY;
ALTER TABLE events.dead_letter FORCE ROW LEVEL SECURITY;
CREATE POLICY dead_letter_of_org ON events.dead_letter USING (nkap.sees(org_id)) WITH CHECK (nkap.sees(org_id));

GRANT SELECT, INSERT ON events.outbox, events.inbox, events.dead_letter TO nkap_app;
GRANT UPDATE (published_at, publications, settled_at) ON events.outbox TO nkap_app;
GRANT UPDATE (reasons, attempts, parked_at, replayed_at, replays) ON events.dead_letter TO nkap_app;
