package cm.nkap.local.bench;

import cm.nkap.events.Envelope;
import cm.nkap.function.Problem;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Delivers events and takes the time of each. */
final class Offer {
    private static final Duration ASK_AGAIN = Duration.ofMillis(200);

    private Offer() {}

    /** As a dispatcher does: what is turned away for lack of room comes again until it is taken. */
    private static void deliver(Consumer<Envelope> to, Envelope event) {
        while (true) {
            try {
                to.accept(event);
                return;
            } catch (Problem e) {
                if (e.status() != 503) {
                    throw e;
                }
                LockSupport.parkNanos(ASK_AGAIN.toNanos());
            }
        }
    }

    /** Closed loop: so many callers, each with its next event when the last is settled. Nanoseconds of each. */
    static long[] closed(List<Consumer<Envelope>> to, List<Envelope> events, int callers) {
        long[] nanos = new long[events.size()];
        var next = new AtomicInteger();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int c = 0; c < callers; c++) {
                var door = to.get(c % to.size());
                threads.execute(() -> {
                    for (int i = next.getAndIncrement(); i < nanos.length; i = next.getAndIncrement()) {
                        long began = System.nanoTime();
                        deliver(door, events.get(i));
                        nanos[i] = System.nanoTime() - began;
                    }
                });
            }
        }
        return nanos;
    }

    /** Open loop: each event is due at its moment, whatever became of earlier ones, and its time counts from there. */
    static long[] open(Consumer<Envelope> to, List<Envelope> events, int rate) {
        long[] nanos = new long[events.size()];
        var left = new CountDownLatch(nanos.length);
        long start = System.nanoTime();
        for (int i = 0; i < nanos.length; i++) {
            long due = start + (long) (i * 1e9 / rate);
            for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
                LockSupport.parkNanos(wait);
            }
            int number = i;
            Thread.startVirtualThread(() -> {
                deliver(to, events.get(number));
                nanos[number] = System.nanoTime() - due;
                left.countDown();
            });
        }
        try {
            left.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
        return nanos;
    }
}
