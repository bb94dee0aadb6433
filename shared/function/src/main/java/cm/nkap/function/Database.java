package cm.nkap.function;

import cm.nkap.events.Envelope;
import cm.nkap.function.telemetry.ShellMetrics;
import cm.nkap.function.telemetry.Spans;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Postgres, one transaction at a time. */
public final class Database implements AutoCloseable {
    private final Transactions transactions;

    Database(Transactions transactions) {
        this.transactions = transactions;
    }

    /** Opens transactions on the database that these settings name; no connection is made before the first is needed. */
    public static Database open(DatabaseConfig config, Consumer<List<Envelope>> publisher) {
        return open(config, publisher, ShellMetrics.silent(), Spans.none());
    }

    static Database open(DatabaseConfig config, Consumer<List<Envelope>> publisher, ShellMetrics metrics, Spans spans) {
        return new Database(new Transactions(config, publisher, metrics, spans));
    }

    ConnectionPool connections() {
        return transactions.pool();
    }

    /**
     * Runs work in one transaction and commits it. A serialization failure or deadlock runs it again, a few times.
     *
     * @throws Problem 503 when the database cannot be reached or is too busy
     */
    public <T extends @Nullable Object> T inTransaction(Orgs orgs, TxWork<T> work) {
        return transactions.run(Opening.of(orgs), work);
    }

    public void run(Orgs orgs, Consumer<Tx> work) {
        inTransaction(orgs, tx -> {
            work.accept(tx);
            return true;
        });
    }

    /** Runs a query in a transaction that cannot write. */
    public <T extends @Nullable Object> T read(Orgs orgs, TxWork<T> work) {
        return transactions.run(Opening.readOnly(orgs), work);
    }

    /** @throws CommitLost when it is not known whether the transaction was committed */
    <T extends @Nullable Object> T runOrLose(Opening opening, TxWork<T> work) {
        return transactions.runOrLose(opening, work);
    }

    /** True when a connection can be had and its role is one that row-level security binds. */
    public boolean isReady() {
        return transactions.isReady();
    }

    @Override
    public void close() {
        transactions.close();
    }
}
