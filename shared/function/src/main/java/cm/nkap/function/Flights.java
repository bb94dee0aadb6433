package cm.nkap.function;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Lets twins inside one process wait for each other without holding database connections. Only an economy: between
 * processes, and after any failure here, the unique index decides.
 */
final class Flights {
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(2);

    private final ConcurrentHashMap<IdempotencyKey, CompletableFuture<Optional<StoredAnswer>>> running =
            new ConcurrentHashMap<>();

    /** The outcome of a call, and whether it was this call that did the work. */
    record Landed(StoredAnswer answer, boolean replayed) {}

    /** @throws Problem 409 when a twin is still running after two seconds */
    Landed lead(IdempotencyKey key, Supplier<Landed> work) {
        long deadline = System.nanoTime() + PATIENCE;
        while (true) {
            var mine = new CompletableFuture<Optional<StoredAnswer>>();
            var leader = running.putIfAbsent(key, mine);
            if (leader == null) {
                return fly(key, mine, work);
            }
            var answer = await(leader, deadline);
            if (answer.isPresent()) {
                return new Landed(answer.get(), true);
            }
        }
    }

    private Landed fly(IdempotencyKey key, CompletableFuture<Optional<StoredAnswer>> mine, Supplier<Landed> work) {
        Optional<StoredAnswer> answer = Optional.empty();
        try {
            var landed = work.get();
            answer = Optional.of(landed.answer());
            return landed;
        } finally {
            running.remove(key, mine);
            mine.complete(answer);
        }
    }

    private static Optional<StoredAnswer> await(CompletableFuture<Optional<StoredAnswer>> leader, long deadline) {
        try {
            return leader.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw Refusals.keyInUse();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Refusals.keyInUse();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a flight never fails", e);
        }
    }
}
