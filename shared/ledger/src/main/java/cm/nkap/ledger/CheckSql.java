package cm.nkap.ledger;

/** The statements of the checks: what each finds, with the number of the journal or account it is about. */
final class CheckSql {
    /** Debits are credits over all accounts; the head is at the last journal and knows its hash. */
    static final String TOTALS = """
            SELECT 0 AS at, 'all accounts' AS about, 'debits ' || debits || ', credits ' || credits AS detail
            FROM (SELECT coalesce(sum(debits), 0) AS debits, coalesce(sum(credits), 0) AS credits FROM ledger.balance) t
            WHERE debits <> credits
            UNION ALL
            SELECT 0, 'head', CASE WHEN h.next_seq - 1 <> l.journal THEN 'is at journal ' || h.next_seq - 1 || ', the last is ' || l.journal
                                   WHEN h.hash <> j.hash THEN 'has another hash than journal ' || j.seq
                                   ELSE 'is at journal ' || h.next_seq - 1 || ', there are legs of journal ' || l.leg END
            FROM ledger.head h
            CROSS JOIN LATERAL (
                SELECT coalesce((SELECT seq FROM ledger.journal ORDER BY seq DESC LIMIT 1), 0) AS journal,
                       (SELECT journal_seq FROM ledger.stored_leg WHERE journal_seq >= h.next_seq LIMIT 1) AS leg) l
            LEFT JOIN ledger.journal j ON j.seq = h.next_seq - 1
            WHERE h.next_seq - 1 <> l.journal OR h.hash <> j.hash OR l.leg IS NOT NULL
            """;

    /** Each journal is there with exactly the legs that it announces, of accounts that exist, and nets to zero. */
    static final String JOURNALS = """
            WITH legs AS (
                SELECT p.journal_seq, count(*) AS legs, max(p.line) AS last, sum(p.amount) AS net,
                       sum(greatest(p.amount, 0)) AS total, count(a.id) AS known
                FROM ledger.stored_leg p LEFT JOIN ledger.account a ON a.id = p.account_id
                WHERE p.journal_seq > :after AND p.journal_seq <= :upto GROUP BY p.journal_seq)
            SELECT n.seq AS at, 'journal ' || n.seq AS about,
                   CASE WHEN j.seq IS NULL THEN 'is missing, ' || coalesce(l.legs, 0) || ' of its legs are there'
                        WHEN l.legs IS NULL THEN 'has none of its ' || j.legs || ' legs'
                        WHEN l.net <> 0 THEN 'nets to ' || l.net || ', not to 0'
                        WHEN l.legs <> j.legs OR l.last <> j.legs
                            THEN 'announces ' || j.legs || ' legs and has ' || l.legs || ', the last is line ' || l.last
                        WHEN l.total <> j.total THEN 'announces ' || j.total || ' F and moves ' || l.total || ' F'
                        ELSE 'has ' || l.legs - l.known || ' legs of accounts that do not exist' END AS detail
            FROM generate_series(:after + 1, :upto) AS n (seq)
            LEFT JOIN (SELECT seq, legs, total FROM ledger.journal WHERE seq > :after AND seq <= :upto) j ON j.seq = n.seq
            LEFT JOIN legs l ON l.journal_seq = n.seq
            WHERE j.seq IS NULL OR l.legs IS NULL OR l.net <> 0 OR l.legs <> j.legs OR l.last <> j.legs OR l.total <> j.total
               OR l.known <> l.legs
            ORDER BY n.seq LIMIT :most
            """;

    /** Each posting is the next version of its account, in the order of the journals, and leaves what it must leave. */
    static final String HISTORIES = """
            WITH history AS (
                SELECT p.journal_seq, p.line, p.account_id, p.version, p.amount, p.balance_after,
                       lag(p.version) OVER w AS version_before, lag(p.balance_after) OVER w AS held_before,
                       lag(p.journal_seq) OVER w AS journal_before
                FROM ledger.stored_leg p WHERE p.journal_seq > :after AND p.journal_seq <= :upto
                WINDOW w AS (PARTITION BY p.account_id ORDER BY p.version))
            SELECT h.journal_seq AS at, 'posting ' || h.journal_seq || '/' || h.line AS about,
                   'version ' || h.version || ' of ' || a.name || ' moves ' || h.amount || ' and leaves ' || h.balance_after
                   || '; version ' || coalesce(h.version_before, b.version, 0) || ' of journal '
                   || coalesce(h.journal_before, b.journal_seq, 0) || ' left ' || coalesce(h.held_before, b.balance_after, 0) AS detail
            FROM history h
            JOIN ledger.account a ON a.id = h.account_id
            LEFT JOIN LATERAL (SELECT p.version, p.balance_after, p.journal_seq FROM ledger.stored_leg p
                               WHERE h.version_before IS NULL AND p.account_id = h.account_id AND p.version = h.version - 1
                               OFFSET 0) b ON true
            WHERE coalesce(h.version_before, b.version, 0) <> h.version - 1
               OR coalesce(h.journal_before, b.journal_seq, 0) > h.journal_seq
               OR coalesce(h.held_before, b.balance_after, 0) - a.sign * h.amount <> h.balance_after
            ORDER BY h.journal_seq LIMIT :most
            """;

