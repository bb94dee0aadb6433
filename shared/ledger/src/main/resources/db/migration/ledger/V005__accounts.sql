-- Accounts and periods: opened, closed, and what they held.

-- Opens an account, or finds it open already with the same nature; anything else is a mistake of the caller.
CREATE FUNCTION open_account(account_name text, account_type text, account_floor bigint, account_tenant text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE opened ledger.account; held bigint; closed timestamptz;
BEGIN
    IF nkap.sees(account_tenant) THEN
        INSERT INTO ledger.account (name, type, tenant) VALUES (account_name, account_type, account_tenant)
        ON CONFLICT (name) DO NOTHING;
        INSERT INTO ledger.balance (account_id, sign, tenant, floor)
        SELECT a.id, a.sign, a.tenant, account_floor FROM ledger.account a WHERE a.name = account_name
        ON CONFLICT (account_id) DO NOTHING;
    END IF;
    SELECT * INTO opened FROM ledger.account WHERE name = account_name;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'an account of a tenant that this transaction may not see' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT floor, closed_at INTO STRICT held, closed FROM ledger.balance WHERE account_id = opened.id;
    IF closed IS NOT NULL THEN
        RAISE EXCEPTION 'account % is closed and is not opened again', account_name USING ERRCODE = 'L0006';
    END IF;
    IF opened.type <> account_type OR opened.tenant <> account_tenant OR held IS DISTINCT FROM account_floor THEN
        RAISE EXCEPTION 'account % is open already with another type, floor or tenant', account_name USING ERRCODE = 'L0006';
    END IF;
    RETURN opened.id;
END $$;

-- The numbers of accounts that the transaction may post to. settled: it was open before this transaction began, so a
-- rollback does not take it away.
CREATE FUNCTION account_ids(names text[], OUT name text, OUT id bigint, OUT settled boolean) RETURNS SETOF record
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT a.name, a.id, a.opened_at < transaction_timestamp()
    FROM ledger.account a WHERE a.name = ANY (names) AND (a.tenant = 'platform' OR nkap.sees(a.tenant))
$$;

-- Closes an account for ever. The head first, like whoever posts: else the two could wait for each other.
CREATE FUNCTION close_account(account_name text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE closing ledger.balance; last timestamptz;
BEGIN
    SELECT posted_at INTO STRICT last FROM ledger.head WHERE id = 1 FOR NO KEY UPDATE;
    SELECT b.* INTO closing FROM ledger.account a JOIN ledger.balance b ON b.account_id = a.id
    WHERE a.name = account_name AND nkap.sees(a.tenant);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'an account that is not there or of a tenant that this transaction may not see' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF closing.debits <> closing.credits THEN
        RAISE EXCEPTION 'account % holds %, so it cannot be closed', account_name, closing.sign * (closing.credits - closing.debits)
            USING ERRCODE = 'L0007';
    END IF;
    IF closing.closed_at IS NULL THEN
        UPDATE ledger.balance SET closed_at = greatest(clock_timestamp(), last) WHERE account_id = closing.account_id;
    END IF;
END $$;

-- From now on no journal takes effect on that day or earlier. Only whole days that are over, each once. The head
-- remembers the time, so that a clock that is set back does not bring the closed day again.
CREATE FUNCTION close_period(through date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE head ledger.head; closing timestamptz;
BEGIN
    IF NOT nkap.sees('platform') THEN
        RAISE EXCEPTION 'only the platform closes a period' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT * INTO STRICT head FROM ledger.head WHERE id = 1 FOR NO KEY UPDATE;
    closing := greatest(clock_timestamp(), head.posted_at);
    IF through >= ledger.day_of(closing) THEN
        RAISE EXCEPTION 'a period is closed after its last day, not on %', through USING ERRCODE = 'L0008';
    END IF;
    IF through > coalesce(head.closed_through, '-infinity') THEN
        INSERT INTO ledger.period (closed_through, last_seq, hash, closed_at)
        VALUES (through, head.next_seq - 1, head.hash, closing);
        UPDATE ledger.head SET closed_through = through, posted_at = closing WHERE id = 1;
    END IF;
END $$;

-- The last journal that had been posted by then. Numbers have no gap and times never go back, so it is found by halving
-- and needs no index on time.
CREATE FUNCTION seq_at(moment timestamptz) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE low bigint := 0; high bigint; middle bigint; posted timestamptz;
BEGIN
    SELECT next_seq - 1 INTO STRICT high FROM ledger.head WHERE id = 1;
    WHILE low < high LOOP
        middle := (low + high + 1) / 2;
        SELECT posted_at INTO STRICT posted FROM ledger.journal WHERE seq = middle;
        IF posted <= moment THEN low := middle; ELSE high := middle - 1; END IF;
    END LOOP;
    RETURN low;
END $$;

-- What an account held after that journal, by the same halving of its own history; null before it was opened.
CREATE FUNCTION held_at(account bigint, last_seq bigint) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE low bigint := 0; high bigint; middle bigint; seq bigint; held bigint := 0;
BEGIN
    SELECT version INTO STRICT high FROM ledger.balance WHERE account_id = account;
    WHILE low < high LOOP
        middle := (low + high + 1) / 2;
        SELECT journal_seq INTO STRICT seq FROM ledger.posting WHERE account_id = account AND version = middle;
        IF seq <= last_seq THEN low := middle; ELSE high := middle - 1; END IF;
    END LOOP;
    SELECT balance_after INTO held FROM ledger.posting WHERE account_id = account AND version = low;
    RETURN coalesce(held, 0);
END $$;

-- Balances as they stood at a moment, by when journals were posted.
CREATE FUNCTION balances_at(names text[], moment timestamptz, OUT name text, OUT amount bigint) RETURNS SETOF record
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT a.name, ledger.held_at(a.id, s.seq)
    FROM (SELECT ledger.seq_at(moment) AS seq OFFSET 0) s, ledger.account a
    WHERE a.name = ANY (names) AND nkap.sees(a.tenant) ORDER BY a.name
$$;

-- Balances at the end of a business day, by when journals took effect: what had been posted by then, and what was
-- posted later for that day or an earlier one.
CREATE FUNCTION balances_on(names text[], day date, OUT name text, OUT amount bigint) RETURNS SETOF record
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT a.name, (ledger.held_at(a.id, s.seq) - a.sign * coalesce((
        SELECT sum(p.amount) FROM ledger.journal j JOIN ledger.posting p ON p.journal_seq = j.seq
        WHERE j.effective <= day AND j.seq > s.seq AND p.account_id = a.id), 0))::bigint
    FROM (SELECT ledger.seq_at((day + 1)::timestamp AT TIME ZONE 'Africa/Douala' - interval '1 microsecond') AS seq OFFSET 0) s,
         ledger.account a
    WHERE a.name = ANY (names) AND nkap.sees(a.tenant) ORDER BY a.name
$$;

-- An account's history with its running balance, oldest first, paged by version.
CREATE FUNCTION statement(account_name text, after_version bigint, page int,
    OUT version bigint, OUT seq bigint, OUT key text, OUT kind text, OUT payment text, OUT amount bigint, OUT balance_after bigint,
    OUT effective date, OUT posted_at timestamptz) RETURNS SETOF record
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT p.version, j.seq, j.key, j.kind, j.payment, p.amount, p.balance_after,
           coalesce(j.effective, ledger.day_of(j.posted_at)), j.posted_at
    FROM ledger.account a
    JOIN ledger.posting p ON p.account_id = a.id AND p.version > after_version AND p.version <= after_version + page
    JOIN ledger.journal j ON j.seq = p.journal_seq
    WHERE a.name = account_name AND nkap.sees(a.tenant) ORDER BY p.version
$$;

REVOKE ALL ON FUNCTION open_account(text, text, bigint, text), account_ids(text[]), close_account(text), close_period(date),
    seq_at(timestamptz), held_at(bigint, bigint), balances_at(text[], timestamptz), balances_on(text[], date),
    statement(text, bigint, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION open_account(text, text, bigint, text), account_ids(text[]), close_account(text), close_period(date),
    balances_at(text[], timestamptz), balances_on(text[], date), statement(text, bigint, int) TO nkap_app;
