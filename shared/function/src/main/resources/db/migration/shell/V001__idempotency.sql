-- What was answered to a call with an Idempotency-Key, committed together with what the call did.
CREATE TABLE shell.idempotency (
    org_id      text        NOT NULL CHECK (org_id <> ''),
    route       text        NOT NULL,
    holder      text        NOT NULL,
    key         text        NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
    fingerprint bytea       NOT NULL CHECK (octet_length(fingerprint) = 32),
    status      integer     CHECK (status BETWEEN 200 AND 499),
    body        text,
    headers     text,
    created_at  timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL CHECK (expires_at > created_at),
    CONSTRAINT idempotency_pkey PRIMARY KEY (org_id, route, holder, key)
) WITH (
    -- Each row is updated once, in the transaction that inserts it.
    fillfactor = 70
);
COMMENT ON COLUMN shell.idempotency.route IS 'method and path template';
COMMENT ON COLUMN shell.idempotency.holder IS 'subject of a customer; empty when the organisation shares the key';
COMMENT ON COLUMN shell.idempotency.fingerprint IS 'SHA-256 of path, query and canonical JSON body';
COMMENT ON COLUMN shell.idempotency.status IS 'null only inside the transaction that claims the key';

CREATE INDEX idempotency_expiry ON shell.idempotency (expires_at);

ALTER TABLE shell.idempotency ENABLE ROW LEVEL SECURITY;
ALTER TABLE shell.idempotency FORCE ROW LEVEL SECURITY;
CREATE POLICY idempotency_tenant ON shell.idempotency USING (nkap.sees(org_id)) WITH CHECK (nkap.sees(org_id));

GRANT SELECT, INSERT, DELETE ON shell.idempotency TO nkap_app;
GRANT UPDATE (status, body, headers) ON shell.idempotency TO nkap_app;
