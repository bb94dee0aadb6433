package cm.nkap.ledger;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Lets whoever waits at the same moment share one run of some work, above all one database transaction: one commit, one
 * turn at the ledger's head for all of them. Whoever comes while a batch runs goes into the next one, in the order of
 * arrival; nobody waits for a batch to fill. The work may be whole operations, with state rows and events beside the
 * journals ({@link #GroupCommit}), or bare journals ({@link #ofJournals}).
 *
 * <p>When a batch fails, it runs again in smaller pieces and at last one by one, so that only the guilty one fails. A
 * failure that is everybody's, such as a database that is away or a commit whose outcome is unknown, is told to all who
 * share it and nothing is run again.
 */
public final class GroupCommit<I, O> {
    private static final int ONE_BY_ONE = 16;
    private static final List<String> LOST = List.of("08", "57P", "53300", "25P03", "25P04");

    private final Size size;
    private final Predicate<RuntimeException> everybodys;
    private final Function<List<I>, List<O>> work;
    private final ConcurrentLinkedQueue<Waiting<I, O>> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger running = new AtomicInteger();

    /**
     * How much at once.
     *
     * @param batch most items of one run
     * @param workers most runs at the same time; with two, one prepares while the other commits
     * @param waiting most items that wait for a run; who comes then is refused
     */
    public record Size(int batch, int workers, int waiting) {
        private static final int MANY = 10_000;

        public Size {
            if (batch < 1 || workers < 1 || waiting < 1) {
                throw new IllegalArgumentException("a group commit needs room for one item, one worker, one waiting");
            }
        }

        /** One run at a time, of at most {@code batch} items; 10,000 may wait. */
        public static Size of(int batch) {
            return new Size(batch, 1, MANY);
        }

        /** The same with several runs at the same time. */
        public Size workers(int atOnce) {
            return new Size(batch, atOnce, waiting);
        }
    }

    /** One transaction, READ COMMITTED, for a batch of journals: {@code work -> jdbi.inTransaction(work::apply)}. */
    public interface Transaction {
        /** Runs the work, commits and returns what it gave; throws what went wrong, with the SQL exception as cause. */
        List<Verdict> run(Function<Handle, List<Verdict>> work);
    }

    private record Waiting<I, O>(I item, CompletableFuture<O> answer, AtomicBoolean taken) {}

    /**
     * @param everybodys says which failures every item would meet as well, or whose outcome is unknown: then nothing is
     *     run again, and whoever shares the batch gets this failure
     * @param work must answer one result per item, in order; it runs on a virtual thread of its own
     */
    public GroupCommit(Size size, Predicate<RuntimeException> everybodys, Function<List<I>, List<O>> work) {
        this.size = size;
        this.everybodys = everybodys;
        this.work = work;
    }

    /**
     * For journals and nothing else. An exception says that it is not known whether the journal was posted: submit the
     * same one again, its key makes it happen once.
     */
    public static GroupCommit<Journal, Verdict> ofJournals(Size size, Ledger ledger, Transaction transaction) {
        return new GroupCommit<>(
                size, GroupCommit::isConnectionLost, batch -> transaction.run(tx -> ledger.post(tx, batch)));
    }

    /**
     * Waits for the result of this item; throws what the work threw for it.
     *
     * @throws RejectedExecutionException when too many wait already; nothing was done
     * @throws CancellationException when this thread is interrupted before the item's run began; nothing was done. Later
     *     interrupts do not end the wait, for the run does not stop either; the thread stays marked as interrupted
     */
    public O submit(I item) {
        if (waiting.incrementAndGet() > size.waiting()) {
            waiting.decrementAndGet();
            throw new RejectedExecutionException(size.waiting() + " wait already");
        }
        var mine = new Waiting<I, O>(item, new CompletableFuture<>(), new AtomicBoolean());
        queue.add(mine);
        wakeWorker();
        try {
            return mine.answer.get();
        } catch (InterruptedException e) {
            return afterInterrupt(mine);
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        }
    }

    /** How many wait for the next batch, for a gauge. */
    public int waiting() {
        return waiting.get();
    }

    private O afterInterrupt(Waiting<I, O> mine) {
        try {
            if (isMine(mine)) {
                throw new CancellationException("interrupted before its turn");
            }
            return mine.answer.join();
        } catch (CompletionException e) {
            throw failure(e.getCause());
        } finally {
            Thread.currentThread().interrupt();
        }
    }

    private static RuntimeException failure(@Nullable Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof RuntimeException known ? known : new IllegalStateException(cause);
    }

    /** Decides between the worker that takes an item and the caller that withdraws it. */
    private boolean isMine(Waiting<I, O> one) {
        boolean first = one.taken.compareAndSet(false, true);
        if (first) {
            waiting.decrementAndGet();
        }
        return first;
    }

    private void wakeWorker() {
        int now = running.get();
        while (now < size.workers()) {
            if (running.compareAndSet(now, now + 1)) {
                Thread.ofVirtual().name("group-commit").start(this::drain);
                return;
            }
            now = running.get();
        }
    }

    private void drain() {
        try {
            for (var batch = take(); !batch.isEmpty(); batch = take()) {
                try {
                    run(batch);
                } catch (Error e) {
                    refuse(batch, e);
                    throw e;
                }
            }
        } finally {
            running.decrementAndGet();
            // Someone may have queued after the last look and seen this worker still counted.
            if (!queue.isEmpty()) {
                wakeWorker();
            }
        }
    }

    private List<Waiting<I, O>> take() {
        var batch = new ArrayList<Waiting<I, O>>();
        while (batch.size() < size.batch()) {
            var next = queue.poll();
            if (next == null) {
                break;
            }
            if (isMine(next)) {
                batch.add(next);
            }
        }
        return batch;
    }

    /**
     * Runs a batch, in pieces of its square root and then one by one when it fails: one guilty item among n costs two such
     * roots of runs, and one that waits in vain for a lock keeps the others waiting three times, not at every halving.
     *
     * @return the failure that is everybody's and ends all of it
     */
    private @Nullable RuntimeException run(List<Waiting<I, O>> batch) {
        RuntimeException failure = together(batch);
        if (failure == null) {
            return null;
        }
        if (everybodys.test(failure)) {
            refuse(batch, failure);
            return failure;
        }
        if (batch.size() == 1) {
            refuse(batch, failure);
            return null;
        }
        int piece = batch.size() <= ONE_BY_ONE ? 1 : (int) Math.ceil(Math.sqrt(batch.size()));
        for (int from = 0; from < batch.size(); from += piece) {
            int to = Math.min(batch.size(), from + piece);
            RuntimeException ofAll = run(batch.subList(from, to));
            if (ofAll != null) {
                refuse(batch.subList(to, batch.size()), ofAll);
                return ofAll;
            }
        }
        return null;
    }

    private @Nullable RuntimeException together(List<Waiting<I, O>> batch) {
        try {
            var results = work.apply(batch.stream().map(Waiting::item).toList());
            if (results.size() != batch.size()) {
                return new IllegalStateException("a batch of " + batch.size() + " gave " + results.size() + " results");
            }
            for (int i = 0; i < batch.size(); i++) {
                batch.get(i).answer.complete(results.get(i));
            }
            return null;
        } catch (RuntimeException e) {
            return e;
        }
    }

    private static <I, O> void refuse(List<Waiting<I, O>> batch, Throwable failure) {
        batch.forEach(one -> one.answer.completeExceptionally(failure));
    }

    /** The connection is gone or cannot be had; after it was asked to commit, nobody knows whether it did. */
    private static boolean isConnectionLost(RuntimeException failure) {
        Throwable at = failure;
        for (int depth = 0; at != null && depth < 10; depth++) {
            if (at instanceof SQLException sql && sql.getSQLState() != null) {
                return LOST.stream().anyMatch(sql.getSQLState()::startsWith);
            }
            at = at.getCause();
        }
        return false;
    }
}
