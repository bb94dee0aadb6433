-- Double entry. One head row orders all journals: whoever posts locks it, numbers its journals without a gap, chains
-- their hashes and moves it on. Amounts are whole francs, + is a debit, - a credit.

-- hash: of the journal before next_seq; of none yet, zeros. posted_at: when that was posted. closed_through: the last
-- day of the last closed period.
CREATE TABLE head (
    id             smallint    PRIMARY KEY CHECK (id = 1),
    next_seq       bigint      NOT NULL,
    hash           bytea       NOT NULL,
    posted_at      timestamptz NOT NULL,
    closed_through date
) WITH (fillfactor = 10);
INSERT INTO head (id, next_seq, hash, posted_at) VALUES (1, 1, decode(repeat('00', 32), 'hex'), clock_timestamp());

-- Who an account is never changes. sign: 1 grows by credits (liability, income, equity), -1 by debits (asset, expense).
CREATE TABLE account (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name      text        NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9_:.-]{1,120}$'),
    type      text        NOT NULL CHECK (type IN ('asset', 'liability', 'equity', 'income', 'expense')),
    sign      smallint    NOT NULL GENERATED ALWAYS AS (CASE WHEN type IN ('asset', 'expense') THEN -1 ELSE 1 END) STORED,
    tenant    text        NOT NULL CHECK (tenant <> ''),
    opened_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT account_identity UNIQUE (id, sign, tenant)
);

-- What an account holds. The floor is the last line of defence: the posting function refuses before it is reached.
-- sign and tenant are the account's, kept here so that posting reads one row; the key holds them to it.
CREATE TABLE balance (
    account_id bigint   PRIMARY KEY,
    sign       smallint NOT NULL,
    tenant     text     NOT NULL,
    floor      bigint,
    debits     bigint   NOT NULL DEFAULT 0 CHECK (debits >= 0),
    credits    bigint   NOT NULL DEFAULT 0 CHECK (credits >= 0),
    version    bigint   NOT NULL DEFAULT 0 CHECK (version >= 0),
    closed_at  timestamptz,
    CONSTRAINT balance_closed_empty CHECK (closed_at IS NULL OR debits = credits),
    CONSTRAINT balance_floor CHECK (floor IS NULL OR sign * (credits - debits) >= floor),
    CONSTRAINT balance_opens_empty CHECK (version > 0 OR (debits = 0 AND credits = 0)),
    CONSTRAINT balance_is_the_accounts FOREIGN KEY (account_id, sign, tenant) REFERENCES account (id, sign, tenant)
) WITH (fillfactor = 50);

-- posted_at never goes back from one number to the next. effective: the business day (of Cameroon) that the journal
-- belongs to when that is not the day of its posting. hash: see write_journals.
CREATE TABLE journal (
    seq         bigint      PRIMARY KEY CHECK (seq > 0),
    key         text        NOT NULL UNIQUE CHECK (length(key) BETWEEN 1 AND 200),
    fingerprint bytea       NOT NULL CHECK (length(fingerprint) = 32),
    kind        text        NOT NULL CHECK (length(kind) BETWEEN 1 AND 200),
    tenant      text        NOT NULL CHECK (length(tenant) BETWEEN 1 AND 200),
    payment     text        CHECK (length(payment) BETWEEN 1 AND 200),
    reverses    bigint,
    effective   date,
    legs        smallint    NOT NULL CHECK (legs >= 2),
    total       bigint      NOT NULL CHECK (total > 0),
    posted_at   timestamptz NOT NULL,
    hash        bytea       NOT NULL CHECK (length(hash) = 32)
);
CREATE UNIQUE INDEX journal_reversed_once ON journal (reverses) WHERE reverses IS NOT NULL;
CREATE INDEX journal_payment ON journal (payment, seq) WHERE payment IS NOT NULL;
CREATE INDEX journal_dated ON journal (effective, seq) WHERE effective IS NOT NULL;

-- (account, version) is the account's own gapless history; balance_after is what the account held then.
CREATE TABLE posting (
    journal_seq   bigint   NOT NULL,
    line          smallint NOT NULL CHECK (line > 0),
    account_id    bigint   NOT NULL,
    version       bigint   NOT NULL,
    amount        bigint   NOT NULL CHECK (amount <> 0) CHECK (amount BETWEEN -1000000000000000 AND 1000000000000000),
    balance_after bigint   NOT NULL,
    PRIMARY KEY (account_id, version),
    UNIQUE (journal_seq, line)
);

