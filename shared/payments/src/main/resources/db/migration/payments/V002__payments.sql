-- Charges and payouts. A final state never changes, whoever writes.

CREATE FUNCTION keep_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status = ANY (TG_ARGV::text[]) AND NEW.status <> OLD.status THEN
        RAISE EXCEPTION '% % is %, which is final; it cannot become %', TG_TABLE_NAME, OLD.id, OLD.status, NEW.status
            USING ERRCODE = 'P0009';
    END IF;
    IF NEW.amount <> OLD.amount OR NEW.org_id <> OLD.org_id THEN
        RAISE EXCEPTION '% % keeps its amount and its organisation', TG_TABLE_NAME, OLD.id USING ERRCODE = 'P0009';
    END IF;
    RETURN NEW;
END $$;

CREATE TABLE charge (
    id                   text        PRIMARY KEY CHECK (id LIKE 'ch\_%'),
    org_id               text        NOT NULL,
    merchant             text        NOT NULL,
    status               text        NOT NULL CHECK (status IN ('pending', 'unknown', 'succeeded', 'failed', 'expired', 'canceled')),
    amount               bigint      NOT NULL CHECK (amount > 0),
    currency             text        NOT NULL CHECK (currency = 'XAF'),
    fee                  bigint      NOT NULL CHECK (fee >= 0),
    net                  bigint      NOT NULL CHECK (net >= 0),
    fee_plan             text        NOT NULL,
    provider             text        NOT NULL,
    msisdn_sealed        bytea       NOT NULL,
    msisdn_hash          bytea       NOT NULL,
    msisdn_masked        text        NOT NULL,
    reference            text        NOT NULL,
    description          text,
    metadata             text        NOT NULL,
    customer_subject     text,
    created_by           text        NOT NULL,
    failure_code         text,
    failure_message      text,
    provider_transaction text,
    trace_id             text        NOT NULL,
    created_at           timestamptz NOT NULL,
    expires_at           timestamptz NOT NULL,
    completed_at         timestamptz,
    CONSTRAINT whole_is_sum_of_parts CHECK (amount = fee + net)
) WITH (fillfactor = 70);
CREATE INDEX charge_page ON charge (org_id, id DESC);
CREATE INDEX charge_customer ON charge (customer_subject, id DESC) WHERE customer_subject IS NOT NULL;
-- The condition spares a function call for each row that nothing forbids.
CREATE TRIGGER charge_final BEFORE UPDATE ON charge FOR EACH ROW
    WHEN (OLD.status NOT IN ('pending', 'unknown') OR NEW.amount <> OLD.amount OR NEW.org_id <> OLD.org_id)
    EXECUTE FUNCTION keep_final('succeeded', 'failed', 'expired', 'canceled');

CREATE TABLE payout (
    id                   text        PRIMARY KEY CHECK (id LIKE 'po\_%'),
    org_id               text        NOT NULL,
    merchant             text        NOT NULL,
    status               text        NOT NULL CHECK (status IN ('queued', 'pending', 'unknown', 'succeeded', 'failed')),
    amount               bigint      NOT NULL CHECK (amount > 0),
    currency             text        NOT NULL CHECK (currency = 'XAF'),
    fee                  bigint      NOT NULL CHECK (fee >= 0),
    fee_plan             text        NOT NULL,
    provider             text        NOT NULL,
    msisdn_sealed        bytea       NOT NULL,
    msisdn_hash          bytea       NOT NULL,
    msisdn_masked        text        NOT NULL,
    reference            text        NOT NULL,
    charge               text        UNIQUE,
    journal_seq          bigint,
    queued_reason        text,
    created_by           text        NOT NULL,
    failure_code         text,
    failure_message      text,
    provider_transaction text,
    trace_id             text        NOT NULL,
    created_at           timestamptz NOT NULL,
    completed_at         timestamptz,
    CONSTRAINT posted_before_asked CHECK (status = 'queued' OR journal_seq IS NOT NULL)
) WITH (fillfactor = 70);
CREATE INDEX payout_page ON payout (org_id, id DESC);
CREATE INDEX payout_queue ON payout (provider, id) WHERE status = 'queued';
CREATE INDEX payout_queue_merchant ON payout (merchant) WHERE status = 'queued';
CREATE TRIGGER payout_final BEFORE UPDATE ON payout FOR EACH ROW
    WHEN (OLD.status NOT IN ('queued', 'pending', 'unknown') OR NEW.amount <> OLD.amount OR NEW.org_id <> OLD.org_id)
    EXECUTE FUNCTION keep_final('succeeded', 'failed');

-- Money that came after the charge had ended otherwise; somebody or a rule must say where it belongs.
CREATE TABLE unapplied_receipt (
    id                   text        PRIMARY KEY CHECK (id LIKE 'ur\_%'),
    org_id               text        NOT NULL,
    payment              text        NOT NULL UNIQUE,
    provider             text        NOT NULL,
    amount               bigint      NOT NULL CHECK (amount > 0),
    provider_transaction text,
    journal_seq          bigint      NOT NULL,
    status               text        NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'resolved')),
    created_at           timestamptz NOT NULL
);
CREATE INDEX unapplied_receipt_page ON unapplied_receipt (org_id, id DESC);

-- Something that a person has to look at.
CREATE TABLE exception (
    id         text        PRIMARY KEY CHECK (id LIKE 'ex\_%'),
    org_id     text        NOT NULL,
    reason     text        NOT NULL,
    status     text        NOT NULL DEFAULT 'open'
               CHECK (status IN ('open', 'assigned', 'pending_approval', 'resolved', 'written_off')),
    payment    text        NOT NULL,
    detail     text        NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (payment, reason)
);
CREATE INDEX exception_page ON exception (status, id DESC);

ALTER TABLE charge ENABLE ROW LEVEL SECURITY;
ALTER TABLE charge FORCE ROW LEVEL SECURITY;
ALTER TABLE payout ENABLE ROW LEVEL SECURITY;
ALTER TABLE payout FORCE ROW LEVEL SECURITY;
ALTER TABLE unapplied_receipt ENABLE ROW LEVEL SECURITY;
ALTER TABLE unapplied_receipt FORCE ROW LEVEL SECURITY;
ALTER TABLE exception ENABLE ROW LEVEL SECURITY;
ALTER TABLE exception FORCE ROW LEVEL SECURITY;

CREATE POLICY own_org ON charge USING (nkap.sees(org_id)) WITH CHECK (nkap.sees(org_id));
-- A customer reads what it paid, whichever organisation it paid to.
CREATE POLICY own_payment ON charge FOR SELECT USING (nkap.sees('customer.' || customer_subject));
CREATE POLICY own_org ON payout USING (nkap.sees(org_id)) WITH CHECK (nkap.sees(org_id));
CREATE POLICY own_org ON unapplied_receipt USING (nkap.sees(org_id)) WITH CHECK (nkap.sees(org_id));
CREATE POLICY own_org ON exception USING (nkap.sees(org_id)) WITH CHECK (nkap.sees(org_id));

-- Whose money it is, how much and to whom is written once.
GRANT SELECT, INSERT ON charge, payout TO nkap_app;
GRANT UPDATE (status, failure_code, failure_message, provider_transaction, completed_at) ON charge TO nkap_app;
GRANT UPDATE (status, failure_code, failure_message, provider_transaction, completed_at, queued_reason, journal_seq)
    ON payout TO nkap_app;
GRANT SELECT, INSERT ON unapplied_receipt, exception TO nkap_app;
