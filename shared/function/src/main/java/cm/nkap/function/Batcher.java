package cm.nkap.function;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Natural batching: whoever comes while a batch runs goes into the next one, and nobody waits for a batch to fill. When
 * a batch of several fails, they run one by one, so that only the guilty one fails.
 */
public final class Batcher<I, O> {
    private final Function<List<I>, List<O>> work;
    private final int max;
    private final int workers;
    private final Predicate<RuntimeException> hopeless;
    private final ConcurrentLinkedQueue<Waiting<I, O>> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger running = new AtomicInteger();

    private record Waiting<I, O>(I item, CompletableFuture<O> answer) {}

    /** One batch at a time, of at most {@code max} items. */
    public Batcher(int max, Function<List<I>, List<O>> work) {
        this(max, 1, e -> false, work);
    }

    /**
     * @param workers how many batches may run at the same time
     * @param hopeless failures that every item alone would meet as well, such as an unreachable database: the batch
     *     fails as a whole
     * @param work must answer one result per item, in order
     */
    public Batcher(int max, int workers, Predicate<RuntimeException> hopeless, Function<List<I>, List<O>> work) {
        if (max < 1 || workers < 1) {
            throw new IllegalArgumentException("a batcher needs room for one item and one worker");
        }
        this.max = max;
        this.workers = workers;
        this.hopeless = hopeless;
        this.work = work;
    }

    /** Waits for the result of this item; throws what the work threw for it. */
    public O submit(I item) {
        var waiting = new Waiting<I, O>(item, new CompletableFuture<>());
        queue.add(waiting);
        wakeWorker();
        try {
            return waiting.answer.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** How many wait for the next batch, for a gauge. */
    public int waiting() {
        return queue.size();
    }

    private void wakeWorker() {
        int now = running.get();
        while (now < workers) {
            if (running.compareAndSet(now, now + 1)) {
                Thread.ofVirtual().name("batcher").start(this::drain);
                return;
            }
            now = running.get();
        }
    }

    private void drain() {
        try {
            for (var batch = take(); !batch.isEmpty(); batch = take()) {
                run(batch);
            }
        } finally {
            running.decrementAndGet();
        }
        // Someone may have queued after the last look and seen this worker still counted.
        if (!queue.isEmpty()) {
            wakeWorker();
        }
    }

    private List<Waiting<I, O>> take() {
        var batch = new ArrayList<Waiting<I, O>>();
        while (batch.size() < max) {
            var next = queue.poll();
            if (next == null) {
                break;
            }
            batch.add(next);
        }
        return batch;
    }

    private void run(List<Waiting<I, O>> batch) {
        try {
            var results = work.apply(batch.stream().map(Waiting::item).toList());
            if (results.size() != batch.size()) {
                throw new IllegalStateException("a batch of " + batch.size() + " gave " + results.size() + " results");
            }
            for (int i = 0; i < batch.size(); i++) {
                batch.get(i).answer.complete(results.get(i));
            }
        } catch (RuntimeException e) {
            if (batch.size() == 1 || hopeless.test(e)) {
                batch.forEach(waiting -> waiting.answer.completeExceptionally(e));
            } else {
                batch.forEach(waiting -> run(List.of(waiting)));
            }
        } catch (Error e) {
            batch.forEach(waiting -> waiting.answer.completeExceptionally(e));
            throw e;
        }
    }
}
