package cm.nkap.ledger;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** Whoever owns the database and knows all of its rules: makes books consistent again after a crime. */
final class Forger {
    private final Handle admin;

    Forger(Handle admin) {
        this.admin = admin;
    }

    void deleteJournal(long seq) {
        admin.execute("DELETE FROM ledger.posting WHERE journal_seq = ?", seq);
        admin.execute("DELETE FROM ledger.journal WHERE seq = ?", seq);
    }

    /** Makes the first debit and the first credit of a journal larger. */
    void changeAmount(long seq, long by) {
        admin.execute("UPDATE ledger.posting SET amount = amount + ? WHERE journal_seq = ? AND line = 1", by, seq);
        admin.execute("UPDATE ledger.posting SET amount = amount - ? WHERE journal_seq = ? AND line = 2", by, seq);
    }

    /** Counts versions and balances from the amounts, then balance rows from those. */
    void balanceAgain() {
        admin.execute("""
                UPDATE ledger.posting p SET version = h.version, balance_after = h.held
                FROM (SELECT q.journal_seq, q.line, row_number() OVER w AS version, -a.sign * sum(q.amount) OVER w AS held
                      FROM ledger.posting q JOIN ledger.account a ON a.id = q.account_id
                      WINDOW w AS (PARTITION BY q.account_id ORDER BY q.journal_seq, q.line)) h
                WHERE h.journal_seq = p.journal_seq AND h.line = p.line
                """);
        admin.execute("""
                UPDATE ledger.balance b
                SET debits = s.debits, credits = s.credits, version = s.version
                FROM (SELECT a.id, coalesce(sum(greatest(p.amount, 0)), 0) AS debits,
                             coalesce(sum(greatest(-p.amount, 0)), 0) AS credits, count(p.amount) AS version
                      FROM ledger.account a LEFT JOIN ledger.posting p ON p.account_id = a.id GROUP BY a.id) s
                WHERE s.id = b.account_id
                """);
        admin.execute("""
                UPDATE ledger.journal j SET total = s.total, legs = s.legs
                FROM (SELECT journal_seq, sum(greatest(amount, 0)) AS total, count(*) AS legs FROM ledger.posting GROUP BY journal_seq) s
                WHERE s.journal_seq = j.seq
                """);
    }

    /** Computes every fingerprint and hash anew, and the head's. */
    void chainAgain() {
        var books = new StoredBooks(admin);
        Map<Long, List<StoredJournal.Leg>> legs = new HashMap<>();
        books.legs(0, Long.MAX_VALUE).forEach(leg -> legs.computeIfAbsent(leg.seq(), s -> new ArrayList<>())
                .add(leg));
        for (StoredJournal journal : books.journals(0, Long.MAX_VALUE, 1_000)) {
            Hash print = journal.fingerprintOf(legs.getOrDefault(journal.seq(), List.of()));
            admin.execute(
                    "UPDATE ledger.journal SET fingerprint = ? WHERE seq = ?",
                    print == null ? new byte[32] : print.bytes(),
                    journal.seq());
        }
        Hash hash = Hash.GENESIS;
        for (StoredJournal journal : books.journals(0, Long.MAX_VALUE, 1_000)) {
            hash = journal.chained(hash, legs.getOrDefault(journal.seq(), List.of()));
            admin.execute("UPDATE ledger.journal SET hash = ? WHERE seq = ?", hash.bytes(), journal.seq());
        }
        headAgain();
        admin.execute("""
                UPDATE ledger.period p SET hash = j.hash FROM ledger.journal j WHERE j.seq = p.last_seq
                """);
    }

    void headAgain() {
        admin.execute("""
                UPDATE ledger.head SET next_seq = j.seq + 1, hash = j.hash,
                       posted_at = greatest(j.posted_at, (SELECT max(until) FROM ledger.seal))
                FROM ledger.journal j WHERE j.seq = (SELECT max(seq) FROM ledger.journal)
                """);
    }

    /** Drops the last seals and puts what they covered back among what waits. */
    void unseal(long above) {
        admin.execute("DELETE FROM ledger.seal WHERE number > ?", above);
        admin.execute("""
                INSERT INTO ledger.awaiting_seal
                SELECT account_id, closed_at IS NOT NULL, now() FROM ledger.sealed_account WHERE seal > ?
                """, above);
        admin.execute("DELETE FROM ledger.sealed_account WHERE seal > ?", above);
    }

    /** Computes every seal anew over what is there. */
    void sealAgain() {
        admin.execute("UPDATE ledger.seal s SET journal_hash = j.hash FROM ledger.journal j WHERE j.seq = s.last_seq");
        Hash root = Hash.GENESIS;
        for (long number = 1; number <= new StoredBooks(admin).lastSeal(); number++) {
            admin.execute("UPDATE ledger.seal SET previous = ? WHERE number = ?", root.bytes(), number);
            root = new StoredBooks(admin).seal(number).orElseThrow().computedRoot();
            admin.execute("UPDATE ledger.seal SET root = ? WHERE number = ?", root.bytes(), number);
        }
    }
}
