-- What we asked of providers, each try, and what they called back.

CREATE TABLE provider_request (
    id                   text        PRIMARY KEY CHECK (id LIKE 'pr\_%'),
    org_id               text        NOT NULL,
    kind                 text        NOT NULL CHECK (kind IN ('collect', 'disburse')),
    payment              text        NOT NULL,
    provider             text        NOT NULL,
    reference            uuid        NOT NULL UNIQUE,
    status               text        NOT NULL
                         CHECK (status IN ('created', 'pending', 'unknown', 'succeeded', 'failed', 'expired', 'frozen')),
    amount               bigint      NOT NULL CHECK (amount > 0),
    currency             text        NOT NULL,
    msisdn_sealed        bytea       NOT NULL,
    callback_token       text        NOT NULL UNIQUE,
    submits              int         NOT NULL DEFAULT 0,
    asks                 int         NOT NULL DEFAULT 0,
    not_found            int         NOT NULL DEFAULT 0,
    not_found_since      timestamptz,
    provider_transaction text,
    failure_code         text,
    failure_message      text,
    expires_at           timestamptz NOT NULL,
    next_check_at        timestamptz,
    traceparent          text,
    created_at           timestamptz NOT NULL,
    completed_at         timestamptz,
    UNIQUE (payment, kind)
) WITH (fillfactor = 70);
CREATE INDEX provider_request_due ON provider_request (next_check_at) WHERE next_check_at IS NOT NULL;
CREATE INDEX provider_request_known ON provider_request (provider, kind, id DESC) WHERE status = 'succeeded';
CREATE TRIGGER provider_request_final BEFORE UPDATE ON provider_request FOR EACH ROW
    EXECUTE FUNCTION keep_final('succeeded', 'failed', 'expired');

CREATE TABLE provider_attempt (
    id          text        PRIMARY KEY CHECK (id LIKE 'at\_%'),
    org_id      text        NOT NULL,
    request     text        NOT NULL,
    kind        text        NOT NULL CHECK (kind IN ('submit', 'status')),
    started_at  timestamptz NOT NULL,
    finished_at timestamptz,
    outcome     text,
    http_status int,
    detail      text
) WITH (fillfactor = 70);
CREATE INDEX provider_attempt_request ON provider_attempt (request, id);

-- Raw, sealed because the body names the payer; kept even when nobody knows the token.
CREATE TABLE provider_callback (
    id          text        PRIMARY KEY CHECK (id LIKE 'cb\_%'),
    org_id      text        NOT NULL,
    provider    text        NOT NULL,
    request     text,
    payment     text,
    method      text        NOT NULL,
    body_sealed bytea       NOT NULL,
    received_at timestamptz NOT NULL
);
CREATE INDEX provider_callback_payment ON provider_callback (payment, id) WHERE payment IS NOT NULL;

ALTER TABLE provider_request ENABLE ROW LEVEL SECURITY;
ALTER TABLE provider_request FORCE ROW LEVEL SECURITY;
ALTER TABLE provider_attempt ENABLE ROW LEVEL SECURITY;
ALTER TABLE provider_attempt FORCE ROW LEVEL SECURITY;
ALTER TABLE provider_callback ENABLE ROW LEVEL SECURITY;
ALTER TABLE provider_callback FORCE ROW LEVEL SECURITY;
CREATE POLICY own_org ON provider_request USING (nkap.sees(org_id)) WITH CHECK (nkap.sees(org_id));
CREATE POLICY own_org ON provider_attempt USING (nkap.sees(org_id)) WITH CHECK (nkap.sees(org_id));
CREATE POLICY own_org ON provider_callback USING (nkap.sees(org_id)) WITH CHECK (nkap.sees(org_id));

-- The reference under which a provider was asked, and for how much, never changes.
GRANT SELECT, INSERT ON provider_request, provider_attempt TO nkap_app;
GRANT UPDATE (status, submits, asks, not_found, not_found_since, provider_transaction, failure_code, failure_message,
              next_check_at, completed_at) ON provider_request TO nkap_app;
GRANT UPDATE (finished_at, outcome, http_status, detail) ON provider_attempt TO nkap_app;
GRANT SELECT, INSERT ON provider_callback TO nkap_app;
