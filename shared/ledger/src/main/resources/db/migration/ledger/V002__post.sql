-- Posting. Arrays in, a verdict per journal out; all of it in the caller's transaction (READ COMMITTED).
-- Verdicts: 0 posted, 1 replayed, 2 insufficient funds, 3 unknown account (or another tenant's), 4 unbalanced or
-- otherwise no journal, 5 key reused, 6 already reversed, 7 not the exact reversal of what it names, 8 account closed,
-- 9 effective in a closed period or in the future.
-- Errors, which refuse the whole call: 22023 malformed arrays, 42501 a journal of a tenant that the transaction may
-- not see, L0005 wrong isolation level or encoding.

-- The business day of a moment.
CREATE FUNCTION day_of(moment timestamptz) RETURNS date LANGUAGE sql IMMUTABLE
RETURN (moment AT TIME ZONE 'Africa/Douala')::date;

-- Writes journals that are all expected to be good, and answers the hash of the last; raises L0001 (or a constraint
-- speaks) when one is not.
-- judged: every floor was already looked at in order, so only the balance row's own CHECK speaks.
-- A journal's hash is sha256 over the hash before it and record_send (Postgres's binary, length-prefixed format of a
-- row) of all that is stored of it, legs included: whoever changes one must change all that follow.
CREATE FUNCTION write_journals(
    judged boolean, base bigint, chain bytea, at timestamptz,
    keys text[], prints bytea[], kinds text[], tenants text[], payments text[], reversed bigint[], effects date[],
    leg_journal int[], leg_line smallint[], leg_account bigint[], leg_amount bigint[]) RETURNS bytea
LANGUAGE plpgsql AS $$
DECLARE
    touched bigint; found bigint; risky boolean; versions bigint[]; held bigint[]; signs int[];
    leg_version bigint[]; leg_after bigint[]; counts smallint[]; totals bigint[]; records bytea[]; hashes bytea[];
