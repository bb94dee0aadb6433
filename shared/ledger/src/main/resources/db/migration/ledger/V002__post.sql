-- Posting. Arrays in, a verdict per journal out; all of it in the caller's transaction (READ COMMITTED).
-- Verdicts: 0 posted, 1 replayed, 2 insufficient funds, 3 unknown account, 4 unbalanced, 5 key reused,
-- 6 already reversed, 7 not the exact reversal of what it names.

-- Writes journals that are all expected to be good; raises L0001 (or a constraint speaks) when one is not.
-- judged: every floor was already looked at in order, so only the balance row's own CHECK speaks.
CREATE FUNCTION write_journals(
    judged boolean, base bigint, keys text[], prints bytea[], kinds text[], tenants text[], payments text[], reversed bigint[],
    leg_journal int[], leg_line smallint[], leg_account bigint[], leg_amount bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE written bigint; risky boolean; n int := cardinality(keys);
BEGIN
    INSERT INTO ledger.journal (seq, key, fingerprint, kind, tenant, payment, reverses, legs, total, posted_at)
    SELECT base + q.i - 1, q.key, q.print, q.kind, q.tenant, q.payment, q.reverses, l.legs, l.total, clock_timestamp()
    FROM unnest(keys, prints, kinds, tenants, payments, reversed) WITH ORDINALITY
             AS q (key, print, kind, tenant, payment, reverses, i)
    JOIN (SELECT j, count(*)::smallint AS legs, sum(greatest(m, 0))::bigint AS total
          FROM unnest(leg_journal, leg_amount) AS t (j, m) GROUP BY j) l ON l.j = q.i;
    GET DIAGNOSTICS written = ROW_COUNT;
    IF written <> n THEN RAISE EXCEPTION USING ERRCODE = 'L0001'; END IF;

    -- One update per account however many journals touch it; credits of the same batch do not excuse a debit here,
    -- the exact path looks again.
    WITH leg AS MATERIALIZED (
        SELECT t.j, t.ln, t.a, t.m, t.i FROM unnest(leg_journal, leg_line, leg_account, leg_amount) WITH ORDINALITY AS t (j, ln, a, m, i)),
    moved AS MATERIALIZED (
        SELECT a, sum(greatest(m, 0))::bigint AS dr, sum(greatest(-m, 0))::bigint AS cr, count(*) AS c FROM leg GROUP BY a),
    held AS (
        UPDATE ledger.balance b
        SET debits = b.debits + moved.dr, credits = b.credits + moved.cr, version = b.version + moved.c
        FROM moved WHERE b.account_id = moved.a
        RETURNING b.account_id, b.sign, old.version AS version, b.sign * (old.credits - old.debits) AS before,
                  b.floor IS NOT NULL AND CASE WHEN b.sign = 1 THEN moved.dr ELSE moved.cr END > 0
                  AND b.sign * (old.credits - old.debits) - CASE WHEN b.sign = 1 THEN moved.dr ELSE moved.cr END < b.floor AS risk),
    posted AS (
        INSERT INTO ledger.posting (journal_seq, line, account_id, version, amount, balance_after)
        SELECT base + leg.j - 1, leg.ln, leg.a,
               held.version + row_number() OVER account, leg.m,
               held.before - held.sign * sum(leg.m) OVER account
        FROM leg JOIN held ON held.account_id = leg.a
        WINDOW account AS (PARTITION BY leg.a ORDER BY leg.i ROWS UNBOUNDED PRECEDING)
        RETURNING 1)
    SELECT (SELECT count(*) FROM posted), (SELECT coalesce(bool_or(risk), false) FROM held) INTO written, risky;
    IF (risky AND NOT judged) OR written <> cardinality(leg_journal) THEN RAISE EXCEPTION USING ERRCODE = 'L0001'; END IF;

    UPDATE ledger.head SET next_seq = base + n WHERE id = 1;
END $$;

-- True when the legs given undo exactly the legs of the journal named.
CREATE FUNCTION undoes(target bigint, wanted int, leg_journal int[], leg_account bigint[], leg_amount bigint[]) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM ledger.posting WHERE journal_seq = target)
       AND NOT EXISTS (
        SELECT 1 FROM (
            SELECT account_id AS a, amount AS m FROM ledger.posting WHERE journal_seq = target
            UNION ALL
            SELECT t.a, t.m FROM unnest(leg_journal, leg_account, leg_amount) AS t (j, a, m) WHERE t.j = wanted) legs
        GROUP BY a HAVING sum(m) <> 0)
$$;

-- The exact verdict of each journal, in order, as if posted one after another.
CREATE FUNCTION judge(
    keys text[], prints bytea[], reversed bigint[],
    leg_journal int[], leg_account bigint[], leg_amount bigint[],
    OUT verdicts int[], OUT seqs bigint[], OUT short bigint[])
LANGUAGE plpgsql AS $$
DECLARE
    n int := cardinality(keys);
    ids bigint[]; signs int[]; floors bigint[]; available bigint[]; ranks int[]; known boolean[];
    starts int[]; ends int[]; bad boolean[]; firsts int[]; old_seqs bigint[]; old_prints bytea[];
    undone boolean[]; i int; k int; r int; verdict int; first int;
