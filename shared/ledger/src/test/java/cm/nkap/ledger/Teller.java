package cm.nkap.ledger;

import java.util.List;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/**
 * Posts as an operation would: each call in a transaction of its own, on one connection that is opened anew after a
 * failure. A {@link JdbiException} says that the outcome is not known. For one thread at a time.
 */
final class Teller implements GroupCommit.Transaction, AutoCloseable {
    private final Ledger ledger;
    private final Jdbi database;
    private @Nullable Handle session;

    Teller(Ledger ledger, DataSource database) {
        this.ledger = ledger;
        this.database = Jdbi.create(database);
    }

    /** Journals in, verdicts out; committed when it returns. */
    List<Verdict> post(List<Journal> journals) {
        return run(tx -> ledger.post(tx, journals));
    }

    @Override
    public synchronized List<Verdict> run(Function<Handle, List<Verdict>> work) {
        try {
            Handle open = session == null ? database.open() : session;
            session = open;
            return Books.in(open, Books.EVERY_TENANT, work::apply);
        } catch (JdbiException e) {
            close();
            throw e;
        }
    }

    /** Callers share its transactions. */
    GroupCommit<Journal, Verdict> shared(int batch) {
        return GroupCommit.ofJournals(GroupCommit.Size.of(batch), ledger, this);
    }

    Verdict post(Journal journal) {
        return post(List.of(journal)).getFirst();
    }

    @Override
    public synchronized void close() {
        Handle open = session;
        session = null;
        if (open != null) {
            try {
                open.close();
            } catch (JdbiException e) {
                // a connection that is broken cannot say goodbye
                return;
            }
        }
    }
}