BEGIN
    -- One update per account however many journals touch it; credits of the same batch do not excuse a debit here,
    -- the exact path looks again.
    WITH moved AS MATERIALIZED (
        SELECT t.a, sum(greatest(t.m, 0))::bigint AS dr, sum(greatest(-t.m, 0))::bigint AS cr, count(*) AS c
        FROM unnest(leg_account, leg_amount) AS t (a, m) GROUP BY t.a),
    updated AS (
        UPDATE ledger.balance b
        SET debits = b.debits + moved.dr, credits = b.credits + moved.cr, version = b.version + moved.c
        FROM moved WHERE b.account_id = moved.a AND b.closed_at IS NULL AND (b.tenant = 'platform' OR nkap.sees(b.tenant))
        RETURNING b.account_id, b.sign::int AS sign, old.version, b.sign * (old.credits - old.debits) AS held,
                  CASE WHEN b.sign = 1 THEN moved.dr ELSE moved.cr END AS outflow, b.floor)
    SELECT (SELECT count(*) FROM moved), count(*),
           bool_or(u.floor IS NOT NULL AND u.outflow > 0 AND u.held - u.outflow < u.floor),
           array_agg(u.version ORDER BY u.account_id), array_agg(u.held ORDER BY u.account_id),
           array_agg(u.sign ORDER BY u.account_id)
    INTO touched, found, risky, versions, held, signs FROM updated u;
    IF found <> touched OR (risky AND NOT judged) THEN RAISE EXCEPTION USING ERRCODE = 'L0001'; END IF;

    -- An account's place in the arrays is its rank, so no join whose plan could go wrong.
    SELECT array_agg(s.version ORDER BY s.pos), array_agg(s.after ORDER BY s.pos) INTO leg_version, leg_after
    FROM (SELECT t.pos, versions[dense_rank() OVER accounts] + row_number() OVER history AS version,
                 (held[dense_rank() OVER accounts] - signs[dense_rank() OVER accounts] * sum(t.m) OVER history)::bigint AS after
          FROM unnest(leg_account, leg_amount) WITH ORDINALITY AS t (a, m, pos)
          WINDOW accounts AS (ORDER BY t.a), history AS (PARTITION BY t.a ORDER BY t.pos ROWS UNBOUNDED PRECEDING)) s;

    SELECT array_agg(r.legs ORDER BY r.j), array_agg(r.total ORDER BY r.j),
           array_agg(record_send(ROW(base + r.j - 1, keys[r.j], prints[r.j], kinds[r.j], tenants[r.j], payments[r.j],
               reversed[r.j], effects[r.j], at, r.legs, r.total, r.accounts, r.versions, r.amounts, r.afters)) ORDER BY r.j)
    INTO counts, totals, records
    FROM (SELECT t.j, count(*)::smallint AS legs, sum(greatest(t.m, 0))::bigint AS total,
                 array_agg(t.a ORDER BY t.pos) AS accounts, array_agg(t.v ORDER BY t.pos) AS versions,
                 array_agg(t.m ORDER BY t.pos) AS amounts, array_agg(t.after ORDER BY t.pos) AS afters
          FROM unnest(leg_journal, leg_account, leg_version, leg_amount, leg_after) WITH ORDINALITY AS t (j, a, v, m, after, pos)
          GROUP BY t.j) r;
    IF coalesce(cardinality(counts), 0) <> cardinality(keys) THEN RAISE EXCEPTION USING ERRCODE = 'L0001'; END IF;
    FOR i IN 1..cardinality(keys) LOOP
        chain := sha256(chain || records[i]);
        hashes[i] := chain;
    END LOOP;

    INSERT INTO ledger.journal (seq, key, fingerprint, kind, tenant, payment, reverses, effective, legs, total, posted_at, hash)
    SELECT base + q.pos - 1, q.key, q.print, q.kind, q.tenant, q.payment, q.reverses, q.effective, q.legs, q.total, at, q.hash
    FROM unnest(keys, prints, kinds, tenants, payments, reversed, effects, counts, totals, hashes) WITH ORDINALITY
             AS q (key, print, kind, tenant, payment, reverses, effective, legs, total, hash, pos);
    INSERT INTO ledger.posting (journal_seq, line, account_id, version, amount, balance_after)
    SELECT base + t.j - 1, t.ln, t.a, t.v, t.m, t.after
    FROM unnest(leg_journal, leg_line, leg_account, leg_version, leg_amount, leg_after) AS t (j, ln, a, v, m, after);
    RETURN chain;
END $$;

-- The exact verdict of each journal, in order, as if posted one after another. In seqs a negative number names the
-- journal of this call, by its place, that the verdict is about.
CREATE FUNCTION judge(
    opens date, today date, keys text[], prints bytea[], reversed bigint[], effects date[],
    leg_journal int[], leg_account bigint[], leg_amount bigint[],
    OUT verdicts int[], OUT seqs bigint[], OUT short bigint[])
LANGUAGE plpgsql AS $$
DECLARE
    n int := cardinality(keys);
    ids bigint[]; signs int[]; floors bigint[]; closed boolean[]; available bigint[]; ranks int[];
    starts int[]; ends int[]; bad boolean[]; firsts int[]; old_seqs bigint[]; old_prints bytea[];
    undone boolean[]; inexact int[]; holders int[]; spent bigint[] := '{}';
    r int; verdict int; holder int;
