-- Personal data: what providers said is sealed, search hashes have versions, and what nobody may keep any longer goes.
-- The application erases nothing by itself: it calls functions that run as the owner and erase what a rule allows, by the
-- clock of the database. An erased number is the one byte 00, its hash is empty and so is its masked form.

-- What a provider said to one try may name people.
ALTER TABLE provider_attempt ADD COLUMN said_sealed bytea;
GRANT UPDATE (said_sealed) ON provider_attempt TO nkap_app;

-- Version 1 is 32 bare bytes; from version 2 on one byte tells the version before the 32.
CREATE FUNCTION hash_version(hash bytea) RETURNS int LANGUAGE sql IMMUTABLE
RETURN CASE octet_length(hash) WHEN 0 THEN 0 WHEN 32 THEN 1 WHEN 33 THEN get_byte(hash, 0) END;
GRANT EXECUTE ON FUNCTION hash_version(bytea) TO nkap_app;
GRANT UPDATE (msisdn_hash) ON charge, payout TO nkap_app;

CREATE OR REPLACE FUNCTION keep_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.msisdn_sealed = '\x00' AND current_user = 'nkap_owner' THEN
        RETURN NEW;
    END IF;
    IF OLD.msisdn_sealed = '\x00'
       OR substring(NEW.msisdn_sealed FROM 1 FOR 5) <= substring(OLD.msisdn_sealed FROM 1 FOR 5) THEN
        RAISE EXCEPTION '% %: a sealed number is only replaced under a newer key', TG_TABLE_NAME, OLD.id
            USING ERRCODE = 'P0009';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION keep_body() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.body_sealed = '\x00' AND current_user = 'nkap_owner' THEN
        RETURN NEW;
    END IF;
    IF OLD.body_sealed = '\x00'
       OR substring(NEW.body_sealed FROM 1 FOR 5) <= substring(OLD.body_sealed FROM 1 FOR 5) THEN
        RAISE EXCEPTION '% %: a sealed body is only replaced under a newer key', TG_TABLE_NAME, OLD.id
            USING ERRCODE = 'P0009';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION keep_said() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.said_sealed IS NULL OR (NEW.said_sealed IS NULL AND current_user = 'nkap_owner')
       OR substring(NEW.said_sealed FROM 1 FOR 5) > substring(OLD.said_sealed FROM 1 FOR 5) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% %: sealed words are only replaced under a newer key', TG_TABLE_NAME, OLD.id
        USING ERRCODE = 'P0009';
END $$;
CREATE TRIGGER provider_attempt_said BEFORE UPDATE OF said_sealed ON provider_attempt
    FOR EACH ROW WHEN (OLD.said_sealed IS NOT NULL) EXECUTE FUNCTION keep_said();

CREATE FUNCTION keep_hash() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    newer int := payments.hash_version(NEW.msisdn_hash);
    older int := payments.hash_version(OLD.msisdn_hash);
BEGIN
    IF (newer = 0 AND current_user = 'nkap_owner') OR (older > 0 AND newer > older) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% %: a search hash is only replaced under a newer key', TG_TABLE_NAME, OLD.id
        USING ERRCODE = 'P0009';
END $$;
CREATE TRIGGER charge_hash BEFORE UPDATE OF msisdn_hash ON charge FOR EACH ROW EXECUTE FUNCTION keep_hash();
CREATE TRIGGER payout_hash BEFORE UPDATE OF msisdn_hash ON payout FOR EACH ROW EXECUTE FUNCTION keep_hash();
CREATE INDEX charge_number ON charge (msisdn_hash);
CREATE INDEX payout_number ON payout (msisdn_hash);

