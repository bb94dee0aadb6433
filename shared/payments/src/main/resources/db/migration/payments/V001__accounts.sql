-- Who uses Nkap, what they pay for it, and where they want their money.

CREATE TABLE organisation (
    org_id     text        PRIMARY KEY CHECK (org_id ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    name       text        NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE merchant (
    id         text        PRIMARY KEY CHECK (id LIKE 'mer\_%'),
    org_id     text        NOT NULL REFERENCES organisation,
    name       text        NOT NULL,
    is_default boolean     NOT NULL DEFAULT false,
    status     text        NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended')),
    created_at timestamptz NOT NULL DEFAULT now()
);
-- The merchant a caller of the organisation means when it names none.
CREATE UNIQUE INDEX merchant_default ON merchant (org_id) WHERE is_default;
CREATE INDEX merchant_org ON merchant (org_id, id);

-- The plan in force is the one that began last; a plan is never changed, only followed by another.
CREATE TABLE fee_plan (
    id           text        PRIMARY KEY,
    org_id       text        NOT NULL REFERENCES organisation,
    operation    text        NOT NULL CHECK (operation IN ('charge', 'payout')),
    valid_from   timestamptz NOT NULL,
    basis_points int         NOT NULL CHECK (basis_points BETWEEN 0 AND 10000),
    fixed        bigint      NOT NULL CHECK (fixed >= 0),
    cap          bigint      CHECK (cap >= 0),
    created_by   text        NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    UNIQUE (org_id, operation, valid_from)
);

CREATE TABLE payout_preference (
    merchant      text        PRIMARY KEY REFERENCES merchant,
    org_id        text        NOT NULL,
    mode          text        NOT NULL CHECK (mode IN ('automatic', 'manual')),
    provider      text        NOT NULL,
    msisdn_sealed bytea       NOT NULL,
    msisdn_hash   bytea       NOT NULL,
    msisdn_masked text        NOT NULL,
    updated_by    text        NOT NULL,
    updated_at    timestamptz NOT NULL DEFAULT now()
);

-- What one operation at one provider may move, effective-dated like the fees.
CREATE TABLE amount_limit (
    provider   text        NOT NULL,
    operation  text        NOT NULL CHECK (operation IN ('charge', 'payout')),
    valid_from timestamptz NOT NULL,
    least      bigint      NOT NULL CHECK (least > 0),
    most       bigint      NOT NULL CHECK (most >= least),
    PRIMARY KEY (provider, operation, valid_from)
);
-- 500,000 F was the regulatory limit of one transaction until 2023; operators' merchant contracts allow 1,000,000 F.
INSERT INTO amount_limit VALUES
    ('mtn', 'charge', '2024-01-01Z', 1, 1000000),
    ('mtn', 'payout', '2024-01-01Z', 1, 1000000);

ALTER TABLE organisation ENABLE ROW LEVEL SECURITY;
ALTER TABLE organisation FORCE ROW LEVEL SECURITY;
ALTER TABLE merchant ENABLE ROW LEVEL SECURITY;
ALTER TABLE merchant FORCE ROW LEVEL SECURITY;
ALTER TABLE fee_plan ENABLE ROW LEVEL SECURITY;
ALTER TABLE fee_plan FORCE ROW LEVEL SECURITY;
ALTER TABLE payout_preference ENABLE ROW LEVEL SECURITY;
ALTER TABLE payout_preference FORCE ROW LEVEL SECURITY;

CREATE POLICY own_org ON organisation USING (nkap.sees(org_id)) WITH CHECK (nkap.sees(org_id));
CREATE POLICY own_org ON merchant USING (nkap.sees(org_id)) WITH CHECK (nkap.sees(org_id));
CREATE POLICY own_org ON fee_plan USING (nkap.sees(org_id)) WITH CHECK (nkap.sees(org_id));
CREATE POLICY own_org ON payout_preference USING (nkap.sees(org_id)) WITH CHECK (nkap.sees(org_id));
-- Lets the owner's one lookup below see whom a customer pays; the owner cannot log in.
CREATE POLICY directory ON merchant FOR SELECT TO nkap_owner USING (true);

-- A customer names the merchant to pay; this tells the merchant's organisation and nothing else.
CREATE FUNCTION merchant_org(merchant_id text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT org_id FROM payments.merchant WHERE id = merchant_id
$$;
REVOKE ALL ON FUNCTION merchant_org(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION merchant_org(text) TO nkap_app;

GRANT SELECT, INSERT ON organisation, merchant, fee_plan TO nkap_app;
GRANT UPDATE (name) ON organisation TO nkap_app;
GRANT UPDATE (name, status) ON merchant TO nkap_app;
GRANT SELECT, INSERT ON payout_preference TO nkap_app;
GRANT UPDATE (mode, provider, msisdn_sealed, msisdn_hash, msisdn_masked, updated_by, updated_at) ON payout_preference TO nkap_app;
GRANT SELECT ON amount_limit TO nkap_app;