BEGIN
    verdicts := array_fill(0, ARRAY[n]); seqs := array_fill(NULL::bigint, ARRAY[n]); short := array_fill(NULL::bigint, ARRAY[n]);
    holders := array_fill(NULL::int, ARRAY[n]);

    -- an account of another tenant is as unknown as one that is not there: its sign stays null
    SELECT array_agg(d.a ORDER BY d.a), array_agg(b.sign::int ORDER BY d.a), array_agg(b.floor ORDER BY d.a),
           array_agg(b.closed_at IS NOT NULL ORDER BY d.a), array_agg(b.sign * (b.credits - b.debits) ORDER BY d.a)
    INTO ids, signs, floors, closed, available
    FROM (SELECT DISTINCT t.a FROM unnest(leg_account) AS t (a)) d
    LEFT JOIN ledger.balance b ON b.account_id = d.a AND (b.tenant = 'platform' OR nkap.sees(b.tenant));

    SELECT array_agg(s.rank ORDER BY s.pos) INTO ranks
    FROM (SELECT dense_rank() OVER (ORDER BY t.a)::int AS rank, t.pos FROM unnest(leg_account) WITH ORDINALITY AS t (a, pos)) s;

    -- one row per journal, also for one without legs
    SELECT array_agg(s.first ORDER BY s.j), array_agg(s.last ORDER BY s.j), array_agg(s.bad IS NOT FALSE ORDER BY s.j)
    INTO starts, ends, bad
    FROM (SELECT a.j, min(a.first)::int AS first, max(a.last)::int AS last,
                 sum(a.net) <> 0 OR bool_or(a.net = 0) OR bool_or(a.odd) OR sum(a.legs) < 2 AS bad
          FROM (SELECT t.j, sum(t.m) AS net, count(t.pos) AS legs, min(t.pos) AS first, max(t.pos) AS last,
                       bool_or(t.m = 0 OR t.m NOT BETWEEN -1000000000000000 AND 1000000000000000) AS odd
                FROM (SELECT l.j, l.a, l.m, l.pos
                      FROM unnest(leg_journal, leg_account, leg_amount) WITH ORDINALITY AS l (j, a, m, pos)
                      UNION ALL
                      SELECT g, NULL, NULL, NULL FROM generate_series(1, n) AS g) t
                GROUP BY t.j, t.a) a
          GROUP BY a.j) s;

    SELECT array_agg(q.first ORDER BY q.pos), array_agg(j.seq ORDER BY q.pos), array_agg(j.fingerprint ORDER BY q.pos),
           array_agg(EXISTS (SELECT 1 FROM ledger.journal x WHERE x.reverses = q.reverses) ORDER BY q.pos)
    INTO firsts, old_seqs, old_prints, undone
    FROM (SELECT t.key, t.reverses, t.pos, (min(t.pos) OVER (PARTITION BY t.key))::int AS first
          FROM unnest(keys, reversed) WITH ORDINALITY AS t (key, reverses, pos)) q
    LEFT JOIN ledger.journal j ON j.key = q.key;

    -- A reversal and its original leave nothing on any account; without an original its own legs are left.
    SELECT array_agg(DISTINCT s.pos) INTO inexact
    FROM (SELECT u.pos FROM (
              SELECT w.pos, p.account_id AS a, p.amount AS m
              FROM unnest(reversed) WITH ORDINALITY AS w (reverses, pos) JOIN ledger.posting p ON p.journal_seq = w.reverses
              UNION ALL
              SELECT t.j, t.a, t.m FROM unnest(leg_journal, leg_account, leg_amount) AS t (j, a, m)
              WHERE reversed[t.j] IS NOT NULL) u
          GROUP BY u.pos, u.a HAVING sum(u.m) <> 0) s;

    FOR i IN 1..n LOOP
        verdict := 0; holder := holders[firsts[i]];
        IF old_seqs[i] IS NOT NULL THEN
            verdict := CASE WHEN old_prints[i] = prints[i] THEN 1 ELSE 5 END; seqs[i] := old_seqs[i];
        ELSIF holder IS NOT NULL THEN
            verdict := CASE WHEN prints[holder] = prints[i] THEN 1 ELSE 5 END; seqs[i] := -holder;
        ELSIF bad[i] THEN
            verdict := 4;
        ELSIF effects[i] < opens OR effects[i] > today THEN
            verdict := 9;
        ELSE
            FOR k IN starts[i]..ends[i] LOOP
                IF signs[ranks[k]] IS NULL THEN verdict := 3; short[i] := leg_account[k]; EXIT; END IF;
                IF closed[ranks[k]] THEN verdict := 8; short[i] := leg_account[k]; EXIT; END IF;
            END LOOP;
            IF verdict = 0 AND reversed[i] IS NOT NULL THEN
                IF undone[i] OR reversed[i] = ANY (spent) THEN
                    verdict := 6;
                ELSIF i = ANY (inexact) THEN
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
                    IF signs[r] * leg_amount[k] > 0 AND available[r] < floors[r] THEN
                        verdict := 2; short[i] := ids[r]; EXIT;
                    END IF;
                END LOOP;
                IF verdict <> 0 THEN
                    FOR k IN starts[i]..ends[i] LOOP
                        r := ranks[k]; available[r] := available[r] + signs[r] * leg_amount[k];
                    END LOOP;
                END IF;
            END IF;
            IF verdict = 0 THEN
                holders[firsts[i]] := i;
                IF reversed[i] IS NOT NULL THEN spent := spent || reversed[i]; END IF;
            END IF;
        END IF;
        verdicts[i] := verdict;
    END LOOP;