-- Periods that were closed: no journal takes effect in them any more. last_seq and hash say what the books held then.
CREATE TABLE period (
    closed_through date        PRIMARY KEY,
    last_seq       bigint      NOT NULL CHECK (last_seq >= 0),
    hash           bytea       NOT NULL CHECK (length(hash) = 32),
    closed_at      timestamptz NOT NULL
);

-- Nothing that was written is changed or taken away; a mistake is corrected by a reversal.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'ledger.% is append-only: % refused; post a reversal instead', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'L0009';
END $$;

CREATE TRIGGER journal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal EXECUTE FUNCTION refuse_change();
CREATE TRIGGER posting_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON posting EXECUTE FUNCTION refuse_change();
CREATE TRIGGER account_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON account EXECUTE FUNCTION refuse_change();
CREATE TRIGGER period_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON period EXECUTE FUNCTION refuse_change();
CREATE TRIGGER balance_stays BEFORE DELETE OR TRUNCATE ON balance EXECUTE FUNCTION refuse_change();
CREATE TRIGGER head_stays BEFORE DELETE OR TRUNCATE ON head EXECUTE FUNCTION refuse_change();
-- session_replication_role = replica would silence an ordinary trigger.
ALTER TABLE journal ENABLE ALWAYS TRIGGER journal_append_only;
ALTER TABLE posting ENABLE ALWAYS TRIGGER posting_append_only;
ALTER TABLE account ENABLE ALWAYS TRIGGER account_append_only;
ALTER TABLE period ENABLE ALWAYS TRIGGER period_append_only;
ALTER TABLE balance ENABLE ALWAYS TRIGGER balance_stays;
ALTER TABLE head ENABLE ALWAYS TRIGGER head_stays;

-- Every journal's legs come in one statement, fill exactly the lines its header announces, and net to zero; no
-- account's legs cancel each other, for then nothing moved. With the lines taken, no leg can join later.
CREATE FUNCTION check_postings() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wrong bigint;
BEGIN
    SELECT p.journal_seq INTO wrong
    FROM (SELECT journal_seq, sum(net) AS net, sum(debits) AS total, sum(legs) AS legs, max(last) AS last, bool_or(net = 0) AS idle
          FROM (SELECT journal_seq, sum(amount) AS net, sum(greatest(amount, 0)) AS debits, count(*) AS legs, max(line) AS last
                FROM added GROUP BY journal_seq, account_id) a
          GROUP BY journal_seq) p
    LEFT JOIN ledger.journal j ON j.seq = p.journal_seq
    WHERE p.net <> 0 OR p.idle OR p.legs IS DISTINCT FROM j.legs OR p.last IS DISTINCT FROM j.legs
       OR p.total IS DISTINCT FROM j.total
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'journal % does not balance or does not match its header', wrong USING ERRCODE = 'L0002';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER postings_balance AFTER INSERT ON posting
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION check_postings();

-- A balance only moves forward, one version per posting, never back; that of a closed account does not move.
CREATE FUNCTION refuse_backward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'balance of account % would move back, or move though it is closed', OLD.account_id USING ERRCODE = 'L0003';
END $$;
CREATE TRIGGER balance_moves_forward BEFORE UPDATE OF debits, credits, version, account_id, sign, tenant ON balance
    FOR EACH ROW WHEN (NEW.version <= OLD.version OR NEW.debits < OLD.debits OR NEW.credits < OLD.credits
                       OR NEW.account_id <> OLD.account_id OR NEW.sign <> OLD.sign OR NEW.tenant <> OLD.tenant
                       OR OLD.closed_at IS NOT NULL)
    EXECUTE FUNCTION refuse_backward();
CREATE TRIGGER balance_stays_closed BEFORE UPDATE OF closed_at ON balance
    FOR EACH ROW WHEN (OLD.closed_at IS NOT NULL) EXECUTE FUNCTION refuse_backward();

