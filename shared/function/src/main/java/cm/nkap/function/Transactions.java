package cm.nkap.function;

import cm.nkap.events.Envelope;
import cm.nkap.events.Outbox;
import cm.nkap.function.telemetry.ShellMetrics;
import cm.nkap.function.telemetry.Spans;
import cm.nkap.secrets.SecretsFailure;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Begins, commits, retries; and hands what was emitted to the publisher once it is true. */
final class Transactions implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Transactions.class);
    private static final int ATTEMPTS = 5;
    private static final ScopedValue<Boolean> OPEN = ScopedValue.newInstance();

    private final ConnectionPool pool;
    private final Consumer<List<Envelope>> publisher;
    private final ShellMetrics metrics;
    private final Spans spans;

    Transactions(DatabaseConfig config, Consumer<List<Envelope>> publisher, ShellMetrics metrics, Spans spans) {
        this.pool = new ConnectionPool(config, metrics, spans);
        this.spans = spans;
        this.publisher = publisher;
        this.metrics = metrics;
    }

    ConnectionPool pool() {
        return pool;
    }

    <T extends @Nullable Object> T run(Opening opening, TxWork<T> work) {
        try {
            return runOrLose(opening, work);
        } catch (CommitLost e) {
            throw Refusals.outcomeUnknown(e);
        }
    }

    /** @throws CommitLost when it is not known whether the transaction was committed */
    <T extends @Nullable Object> T runOrLose(Opening opening, TxWork<T> work) {
        if (OPEN.isBound()) {
            throw new IllegalStateException("a transaction is already open on this thread; pass its Tx on");
        }
        for (int attempt = 1; ; attempt++) {
            try {
                return ScopedValue.where(OPEN, true).call(() -> once(opening, work));
            } catch (Problem | CommitLost e) {
                throw e;
            } catch (SecretsFailure.Unavailable e) {
                throw Refusals.unreachable(e);
            } catch (RuntimeException e) {
                switch (SqlFailure.of(e)) {
                    case RETRY -> pauseOrGiveUp(attempt, e);
                    case BUSY -> throw Refusals.databaseBusy(e);
                    case UNREACHABLE -> throw Refusals.unreachable(e);
                    case OTHER -> throw e;
                }
            }
        }
    }

    private static void pauseOrGiveUp(int attempt, RuntimeException conflict) {
        if (attempt == ATTEMPTS) {
            throw Refusals.databaseBusy(conflict);
        }
        long longest = TimeUnit.MILLISECONDS.toNanos(4L << attempt);
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(longest / 4, longest));
    }

    private <T extends @Nullable Object> T once(Opening opening, TxWork<T> work) {
        long began = System.nanoTime();
        String outcome = "failed";
        try (var span = spans.transaction(opening.readOnly(), SharedTransaction.sharers())) {
            try {
                T result = committed(opening, work);
                outcome = "committed";
                return result;
            } catch (Problem e) {
                outcome = e.status() == 503 ? outcome : "refused";
                throw e;
            } catch (CommitLost e) {
                span.unknown();
                throw e;
            } finally {
                span.result(outcome);
                metrics.transacted(opening.readOnly(), outcome, began);
            }
        }
    }

    private <T extends @Nullable Object> T committed(Opening opening, TxWork<T> work) {
        Tx tx;
        T result;
        pool.enter();
        try (var handle = pool.handle()) {
            handle.setReadOnly(opening.readOnly());
            handle.begin();
            try {
                tx = new Tx(handle, opening.open(handle), opening.orgs(), Scope.current());
                result = work.run(tx);
                Outbox.append(handle, tx.emitted());
            } catch (Throwable e) {
                rollBack(handle, e);
                throw e;
            }
            Step.reached("tx.committing");
            commit(handle);
            Step.reached("tx.committed");
        } finally {
            pool.leave();
        }
        announce(tx);
        return result;
    }

    private static void commit(Handle handle) {
        try {
            handle.commit();
        } catch (RuntimeException e) {
            if (SqlFailure.of(e) == SqlFailure.UNREACHABLE) {
                throw new CommitLost(e);
            }
            throw e;
        }
    }

    private static void rollBack(Handle handle, Throwable because) {
        try {
            handle.rollback();
        } catch (RuntimeException e) {
            because.addSuppressed(e);
        }
    }

    private void announce(Tx tx) {
        try {
            if (!tx.emitted().isEmpty()) {
                metrics.committed(tx.emitted());
                publisher.accept(tx.emitted());
            }
            tx.actionsAfterCommit().forEach(Runnable::run);
        } catch (RuntimeException e) {
            // The commit stands; the sweep publishes what was left behind.
            LOG.warn("msg=after_commit_failed", e);
        }
    }

    boolean isReady() {
        try {
            return pool.isReady();
        } catch (SQLException | RuntimeException e) {
            LOG.warn("msg=database_not_ready reason={}", e.toString());
            return false;
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
