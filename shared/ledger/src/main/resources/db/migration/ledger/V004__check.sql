-- What the continuous checks remember. It is no money, so the application writes it; only work for all tenants sees it.

-- How far each check has come. seq: the journal or account it has read up to. state: what else it must know to go on.
-- lag: journals it has not read yet. resting: it has read everything until the next round.
CREATE TABLE checked (
    name     text        PRIMARY KEY,
    seq      bigint      NOT NULL DEFAULT 0,
    state    text        NOT NULL DEFAULT '',
    lag      bigint      NOT NULL DEFAULT 0,
    resting  boolean     NOT NULL DEFAULT false,
    round_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended_at timestamptz,
    ran_at   timestamptz
) WITH (fillfactor = 50);

-- What they found; gone_at: when it was as it must be again. at: the journal or account that the check reads again.
CREATE TABLE finding (
    id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    check_name text        NOT NULL,
    at         bigint      NOT NULL,
    about      text        NOT NULL,
    detail     text        NOT NULL,
    found_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    seen_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    gone_at    timestamptz
);
CREATE UNIQUE INDEX finding_open ON finding (check_name, about) WHERE gone_at IS NULL;

-- What stands on an account that must return to zero, payment by payment; a journal of no payment counts to ''.
CREATE TABLE open_item (
    account_id bigint      NOT NULL,
    payment    text        NOT NULL,
    amount     bigint      NOT NULL,
    since      timestamptz NOT NULL,
    PRIMARY KEY (account_id, payment)
);

ALTER TABLE checked ENABLE ROW LEVEL SECURITY;
ALTER TABLE checked FORCE ROW LEVEL SECURITY;
ALTER TABLE finding ENABLE ROW LEVEL SECURITY;
ALTER TABLE finding FORCE ROW LEVEL SECURITY;
ALTER TABLE open_item ENABLE ROW LEVEL SECURITY;
ALTER TABLE open_item FORCE ROW LEVEL SECURITY;
CREATE POLICY all_tenants ON checked TO nkap_app USING (nkap.sees('*')) WITH CHECK (nkap.sees('*'));
CREATE POLICY all_tenants ON finding TO nkap_app USING (nkap.sees('*')) WITH CHECK (nkap.sees('*'));
CREATE POLICY all_tenants ON open_item TO nkap_app USING (nkap.sees('*')) WITH CHECK (nkap.sees('*'));
GRANT SELECT, INSERT, UPDATE ON checked, finding TO nkap_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON open_item TO nkap_app;
