package cm.nkap.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** What must hold of any books at any time, recomputed from the postings alone. */
final class Soundness {
    private static final Map<String, String> CHECKS = Map.of(
            "all postings together are zero",
            "SELECT 'sum ' || sum(amount) FROM ledger.posting HAVING sum(amount) <> 0",
            "every journal has the legs and the total of its header and nets to zero",
            """
            SELECT 'journal ' || coalesce(j.seq, p.journal_seq)
            FROM ledger.journal j FULL JOIN (
                SELECT journal_seq, count(*) AS legs, sum(amount) AS net, sum(amount) FILTER (WHERE amount > 0) AS total,
                       min(line) AS first, max(line) AS last
                FROM ledger.posting GROUP BY journal_seq) p ON p.journal_seq = j.seq
            WHERE j.legs IS DISTINCT FROM p.legs OR j.total IS DISTINCT FROM p.total OR p.net <> 0
               OR p.first <> 1 OR p.last <> p.legs
            """,
            "journal numbers have no gap",
            """
            SELECT count(*) || ' journals up to ' || max(seq) || ', head ' || (SELECT next_seq FROM ledger.head)
            FROM ledger.journal HAVING count(*) <> coalesce(max(seq), 0) OR count(*) + 1 <> (SELECT next_seq FROM ledger.head)
            """,
            "a balance is the sum of its postings",
            """
            SELECT 'account ' || b.account_id
            FROM ledger.balance b LEFT JOIN (
                SELECT account_id, sum(greatest(amount, 0)) AS debits, sum(greatest(-amount, 0)) AS credits, count(*) AS version
                FROM ledger.posting GROUP BY account_id) p ON p.account_id = b.account_id
            WHERE b.debits <> coalesce(p.debits, 0) OR b.credits <> coalesce(p.credits, 0) OR b.version <> coalesce(p.version, 0)
            """,
            "each posting continues its account's history",
            """
            SELECT 'account ' || account_id || ' version ' || version FROM (
                SELECT p.account_id, p.version, p.balance_after, p.amount * -a.sign AS growth,
                       lag(p.version, 1, 0::bigint) OVER w AS version_before, lag(p.balance_after, 1, 0::bigint) OVER w AS held_before,
                       p.journal_seq, lag(p.journal_seq, 1, 0::bigint) OVER w AS journal_before
                FROM ledger.posting p JOIN ledger.account a ON a.id = p.account_id
                WINDOW w AS (PARTITION BY p.account_id ORDER BY p.version)) h
            WHERE version <> version_before + 1 OR balance_after <> held_before + growth OR journal_seq < journal_before
            """,
            "no balance is below its floor",
            "SELECT 'account ' || account_id FROM ledger.balance WHERE sign * (credits - debits) < floor",
            "every account has its balance, of its own sign and tenant",
            """
            SELECT 'account ' || a.id FROM ledger.account a LEFT JOIN ledger.balance b ON b.account_id = a.id
            WHERE b.account_id IS NULL OR b.sign <> a.sign OR b.tenant <> a.tenant
            """,
            "a journal is reversed at most once and after it was posted",
            "SELECT 'journal ' || reverses FROM ledger.journal GROUP BY reverses HAVING count(reverses) > 1 OR min(seq) <= reverses");

    private static final Map<String, String> TRUTHS = Map.of(
            "every journal's hash covers all that is stored of it and the hash before it",
            """
            SELECT 'journal ' || seq FROM (
                SELECT j.seq, j.hash, lag(j.hash, 1, decode(repeat('00', 32), 'hex')) OVER (ORDER BY j.seq) AS before,
                       record_send(ROW(j.seq, j.key, j.fingerprint, j.kind, j.tenant, j.payment, j.reverses, j.effective, j.posted_at,
                                       j.legs, j.total, p.accounts, p.versions, p.amounts, p.balances)) AS stored
                FROM ledger.journal j LEFT JOIN (
                    SELECT journal_seq, array_agg(account_id ORDER BY line) AS accounts, array_agg(version ORDER BY line) AS versions,
                           array_agg(amount ORDER BY line) AS amounts, array_agg(balance_after ORDER BY line) AS balances
                    FROM ledger.posting GROUP BY journal_seq) p ON p.journal_seq = j.seq) c
            WHERE hash <> sha256(before || stored)
            """,
            "the head holds the last journal's hash and no earlier time",
            """
            SELECT 'head ' || h.next_seq FROM ledger.head h LEFT JOIN ledger.journal j ON j.seq = h.next_seq - 1
            WHERE h.hash <> coalesce(j.hash, decode(repeat('00', 32), 'hex')) OR h.posted_at < j.posted_at
            """,
            "time never goes back",
            """
            SELECT 'journal ' || seq FROM (
                SELECT seq, posted_at, lag(posted_at) OVER (ORDER BY seq) AS before FROM ledger.journal) t
            WHERE posted_at < before
            """,
            "no journal takes effect after the day of its posting",
            """
            SELECT 'journal ' || seq FROM ledger.journal
            WHERE effective > (posted_at AT TIME ZONE 'Africa/Douala')::date
            """,
            "nothing takes effect in a period after it was closed, and its hash is the last journal's",
            """
            SELECT 'period ' || p.closed_through FROM ledger.period p LEFT JOIN ledger.journal l ON l.seq = p.last_seq
            WHERE p.hash <> coalesce(l.hash, decode(repeat('00', 32), 'hex'))
               OR EXISTS (SELECT 1 FROM ledger.journal j WHERE j.seq > p.last_seq
                          AND coalesce(j.effective, (j.posted_at AT TIME ZONE 'Africa/Douala')::date) <= p.closed_through)
            """,
            "a closed account holds nothing and was not posted to since",
            """
            SELECT 'account ' || b.account_id FROM ledger.balance b WHERE b.closed_at IS NOT NULL AND (b.debits <> b.credits
               OR EXISTS (SELECT 1 FROM ledger.posting p JOIN ledger.journal j ON j.seq = p.journal_seq
                          WHERE p.account_id = b.account_id AND j.posted_at > b.closed_at))
            """);

    private Soundness() {}

    /** One line per fault; none in books that are right. */
    static List<String> faults(Handle admin) {
        List<String> faults = new ArrayList<>();
        for (Map<String, String> checks : List.of(CHECKS, TRUTHS)) {
            checks.forEach((claim, query) -> admin.createQuery(query)
                    .mapTo(String.class)
                    .forEach(fault -> faults.add("not so: " + claim + ": " + fault)));
        }
        return faults;
    }
}