-- The head moves only past journals that are there, whole: a number without its journal, a journal without its legs, a
-- hash that is not the last journal's or a time that goes back cannot commit through the posting function.
CREATE FUNCTION check_head() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE journals bigint; announced bigint; present bigint; earliest timestamptz; latest timestamptz; last bytea;
BEGIN
    SELECT count(*), coalesce(sum(legs), 0), min(posted_at), max(posted_at) INTO journals, announced, earliest, latest
    FROM ledger.journal WHERE seq >= OLD.next_seq AND seq < NEW.next_seq;
    SELECT count(*) INTO present FROM ledger.posting WHERE journal_seq >= OLD.next_seq AND journal_seq < NEW.next_seq;
    SELECT hash INTO last FROM ledger.journal WHERE seq = NEW.next_seq - 1;
    IF NEW.next_seq < OLD.next_seq OR journals <> NEW.next_seq - OLD.next_seq OR announced <> present THEN
        RAISE EXCEPTION 'head would move from % to % over % journals with % of % legs',
            OLD.next_seq, NEW.next_seq, journals, present, announced USING ERRCODE = 'L0004';
    END IF;
    IF NEW.hash <> coalesce(last, OLD.hash) OR NEW.posted_at < OLD.posted_at OR earliest < OLD.posted_at OR latest > NEW.posted_at
       OR coalesce(NEW.closed_through, '-infinity') < coalesce(OLD.closed_through, '-infinity') THEN
        RAISE EXCEPTION 'head would move to another hash than journal % has, or back in time', NEW.next_seq - 1 USING ERRCODE = 'L0004';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER head_is_gapless AFTER UPDATE ON head FOR EACH ROW EXECUTE FUNCTION check_head();

-- Row-level security: the posting function (owner) sees all; callers see their tenant's journals and balances.
-- The platform's account names are no secret, what they hold is.
ALTER TABLE head ENABLE ROW LEVEL SECURITY;
ALTER TABLE head FORCE ROW LEVEL SECURITY;
ALTER TABLE account ENABLE ROW LEVEL SECURITY;
ALTER TABLE account FORCE ROW LEVEL SECURITY;
ALTER TABLE balance ENABLE ROW LEVEL SECURITY;
ALTER TABLE balance FORCE ROW LEVEL SECURITY;
ALTER TABLE journal ENABLE ROW LEVEL SECURITY;
ALTER TABLE journal FORCE ROW LEVEL SECURITY;
ALTER TABLE posting ENABLE ROW LEVEL SECURITY;
ALTER TABLE posting FORCE ROW LEVEL SECURITY;
ALTER TABLE period ENABLE ROW LEVEL SECURITY;
ALTER TABLE period FORCE ROW LEVEL SECURITY;

CREATE POLICY owner_all ON head TO nkap_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON account TO nkap_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON balance TO nkap_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON journal TO nkap_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON posting TO nkap_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON period TO nkap_owner USING (true) WITH CHECK (true);
CREATE POLICY platform_head ON head FOR SELECT TO nkap_app USING (nkap.sees('platform'));
CREATE POLICY all_periods ON period FOR SELECT TO nkap_app USING (true);
CREATE POLICY own_account ON account FOR SELECT TO nkap_app USING (nkap.sees(tenant) OR tenant = 'platform');
CREATE POLICY own_balance ON balance FOR SELECT TO nkap_app USING (nkap.sees(tenant));
CREATE POLICY own_journal ON journal FOR SELECT TO nkap_app USING (nkap.sees(tenant));

-- Postings are read through this view only: a policy cannot hide a column, and what a leg left on the platform's
-- account (or another tenant's) is not the reader's business though the leg is.
CREATE VIEW leg WITH (security_barrier) AS
SELECT p.journal_seq, p.line, p.account_id, a.name AS account, p.version, p.amount,
       CASE WHEN nkap.sees(a.tenant) THEN p.balance_after END AS balance_after
FROM posting p
JOIN journal j ON j.seq = p.journal_seq
JOIN account a ON a.id = p.account_id
WHERE nkap.sees(j.tenant) OR nkap.sees(a.tenant);

GRANT SELECT ON head, account, balance, journal, period, leg TO nkap_app;
