package cm.nkap.ledger;

import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.jspecify.annotations.Nullable;

/**
 * Recomputes the books from what is stored and says what is not as it must be: numbers, hashes, legs, balances, accounts,
 * periods and seals. It believes nothing that the database computed, and with roots that were kept elsewhere it finds
 * also books that were cut or written anew with everything consistent.
 *
 * <p>It runs as the application. What never changes is read in pages of their own transactions, so that a long run holds
 * up no vacuum; what moves (head, balances) is held against it at the end in one short snapshot. Memory: 64 MB for a
 * million accounts.
 */
public final class Verifier {
    /** A page costs what is on it: found by key, in the order of the key, never by reading all that is behind it. */
    private static final List<String> SETTINGS = List.of(
            "SET LOCAL nkap.orgs = '*'",
            "SET LOCAL enable_seqscan = off",
            "SET LOCAL enable_bitmapscan = off",
            "SET LOCAL enable_sort = off",
            "SET LOCAL enable_incremental_sort = off",
            "SET LOCAL max_parallel_workers_per_gather = 0",
            "SET LOCAL enable_hashjoin = off",
            "SET LOCAL enable_mergejoin = off");

    private final int mostFindings;

    /** @param mostFindings how many it lists at most before it stops */
    public Verifier(int mostFindings) {
        this.mostFindings = mostFindings;
    }

    /**
     * What was looked at, and what is wrong, in the order in which it was found: accounts, journals, their end, balances,
     * seals, periods, exported roots.
     */
    public record Report(long journals, long postings, long accounts, long seals, List<Finding> findings) {
        /** Whether nothing is wrong. */
        public boolean clean() {
            return findings.isEmpty();
        }
    }

    /** Verifies everything from the first journal on, against the roots that were kept outside the database. */
    public Report verify(Jdbi jdbi, List<SealedRoot> exported) {
        return run(jdbi, null, exported);
    }

    /**
     * Verifies what came after a seal that is trusted with everything under it, for example because it was verified
     * before: the accounts and journals behind it, and the balances that those journals touched.
     */
    public Report verifyAfter(Jdbi jdbi, SealedRoot trusted, List<SealedRoot> exported) {
        return run(jdbi, trusted, exported);
    }

    private Report run(Jdbi jdbi, @Nullable SealedRoot trusted, List<SealedRoot> exported) {
        try (Handle session = jdbi.open()) {
            session.setReadOnly(true);
            Verification run = in(
                    session,
                    TransactionIsolationLevel.READ_COMMITTED,
                    tx -> new Verification(new StoredBooks(tx), mostFindings, trusted, exported));
            boolean more = true;
            while (more) {
                more = in(session, TransactionIsolationLevel.READ_COMMITTED, tx -> run.page(new StoredBooks(tx)));
            }
            return in(session, TransactionIsolationLevel.REPEATABLE_READ, tx -> finish(run, tx));
        }
    }

    /** The same in one transaction of the caller, who has to be the application. */
    Report verify(Handle tx, @Nullable SealedRoot trusted, List<SealedRoot> exported) {
        see(tx);
        var run = new Verification(new StoredBooks(tx), mostFindings, trusted, exported);
        boolean more = true;
        while (more) {
            more = run.page(new StoredBooks(tx));
        }
        return finish(run, tx);
    }

    private static Report finish(Verification run, Handle tx) {
        run.finish(new StoredBooks(tx));
        return run.report();
    }

    private static <T> T in(Handle session, TransactionIsolationLevel level, HandleCallback<T, RuntimeException> work) {
        return session.inTransaction(level, tx -> {
            see(tx);
            return work.withHandle(tx);
        });
    }

    private static void see(Handle tx) {
        SETTINGS.forEach(tx::execute);
    }
}