BEGIN
    verdicts := array_fill(0, ARRAY[n]); seqs := array_fill(NULL::bigint, ARRAY[n]); short := array_fill(NULL::bigint, ARRAY[n]);

    SELECT array_agg(a ORDER BY a), array_agg(b.sign::int ORDER BY a), array_agg(b.floor ORDER BY a),
           array_agg(b.sign * (b.credits - b.debits) ORDER BY a), array_agg(b.account_id IS NOT NULL ORDER BY a)
    INTO ids, signs, floors, available, known
    FROM (SELECT DISTINCT a FROM unnest(leg_account) AS t (a)) d LEFT JOIN ledger.balance b ON b.account_id = d.a;

    SELECT array_agg(array_position(ids, t.a) ORDER BY t.i) INTO ranks FROM unnest(leg_account) WITH ORDINALITY AS t (a, i);
    SELECT array_agg(s.lo ORDER BY g.j), array_agg(s.hi ORDER BY g.j), array_agg(coalesce(s.bad, true) ORDER BY g.j) INTO starts, ends, bad
    FROM generate_series(1, n) AS g (j) LEFT JOIN (
        SELECT t.j, min(t.o)::int AS lo, max(t.o)::int AS hi,
               sum(t.m) <> 0 OR count(*) < 2 OR bool_or(t.m = 0) OR count(*) <> max(t.o) - min(t.o) + 1 AS bad
        FROM unnest(leg_journal, leg_amount) WITH ORDINALITY AS t (j, m, o) GROUP BY t.j) s ON s.j = g.j;
    SELECT array_agg(q.first ORDER BY q.i), array_agg(j.seq ORDER BY q.i), array_agg(j.fingerprint ORDER BY q.i),
           array_agg(EXISTS (SELECT 1 FROM ledger.journal x WHERE x.reverses = q.reverses) ORDER BY q.i)
    INTO firsts, old_seqs, old_prints, undone
    FROM (SELECT t.key, t.reverses, t.i, (min(t.i) OVER (PARTITION BY t.key))::int AS first
          FROM unnest(keys, reversed) WITH ORDINALITY AS t (key, reverses, i)) q
    LEFT JOIN ledger.journal j ON j.key = q.key;

    FOR i IN 1..n LOOP
        verdict := 0; first := firsts[i];
        IF old_seqs[i] IS NOT NULL THEN
            verdict := CASE WHEN old_prints[i] = prints[i] THEN 1 ELSE 5 END; seqs[i] := old_seqs[i];
        ELSIF first <> i THEN
            -- the same key twice in one call: the second is a replay of the first, or another request under its key
            verdict := CASE WHEN prints[first] <> prints[i] THEN 5 WHEN verdicts[first] = 0 THEN 1 ELSE verdicts[first] END;
            seqs[i] := -first; short[i] := short[first];
        ELSIF bad[i] THEN
            verdict := 4;
        ELSE
            FOR k IN starts[i]..ends[i] LOOP
                IF NOT known[ranks[k]] THEN verdict := 3; short[i] := ids[ranks[k]]; EXIT; END IF;
            END LOOP;
            IF verdict = 0 AND reversed[i] IS NOT NULL THEN
                IF undone[i] OR EXISTS (SELECT 1 FROM generate_series(1, i - 1) AS e (j) WHERE reversed[e.j] = reversed[i] AND verdicts[e.j] = 0) THEN
                    verdict := 6;
                ELSIF NOT ledger.undoes(reversed[i], i, leg_journal, leg_account, leg_amount) THEN
                    verdict := 7;
                END IF;
            END IF;
            IF verdict = 0 THEN
                FOR k IN starts[i]..ends[i] LOOP
                    r := ranks[k]; available[r] := available[r] - signs[r] * leg_amount[k];
                END LOOP;
                FOR k IN starts[i]..ends[i] LOOP
                    r := ranks[k];
                    -- only an outflow can be refused: money coming in is always taken
                    IF floors[r] IS NOT NULL AND signs[r] * leg_amount[k] > 0 AND available[r] < floors[r] THEN
                        verdict := 2; short[i] := ids[r]; EXIT;
                    END IF;
                END LOOP;
                IF verdict <> 0 THEN
                    FOR k IN starts[i]..ends[i] LOOP
                        r := ranks[k]; available[r] := available[r] + signs[r] * leg_amount[k];
                    END LOOP;
                END IF;
            END IF;
        END IF;
        verdicts[i] := verdict;
    END LOOP;
END $$;