    /** Each account has its balance, which is where its last posting left it. */
    static final String BALANCES = """
            SELECT a.id AS at, 'account ' || a.name AS about,
                   CASE WHEN b.account_id IS NULL THEN 'has no balance'
                        WHEN b.sign <> a.sign OR b.tenant <> a.tenant THEN 'has the balance of another kind of account'
                        ELSE 'holds ' || b.sign * (b.credits - b.debits) || ' at version ' || b.version || ', its last posting '
                             || coalesce('left ' || p.balance_after || ' at version ' || p.version, 'is an older one') END AS detail
            FROM ledger.account a
            LEFT JOIN ledger.balance b ON b.account_id = a.id
            LEFT JOIN LATERAL (SELECT version, balance_after FROM ledger.stored_leg
                               WHERE account_id = a.id AND version >= greatest(b.version, 1) ORDER BY version DESC LIMIT 1) p ON true
            WHERE a.id > :after AND a.id <= :upto
              AND (b.account_id IS NULL OR b.sign <> a.sign OR b.tenant <> a.tenant OR b.version <> coalesce(p.version, 0)
                   OR b.sign * (b.credits - b.debits) <> coalesce(p.balance_after, 0))
            """;

    /** No account is below its floor; a closed one holds nothing and was not posted to any more. */
    static final String FLOORS = """
            SELECT b.account_id AS at, 'account ' || a.name AS about,
                   CASE WHEN b.closed_at IS NULL
                            THEN 'holds ' || b.sign * (b.credits - b.debits) || ', less than its floor ' || b.floor
                        WHEN b.debits <> b.credits
                            THEN 'is closed and holds ' || b.sign * (b.credits - b.debits)
                        ELSE 'is closed and was posted to afterwards' END AS detail
            FROM ledger.balance b JOIN ledger.account a ON a.id = b.account_id
            WHERE b.account_id > :after AND b.account_id <= :upto
              AND (b.sign * (b.credits - b.debits) < b.floor
                   OR b.closed_at IS NOT NULL AND (b.debits <> b.credits OR b.closed_at < (
                       SELECT j.posted_at FROM ledger.stored_leg p JOIN ledger.journal j ON j.seq = p.journal_seq
                       WHERE p.account_id = b.account_id AND p.version >= b.version ORDER BY p.version DESC LIMIT 1)))
            """;

    /** Adds what new journals moved on clearing accounts to what stands there, payment by payment. */
    static final String MOVE_ITEMS = """
            MERGE INTO ledger.open_item i USING (
                SELECT p.account_id, coalesce(j.payment, '') AS payment, sum(p.amount)::bigint AS amount, min(j.posted_at) AS since
                FROM ledger.stored_leg p
                JOIN ledger.account a ON a.id = p.account_id
                JOIN ledger.journal j ON j.seq = p.journal_seq
                WHERE p.journal_seq > :after AND p.journal_seq <= :upto
                  AND EXISTS (SELECT 1 FROM unnest(:names::text[]) AS n (name) WHERE starts_with(a.name, n.name))
                GROUP BY p.account_id, coalesce(j.payment, '')) m
            ON i.account_id = m.account_id AND i.payment = m.payment
            WHEN MATCHED AND i.amount + m.amount = 0 THEN DELETE
            WHEN MATCHED THEN UPDATE SET amount = i.amount + m.amount
            WHEN NOT MATCHED AND m.amount <> 0 THEN INSERT VALUES (m.account_id, m.payment, m.amount, m.since)
            """;

    /** What stands on clearing accounts longer than it may, the oldest first. */
    static final String OLD_ITEMS = """
            SELECT i.account_id AS at, a.name || coalesce(' ' || nullif(i.payment, ''), '') AS about,
                   abs(i.amount) || ' F ' || CASE WHEN i.amount > 0 THEN 'debit' ELSE 'credit' END || ' since ' || i.since AS detail
            FROM ledger.open_item i
            JOIN ledger.account a ON a.id = i.account_id
            JOIN unnest(:names::text[], :millis::bigint[]) AS n (name, millis) ON starts_with(a.name, n.name)
            WHERE i.since < clock_timestamp() - make_interval(secs => n.millis / 1000.0)
            ORDER BY i.since, i.account_id, i.payment LIMIT :most
            """;

    /** The next accounts to replay: together at most so many postings, or one account alone. */
    static final String REPLAY_NEXT = """
            SELECT account_id, version, debits, credits FROM (
                SELECT b.account_id, b.version, b.debits, b.credits, row_number() OVER w AS place, sum(b.version) OVER w AS postings
                FROM (SELECT account_id, version, debits, credits FROM ledger.balance WHERE account_id > :after
                      ORDER BY account_id LIMIT :accounts) b
                WINDOW w AS (ORDER BY b.account_id)) t
            WHERE place = 1 OR postings <= :postings ORDER BY account_id
            """;

    /** Accounts whose postings up to a version do not add up to what the balance said at that version. */
    static final String REPLAY = """
            SELECT t.id AS at, 'account ' || a.name AS about,
                   'at version ' || t.version || ' debits ' || t.debits || ', credits ' || t.credits || '; ' || p.postings
                   || ' postings make debits ' || p.debits || ', credits ' || p.credits AS detail
            FROM unnest(:ids::bigint[], :versions::bigint[], :debits::bigint[], :credits::bigint[]) AS t (id, version, debits, credits)
            JOIN ledger.account a ON a.id = t.id
            CROSS JOIN LATERAL (
                SELECT count(*) AS postings, coalesce(sum(greatest(amount, 0)), 0) AS debits, coalesce(sum(greatest(-amount, 0)), 0) AS credits
                FROM ledger.stored_leg WHERE account_id = t.id AND version <= t.version) p
            WHERE p.postings <> t.version OR p.debits <> t.debits OR p.credits <> t.credits
            """;

    /** A part of one account's postings, added up. */
    static final String REPLAY_PART = """
            SELECT count(*) AS postings, coalesce(sum(greatest(amount, 0)), 0)::bigint AS debits,
                   coalesce(sum(greatest(-amount, 0)), 0)::bigint AS credits
            FROM ledger.stored_leg WHERE account_id = :account AND version > :after AND version <= :upto
            """;

    private CheckSql() {}
}
