-- Seals. After each full hour (UTC) one root says what the books held: all journals through their chain, all accounts
-- through a chain of their own, the closed periods, and the seal before. A root that is kept elsewhere makes it
-- impossible to change, drop or rebuild anything under it unseen.

-- first_seq to last_seq are the journals of this seal; last_seq = first_seq - 1 when it has none. accounts: how many
-- entries of sealed_account it has. previous: the root before; of the first, zeros.
CREATE TABLE seal (
    number         bigint      PRIMARY KEY CHECK (number > 0),
    until          timestamptz NOT NULL UNIQUE,
    first_seq      bigint      NOT NULL,
    last_seq       bigint      NOT NULL,
    journal_hash   bytea       NOT NULL,
    accounts       bigint      NOT NULL,
    account_hash   bytea       NOT NULL,
    closed_through date,
    previous       bytea       NOT NULL,
    root           bytea       NOT NULL,
    sealed_at      timestamptz NOT NULL,
    CONSTRAINT seal_counts CHECK (first_seq > 0 AND last_seq >= first_seq - 1 AND accounts >= 0),
    CONSTRAINT seal_hashes CHECK (length(journal_hash) = 32 AND length(account_hash) = 32 AND length(previous) = 32 AND length(root) = 32)
);

-- The chain of accounts, in the order (seal, account): each once when it was opened, and once more when it was closed
-- later. Whoever commits late falls into the next seal, for what a seal covers stands here and follows from no time.
-- closed_at: as it was then.
CREATE TABLE sealed_account (
    account_id bigint NOT NULL,
    seal       bigint NOT NULL,
    closed_at  timestamptz,
    hash       bytea  NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (account_id, seal)
);
CREATE INDEX sealed_account_order ON sealed_account (seal, account_id);

-- Accounts opened or closed that no seal covers yet; the only table here that forgets.
CREATE TABLE awaiting_seal (
    account_id bigint      NOT NULL,
    closing    boolean     NOT NULL,
    since      timestamptz NOT NULL,
    PRIMARY KEY (account_id, closing)
);

CREATE FUNCTION await_seal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'account' THEN
        INSERT INTO ledger.awaiting_seal VALUES (NEW.id, false, NEW.opened_at) ON CONFLICT DO NOTHING;
    ELSE
        INSERT INTO ledger.awaiting_seal VALUES (NEW.account_id, true, NEW.closed_at) ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER account_awaits_seal AFTER INSERT ON account FOR EACH ROW EXECUTE FUNCTION await_seal();
CREATE TRIGGER balance_awaits_seal AFTER UPDATE OF closed_at ON balance
    FOR EACH ROW WHEN (OLD.closed_at IS NULL AND NEW.closed_at IS NOT NULL) EXECUTE FUNCTION await_seal();

CREATE TRIGGER seal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON seal EXECUTE FUNCTION refuse_change();
CREATE TRIGGER sealed_account_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON sealed_account EXECUTE FUNCTION refuse_change();
ALTER TABLE seal ENABLE ALWAYS TRIGGER seal_append_only;
ALTER TABLE sealed_account ENABLE ALWAYS TRIGGER sealed_account_append_only;
ALTER TABLE account ENABLE ALWAYS TRIGGER account_awaits_seal;
ALTER TABLE balance ENABLE ALWAYS TRIGGER balance_awaits_seal;

-- The end of the hour of the oldest thing that no seal covers; null when there is none.
CREATE FUNCTION unsealed_hour(sealed_until timestamptz, sealed_seq bigint) RETURNS timestamptz
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT greatest(date_trunc('hour', min(t.at), 'UTC'), sealed_until) + interval '1 hour'
    FROM (SELECT j.posted_at FROM ledger.journal j WHERE j.seq = sealed_seq + 1
          UNION ALL
          SELECT w.since FROM ledger.awaiting_seal w) t (at)
    HAVING count(*) > 0
$$;

-- Puts an hour's accounts under a seal and answers how many and the end of their chain.
CREATE FUNCTION seal_accounts(seal_number bigint, hour timestamptz, INOUT chain bytea, OUT sealed bigint)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE a record;
BEGIN
    sealed := 0;
    FOR a IN WITH taken AS (DELETE FROM ledger.awaiting_seal w WHERE w.since < hour RETURNING w.account_id)
             SELECT c.id, c.name, c.type, c.tenant, b.floor, c.opened_at, b.closed_at
             FROM (SELECT DISTINCT t.account_id FROM taken t) d
             JOIN ledger.account c ON c.id = d.account_id
             LEFT JOIN ledger.balance b ON b.account_id = c.id
             ORDER BY c.id LOOP
        chain := sha256(chain || record_send(ROW(a.id, a.name, a.type, a.tenant, a.floor, a.opened_at, a.closed_at)));
        INSERT INTO ledger.sealed_account (account_id, seal, closed_at, hash) VALUES (a.id, seal_number, a.closed_at, chain);
        sealed := sealed + 1;
    END LOOP;
