package cm.nkap.ledger;

import cm.nkap.ledger.Checks.Fault;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/**
 * Reads a part of the chain of journals as the {@link Verifier} does: each hash follows from the one before and from all
 * that is stored of the journal, its fingerprint from the names of its accounts.
 */
final class ChainReading {
    private static final Set<String> HASHES = Set.of("journal.hash", "journal.fingerprint");

    private ChainReading() {}

    static List<Fault> faults(Handle tx, long after, long upto, int most) {
        var books = new StoredBooks(tx);
        var findings = new Findings(Integer.MAX_VALUE);
        Hash before = books.journals(after - 1, after + 1, 1).stream()
                .map(StoredJournal::hash)
                .findFirst()
                .orElse(Hash.GENESIS);
        new JournalChain(findings, new Positions(), after, before, after == 0)
                .check(books.journals(after, upto + 1, Integer.MAX_VALUE), books.legs(after, upto));
        return findings.all().stream()
                .filter(found -> HASHES.contains(found.check()))
                .limit(most)
                .map(found -> new Fault(seq(found), found.about(), found.check() + " " + found.detail()))
                .toList();
    }

    private static long seq(Finding journal) {
        return Long.parseLong(journal.about().substring("journal ".length()));
    }
}