-- The one way to post.
CREATE FUNCTION post(
    keys text[], prints bytea[], kinds text[], tenants text[], payments text[], reversed bigint[],
    leg_journal int[], leg_line smallint[], leg_account bigint[], leg_amount bigint[],
    OUT verdicts int[], OUT seqs bigint[], OUT short bigint[])
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
DECLARE
    base bigint; n int := cardinality(keys); good int[]; places int[]; i int;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'ledger.post needs READ COMMITTED: it reads after waiting for the head' USING ERRCODE = 'L0005';
    END IF;
    SELECT next_seq INTO STRICT base FROM ledger.head WHERE id = 1 FOR UPDATE;
    IF NOT EXISTS (SELECT 1 FROM unnest(reversed) AS t (r) WHERE r IS NOT NULL) THEN
        BEGIN
            PERFORM ledger.write_journals(false, base, keys, prints, kinds, tenants, payments, reversed, leg_journal, leg_line, leg_account, leg_amount);
            verdicts := array_fill(0, ARRAY[n]); short := array_fill(NULL::bigint, ARRAY[n]);
            SELECT array_agg(base + g - 1 ORDER BY g) INTO seqs FROM generate_series(1, n) AS g;
            RETURN;
        EXCEPTION WHEN unique_violation OR check_violation OR SQLSTATE 'L0001' OR SQLSTATE 'L0002' THEN NULL;
        END;
    END IF;

    SELECT * INTO verdicts, seqs, short FROM ledger.judge(keys, prints, reversed, leg_journal, leg_account, leg_amount);
    SELECT array_agg(t.i ORDER BY t.i) INTO good FROM unnest(verdicts) WITH ORDINALITY AS t (v, i) WHERE t.v = 0;
    IF good IS NOT NULL THEN
        places := array_fill(NULL::int, ARRAY[n]);
        FOR i IN 1..cardinality(good) LOOP places[good[i]] := i; seqs[good[i]] := base + i - 1; END LOOP;
        PERFORM ledger.write_journals(true, base,
            ARRAY(SELECT keys[g] FROM unnest(good) WITH ORDINALITY AS t (g, o) ORDER BY o),
            ARRAY(SELECT prints[g] FROM unnest(good) WITH ORDINALITY AS t (g, o) ORDER BY o),
            ARRAY(SELECT kinds[g] FROM unnest(good) WITH ORDINALITY AS t (g, o) ORDER BY o),
            ARRAY(SELECT tenants[g] FROM unnest(good) WITH ORDINALITY AS t (g, o) ORDER BY o),
            ARRAY(SELECT payments[g] FROM unnest(good) WITH ORDINALITY AS t (g, o) ORDER BY o),
            ARRAY(SELECT reversed[g] FROM unnest(good) WITH ORDINALITY AS t (g, o) ORDER BY o),
            ARRAY(SELECT places[t.j] FROM unnest(leg_journal) WITH ORDINALITY AS t (j, o) WHERE places[t.j] IS NOT NULL ORDER BY o),
            ARRAY(SELECT leg_line[t.o] FROM unnest(leg_journal) WITH ORDINALITY AS t (j, o) WHERE places[t.j] IS NOT NULL ORDER BY o),
            ARRAY(SELECT leg_account[t.o] FROM unnest(leg_journal) WITH ORDINALITY AS t (j, o) WHERE places[t.j] IS NOT NULL ORDER BY o),
            ARRAY(SELECT leg_amount[t.o] FROM unnest(leg_journal) WITH ORDINALITY AS t (j, o) WHERE places[t.j] IS NOT NULL ORDER BY o));
    END IF;
    FOR i IN 1..n LOOP
        IF seqs[i] < 0 THEN seqs[i] := seqs[-seqs[i]]; END IF;
    END LOOP;
END $$;

-- Opens an account, or finds it open already with the same nature; anything else is a mistake of the caller.
CREATE FUNCTION open_account(account_name text, account_type text, account_floor bigint, account_tenant text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE found ledger.account; held bigint;
BEGIN
    INSERT INTO ledger.account (name, type, tenant) VALUES (account_name, account_type, account_tenant)
    ON CONFLICT (name) DO NOTHING;
    SELECT * INTO STRICT found FROM ledger.account WHERE name = account_name;
    INSERT INTO ledger.balance (account_id, sign, floor) VALUES (found.id, found.sign, account_floor) ON CONFLICT DO NOTHING;
    SELECT floor INTO held FROM ledger.balance WHERE account_id = found.id;
    IF found.type <> account_type OR found.tenant <> account_tenant OR held IS DISTINCT FROM account_floor THEN
        RAISE EXCEPTION 'account % is open already as %/%/floor %', account_name, found.type, found.tenant, held USING ERRCODE = 'L0006';
    END IF;
    RETURN found.id;
END $$;

CREATE FUNCTION account_ids(names text[], OUT name text, OUT id bigint) RETURNS SETOF record
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT a.name, a.id FROM ledger.account a WHERE a.name = ANY (names)
$$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA ledger FROM PUBLIC;
GRANT EXECUTE ON FUNCTION post(text[], bytea[], text[], text[], text[], bigint[], int[], smallint[], bigint[], bigint[]) TO nkap_app;
GRANT EXECUTE ON FUNCTION open_account(text, text, bigint, text) TO nkap_app;
GRANT EXECUTE ON FUNCTION account_ids(text[]) TO nkap_app;