END $$;

-- Seals every hour that ended by then and has something unsealed, at most a week of them in one call; answers how many.
-- The head first: nobody posts meanwhile, and afterwards nobody with an earlier time, whatever the clock does.
CREATE FUNCTION seal_until(upto timestamptz) RETURNS int
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
DECLARE
    zeros bytea := decode(repeat('00', 32), 'hex');
    head ledger.head; last ledger.seal; s ledger.seal; high bigint; middle bigint; at timestamptz; written int := 0;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' OR current_setting('client_encoding') <> 'UTF8' THEN
        RAISE EXCEPTION 'sealing needs READ COMMITTED, for it reads after waiting for the head, and UTF8, for it hashes names'
            USING ERRCODE = 'L0005';
    END IF;
    SELECT * INTO STRICT head FROM ledger.head WHERE id = 1 FOR NO KEY UPDATE;
    SELECT * INTO last FROM ledger.seal ORDER BY number DESC LIMIT 1;
    IF NOT FOUND THEN
        last.number := 0; last.until := '-infinity'; last.last_seq := 0;
        last.journal_hash := zeros; last.account_hash := zeros; last.root := zeros;
    END IF;
    LOOP
        s.until := ledger.unsealed_hour(last.until, last.last_seq);
        EXIT WHEN s.until IS NULL OR s.until > upto OR written = 168;
        s.number := last.number + 1; s.first_seq := last.last_seq + 1; s.closed_through := head.closed_through;
        -- times never go back from one number to the next, so the hour's last journal is found by halving
        s.last_seq := last.last_seq; high := head.next_seq;
        WHILE high - s.last_seq > 1 LOOP
            middle := (s.last_seq + high) / 2;
            SELECT posted_at INTO STRICT at FROM ledger.journal WHERE seq = middle;
            IF at < s.until THEN s.last_seq := middle; ELSE high := middle; END IF;
        END LOOP;
        s.journal_hash := last.journal_hash;
        IF s.last_seq >= s.first_seq THEN
            SELECT hash INTO STRICT s.journal_hash FROM ledger.journal WHERE seq = s.last_seq;
        END IF;
        SELECT x.chain, x.sealed INTO STRICT s.account_hash, s.accounts
        FROM ledger.seal_accounts(s.number, s.until, last.account_hash) x;
        s.previous := last.root;
        s.root := sha256(record_send(ROW(s.number, s.until, s.first_seq, s.last_seq, s.journal_hash, s.accounts, s.account_hash, s.closed_through, s.previous)));
        s.sealed_at := greatest(clock_timestamp(), s.until);
        INSERT INTO ledger.seal VALUES (s.*);
        written := written + 1; last := s;
    END LOOP;
    IF written > 0 AND head.posted_at < last.until THEN
        UPDATE ledger.head SET posted_at = last.until WHERE id = 1;
    END IF;
    RETURN written;
END $$;

-- Seals what can be sealed now. Asks before it locks, so that most calls disturb nobody.
CREATE FUNCTION seal_hours() RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE hour timestamptz := date_trunc('hour', clock_timestamp(), 'UTC'); last ledger.seal;
BEGIN
    SELECT * INTO last FROM ledger.seal ORDER BY number DESC LIMIT 1;
    IF ledger.unsealed_hour(coalesce(last.until, '-infinity'), coalesce(last.last_seq, 0)) <= hour THEN
        RETURN ledger.seal_until(hour);
    END IF;
    RETURN 0;
END $$;

ALTER TABLE seal ENABLE ROW LEVEL SECURITY;
ALTER TABLE seal FORCE ROW LEVEL SECURITY;
ALTER TABLE sealed_account ENABLE ROW LEVEL SECURITY;
ALTER TABLE sealed_account FORCE ROW LEVEL SECURITY;
ALTER TABLE awaiting_seal ENABLE ROW LEVEL SECURITY;
ALTER TABLE awaiting_seal FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON seal TO nkap_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON sealed_account TO nkap_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON awaiting_seal TO nkap_owner USING (true) WITH CHECK (true);
CREATE POLICY platform_seal ON seal FOR SELECT TO nkap_app USING (nkap.sees('platform'));
CREATE POLICY platform_sealed_account ON sealed_account FOR SELECT TO nkap_app USING (nkap.sees('platform'));
CREATE POLICY platform_awaiting_seal ON awaiting_seal FOR SELECT TO nkap_app USING (nkap.sees('platform'));

-- Every posting as it is stored, also one that belongs to no journal or account any more, for whoever verifies all.
CREATE VIEW stored_leg WITH (security_barrier) AS SELECT * FROM posting WHERE nkap.sees('*');

GRANT SELECT ON seal, sealed_account, awaiting_seal, stored_leg TO nkap_app;
REVOKE ALL ON FUNCTION await_seal(), unsealed_hour(timestamptz, bigint), seal_accounts(bigint, timestamptz, bytea),
    seal_until(timestamptz), seal_hours() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION seal_hours() TO nkap_app;