-- How long what is kept, from when on, and who says so. A rule is never changed, only followed by another.
CREATE TABLE retention_rule (
    what       text        NOT NULL CHECK (what IN ('executed', 'unexecuted', 'provider_words')),
    valid_from timestamptz NOT NULL,
    keep       interval    NOT NULL CHECK (keep >= interval '1 day'),
    source     text        NOT NULL,
    PRIMARY KEY (what, valid_from),
    CONSTRAINT law_is_kept CHECK (what <> 'executed' OR keep >= interval '10 years')
);
INSERT INTO retention_rule VALUES
    ('executed', '2016-04-11Z', '10 years',
     'Regulation 01/CEMAC/UMAC/CM of 11 April 2016, article 38 (revised by 02/24 of 20 December 2024): records of transactions'),
    ('unexecuted', '2024-12-23Z', '1 year',
     'our own: a payment that moved no money is no executed transaction; a year is enough for a dispute (Law 2024/017)'),
    ('provider_words', '2024-12-23Z', '90 days',
     'our own: an operational copy, needed while an outcome may be disputed with the provider (Law 2024/017)');

CREATE FUNCTION keeps(asked text) RETURNS interval LANGUAGE sql STABLE
RETURN (SELECT keep FROM payments.retention_rule WHERE what = asked AND valid_from <= now() ORDER BY valid_from DESC LIMIT 1);

-- When the person in a payment may be forgotten; null while it has no outcome.
CREATE FUNCTION person_until(status text, completed_at timestamptz) RETURNS timestamptz LANGUAGE sql STABLE
RETURN completed_at + payments.keeps(CASE status WHEN 'succeeded' THEN 'executed' ELSE 'unexecuted' END);

ALTER TABLE provider_request ADD COLUMN words_kept boolean NOT NULL DEFAULT true;
CREATE INDEX provider_request_words ON provider_request (completed_at) WHERE words_kept;
CREATE INDEX provider_callback_kept ON provider_callback (received_at) WHERE body_sealed <> '\x00';