END $$;

-- Refuses arrays that are not one row of values each, as many for every journal and as many for every leg in order.
CREATE FUNCTION check_call(
    keys text[], prints bytea[], kinds text[], tenants text[], payments text[], reversed bigint[], effects date[],
    leg_journal int[], leg_line smallint[], leg_account bigint[], leg_amount bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    journals text := '[1:' || cardinality(keys) || ']';
    legs text := '[1:' || nullif(cardinality(leg_journal), 0) || ']';
BEGIN
    IF num_nulls(keys, prints, kinds, tenants, payments, reversed, effects, leg_journal, leg_line, leg_account, leg_amount) > 0
       OR (array_dims(keys) = journals AND array_dims(prints) = journals AND array_dims(kinds) = journals
           AND array_dims(tenants) = journals AND array_dims(payments) = journals AND array_dims(reversed) = journals
           AND array_dims(effects) = journals) IS NOT TRUE
       OR array_dims(leg_journal) IS DISTINCT FROM legs OR array_dims(leg_line) IS DISTINCT FROM legs
       OR array_dims(leg_account) IS DISTINCT FROM legs OR array_dims(leg_amount) IS DISTINCT FROM legs
       OR array_position(keys, NULL) > 0 OR array_position(prints, NULL) > 0 OR array_position(kinds, NULL) > 0
       OR array_position(tenants, NULL) > 0 OR array_position(leg_journal, NULL) > 0 OR array_position(leg_line, NULL) > 0
       OR array_position(leg_account, NULL) > 0 OR array_position(leg_amount, NULL) > 0
       OR EXISTS (SELECT 1 FROM unnest(leg_journal, leg_line) WITH ORDINALITY AS t (j, ln, pos)
                  WHERE t.j NOT BETWEEN 1 AND cardinality(keys)
                     OR CASE WHEN t.ln = 1 THEN t.j <= coalesce(leg_journal[t.pos - 1], 0)
                             ELSE t.j IS DISTINCT FROM leg_journal[t.pos - 1] OR t.ln <> leg_line[t.pos - 1] + 1 END) THEN
        RAISE EXCEPTION 'ledger.post needs at least one journal, arrays of one length for journals and one for legs without nulls, and each journal''s lines together, counted from 1'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF EXISTS (SELECT 1 FROM unnest(tenants) AS t (tenant) WHERE NOT nkap.sees(t.tenant)) THEN
        RAISE EXCEPTION 'a journal of a tenant that this transaction may not see' USING ERRCODE = 'insufficient_privilege';
    END IF;
END $$;

-- The one way to post.
CREATE FUNCTION post(
    keys text[], prints bytea[], kinds text[], tenants text[], payments text[], reversed bigint[], effects date[],
    leg_journal int[], leg_line smallint[], leg_account bigint[], leg_amount bigint[],
    OUT verdicts int[], OUT seqs bigint[], OUT short bigint[])
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
DECLARE
    base bigint; chain bytea; opens date; at timestamptz; today date; n int := cardinality(keys); written int := 0; places int[];
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' OR current_setting('client_encoding') <> 'UTF8' THEN
        RAISE EXCEPTION 'ledger.post needs READ COMMITTED, for it reads after waiting for the head, and UTF8, for it hashes what it is sent'
            USING ERRCODE = 'L0005';
    END IF;
    PERFORM ledger.check_call(keys, prints, kinds, tenants, payments, reversed, effects, leg_journal, leg_line, leg_account, leg_amount);
    SELECT h.next_seq, h.hash, h.closed_through + 1, greatest(clock_timestamp(), h.posted_at) INTO STRICT base, chain, opens, at
    FROM ledger.head h WHERE h.id = 1 FOR NO KEY UPDATE;
    -- the clock was read before the wait for the head, if there was one
    at := greatest(clock_timestamp(), at);
    today := ledger.day_of(at);
    IF cardinality(array_remove(reversed, NULL)) = 0 AND cardinality(array_remove(effects, NULL)) = 0 THEN
        BEGIN
            chain := ledger.write_journals(false, base, chain, at, keys, prints, kinds, tenants, payments, reversed, effects, leg_journal, leg_line, leg_account, leg_amount);
            written := n; verdicts := array_fill(0, ARRAY[n]); short := array_fill(NULL::bigint, ARRAY[n]);
            seqs := ARRAY(SELECT base + g - 1 FROM generate_series(1, n) AS g);
        EXCEPTION WHEN unique_violation OR check_violation OR numeric_value_out_of_range OR SQLSTATE 'L0001' OR SQLSTATE 'L0002' THEN NULL;
        END;
    END IF;

    IF written = 0 THEN
        SELECT * INTO verdicts, seqs, short
        FROM ledger.judge(opens, today, keys, prints, reversed, effects, leg_journal, leg_account, leg_amount);
        places := array_fill(NULL::int, ARRAY[n]);
        FOR i IN 1..n LOOP
            IF verdicts[i] = 0 THEN places[i] := written + 1; seqs[i] := base + written; written := written + 1;
            ELSIF seqs[i] < 0 THEN seqs[i] := seqs[-seqs[i]];
            END IF;
        END LOOP;
        IF written > 0 THEN
            SELECT array_agg(q.key ORDER BY q.pos), array_agg(q.print ORDER BY q.pos), array_agg(q.kind ORDER BY q.pos),
                   array_agg(q.tenant ORDER BY q.pos), array_agg(q.payment ORDER BY q.pos), array_agg(q.reverses ORDER BY q.pos),
                   array_agg(q.effective ORDER BY q.pos)
            INTO keys, prints, kinds, tenants, payments, reversed, effects
            FROM unnest(keys, prints, kinds, tenants, payments, reversed, effects, verdicts) WITH ORDINALITY
                AS q (key, print, kind, tenant, payment, reverses, effective, verdict, pos)
            WHERE q.verdict = 0;
            SELECT array_agg(places[t.j] ORDER BY t.pos), array_agg(t.ln ORDER BY t.pos), array_agg(t.a ORDER BY t.pos), array_agg(t.m ORDER BY t.pos)
            INTO leg_journal, leg_line, leg_account, leg_amount
            FROM unnest(leg_journal, leg_line, leg_account, leg_amount) WITH ORDINALITY AS t (j, ln, a, m, pos)
            WHERE places[t.j] IS NOT NULL;
            chain := ledger.write_journals(true, base, chain, at, keys, prints, kinds, tenants, payments, reversed, effects, leg_journal, leg_line, leg_account, leg_amount);
        END IF;
    END IF;

    -- Outside the subtransaction above: the head is locked by this transaction, and moving it from within would need a
    -- multixact for every call.
    IF written > 0 THEN UPDATE ledger.head SET next_seq = base + written, hash = chain, posted_at = at WHERE id = 1; END IF;
END $$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA ledger FROM PUBLIC;
GRANT EXECUTE ON FUNCTION post(text[], bytea[], text[], text[], text[], bigint[], date[], int[], smallint[], bigint[], bigint[]) TO nkap_app;