-- Forgets what providers said about at most so many requests, and as many callbacks, that ended longer ago than the rule.
CREATE FUNCTION forget_words(most int, OUT attempts bigint, OUT callbacks bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    cutoff timestamptz := now() - payments.keeps('provider_words');
BEGIN
    WITH due AS MATERIALIZED (
        SELECT id FROM payments.provider_request WHERE words_kept AND completed_at < cutoff
         ORDER BY completed_at LIMIT most FOR NO KEY UPDATE SKIP LOCKED),
    gone AS (
        UPDATE payments.provider_attempt a SET said_sealed = NULL, detail = NULL FROM due
         WHERE a.request = due.id AND (a.said_sealed IS NOT NULL OR a.detail IS NOT NULL) RETURNING 1),
    done AS (UPDATE payments.provider_request r SET words_kept = false FROM due WHERE r.id = due.id)
    SELECT count(*) INTO attempts FROM gone;

    WITH due AS MATERIALIZED (
        SELECT c.id FROM payments.provider_callback c
         WHERE c.body_sealed <> '\x00' AND c.received_at < cutoff
           AND NOT EXISTS (SELECT FROM payments.provider_request r WHERE r.id = c.request
                            AND (r.completed_at IS NULL OR r.completed_at >= cutoff))
         ORDER BY c.received_at LIMIT most FOR NO KEY UPDATE SKIP LOCKED),
    gone AS (UPDATE payments.provider_callback c SET body_sealed = '\x00' FROM due WHERE c.id = due.id RETURNING 1)
    SELECT count(*) INTO callbacks FROM gone;
END $$;

-- The person in these payments, wherever it is; amounts, states and ids stay. Not for the application.
CREATE FUNCTION erase_persons(ids text[]) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    erased bigint;
BEGIN
    WITH charges AS (
        UPDATE payments.charge SET msisdn_sealed = '\x00', msisdn_hash = '', msisdn_masked = '', description = NULL,
               metadata = '{}', customer_subject = NULL,
               created_by = CASE WHEN created_by = customer_subject THEN 'erased' ELSE created_by END
         WHERE id = ANY (ids) AND msisdn_sealed <> '\x00' RETURNING 1),
    payouts AS (
        UPDATE payments.payout SET msisdn_sealed = '\x00', msisdn_hash = '', msisdn_masked = ''
         WHERE id = ANY (ids) AND msisdn_sealed <> '\x00' RETURNING 1)
    SELECT (SELECT count(*) FROM charges) + (SELECT count(*) FROM payouts) INTO erased;
    UPDATE payments.provider_attempt a SET said_sealed = NULL, detail = NULL
      FROM payments.provider_request r
     WHERE r.payment = ANY (ids) AND a.request = r.id AND (a.said_sealed IS NOT NULL OR a.detail IS NOT NULL);
    UPDATE payments.provider_request SET msisdn_sealed = '\x00', words_kept = false
     WHERE payment = ANY (ids) AND msisdn_sealed <> '\x00';
    UPDATE payments.provider_callback SET body_sealed = '\x00' WHERE payment = ANY (ids) AND body_sealed <> '\x00';
    RETURN erased;
END $$;

-- How far each walk through the payments is. Ids are in the order of time, so nothing is looked for twice.
CREATE TABLE retention_place (
    job   text PRIMARY KEY,
    after text NOT NULL
);

-- Forgets the persons in the next at most so many charges or payouts, as far as the rule allows; an open one is passed by.
CREATE FUNCTION forget_persons(kind text, rule text, most int, OUT looked bigint, OUT erased bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    walk text := kind || ' ' || rule;
    begins text;
    ends text;
    due text[];
BEGIN
    IF current_setting('nkap.orgs', true) IS DISTINCT FROM '*' THEN
        RAISE EXCEPTION 'only a job of the platform forgets, since it has to see everything';
    END IF;
    IF kind NOT IN ('charge', 'payout') OR rule NOT IN ('executed', 'unexecuted') THEN
        RAISE EXCEPTION 'no such walk: %', walk;
    END IF;
    INSERT INTO payments.retention_place VALUES (walk, '') ON CONFLICT DO NOTHING;
    SELECT p.after INTO begins FROM payments.retention_place p WHERE p.job = walk FOR UPDATE;
    EXECUTE format($walk$
        WITH next AS MATERIALIZED (
            SELECT id, status, completed_at,
                   (status = 'succeeded') = ($2 = 'executed') AS concerned,
                   payments.person_until(status, completed_at) > now() OR completed_at IS NULL AS kept
              FROM payments.%I
             WHERE id > $1 AND created_at < now() - payments.keeps($2) ORDER BY id LIMIT $3),
        stop AS (SELECT min(id) AS id FROM next WHERE concerned AND kept AND completed_at IS NOT NULL),
        passed AS (SELECT * FROM next WHERE (SELECT id FROM stop) IS NULL OR id < (SELECT id FROM stop))
        SELECT count(*), max(id), array_agg(id) FILTER (WHERE concerned AND NOT kept) FROM passed
        $walk$, kind) INTO looked, ends, due USING begins, rule, most;
    erased := coalesce(payments.erase_persons(due), 0);
    UPDATE payments.retention_place p SET after = ends WHERE p.job = walk AND ends IS NOT NULL;
END $$;

-- What somebody asked us to forget. The number is sealed here until the last payment that the law makes us keep is done.
CREATE TABLE erasure (
    id            text        PRIMARY KEY CHECK (id LIKE 'er\_%'),
    org_id        text        NOT NULL,
    msisdn_sealed bytea,
    customer      text,
    customer_org  text,
    reason        text        NOT NULL,
    requested_by  text        NOT NULL,
    requested_at  timestamptz NOT NULL,
    erased        bigint      NOT NULL DEFAULT 0,
    held          bigint      NOT NULL DEFAULT 0,
    in_use        bigint      NOT NULL DEFAULT 0,
    held_until    timestamptz,
    next_at       timestamptz,
    finished_at   timestamptz,
    CONSTRAINT of_somebody CHECK (finished_at IS NOT NULL OR msisdn_sealed IS NOT NULL OR customer IS NOT NULL)
);
CREATE INDEX erasure_next ON erasure (next_at) WHERE finished_at IS NULL;
ALTER TABLE erasure ENABLE ROW LEVEL SECURITY;
ALTER TABLE erasure FORCE ROW LEVEL SECURITY;
CREATE POLICY own_org ON erasure USING (nkap.sees(org_id)) WITH CHECK (nkap.sees(org_id));
GRANT SELECT, INSERT ON erasure TO nkap_app;
GRANT UPDATE (msisdn_sealed) ON erasure TO nkap_app;
CREATE TRIGGER erasure_number BEFORE UPDATE OF msisdn_sealed ON erasure
    FOR EACH ROW WHEN (NEW.msisdn_sealed IS NOT NULL AND NEW.msisdn_sealed IS DISTINCT FROM OLD.msisdn_sealed)
    EXECUTE FUNCTION keep_number();

-- Erases at most so many payments of one request that the rules allow to erase, and writes down what is left and until when.
CREATE FUNCTION carry_out_erasure(erasure_id text, hashes bytea[], most int) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    asked payments.erasure;
    due text[];
    done bigint;
    rest bigint;
    until timestamptz;
    last timestamptz;
BEGIN
    IF current_setting('nkap.orgs', true) IS DISTINCT FROM '*' THEN
        RAISE EXCEPTION 'only a job of the platform forgets, since it has to see everything';
    END IF;
    SELECT * INTO asked FROM payments.erasure WHERE id = erasure_id AND finished_at IS NULL FOR UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    WITH theirs AS MATERIALIZED (
        SELECT id, payments.person_until(status, completed_at) AS until FROM payments.charge
         WHERE msisdn_hash = ANY (hashes)
        UNION
        SELECT id, payments.person_until(status, completed_at) FROM payments.charge
         WHERE customer_subject = asked.customer AND org_id = asked.customer_org
        UNION
        SELECT id, payments.person_until(status, completed_at) FROM payments.payout WHERE msisdn_hash = ANY (hashes))
    SELECT (array_agg(id ORDER BY id) FILTER (WHERE t.until <= now()))[1:most],
           count(*), min(coalesce(t.until, now() + interval '1 day')) FILTER (WHERE t.until IS NULL OR t.until > now()),
           max(coalesce(t.until, now() + payments.keeps('executed')))
      INTO due, rest, until, last FROM theirs t;
    done := coalesce(payments.erase_persons(due), 0);
    rest := rest - done;
    UPDATE payments.erasure e
       SET erased = e.erased + done, held = rest,
           in_use = (SELECT count(*) FROM payments.payout_preference WHERE msisdn_hash = ANY (hashes)),
           held_until = CASE WHEN rest > 0 THEN last END,
           next_at = CASE WHEN done = most THEN now() WHEN rest > 0 THEN until END,
           finished_at = CASE WHEN rest = 0 THEN now() END,
           msisdn_sealed = CASE WHEN rest > 0 THEN e.msisdn_sealed END,
           customer = CASE WHEN rest > 0 THEN e.customer END
     WHERE e.id = erasure_id;
END $$;

-- Rules go by the clock. One that jumped ahead by more than two days since somebody last looked would forget too early, so
-- nothing is forgotten for a day after a jump: time to see the alarm and set the clock right.
CREATE TABLE retention_clock (
    one       boolean     PRIMARY KEY DEFAULT true CHECK (one),
    seen_at   timestamptz NOT NULL,
    jumped_at timestamptz
);
CREATE FUNCTION clock_is_steady() RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    seen payments.retention_clock;
BEGIN
    INSERT INTO payments.retention_clock (seen_at) VALUES (now()) ON CONFLICT DO NOTHING;
    SELECT * INTO seen FROM payments.retention_clock FOR UPDATE;
    IF now() > seen.seen_at + interval '2 days' OR now() < seen.seen_at - interval '1 hour' THEN
        seen.jumped_at := now();
    END IF;
    UPDATE payments.retention_clock SET seen_at = now(), jumped_at = seen.jumped_at;
    RETURN seen.jumped_at IS NULL OR now() NOT BETWEEN seen.jumped_at - interval '1 hour' AND seen.jumped_at + interval '1 day';
END $$;

GRANT EXECUTE ON FUNCTION forget_words(int), forget_persons(text, text, int), carry_out_erasure(text, bytea[], int),
    clock_is_steady() TO nkap_app;
