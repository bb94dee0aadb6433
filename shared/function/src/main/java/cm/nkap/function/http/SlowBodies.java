package cm.nkap.function.http;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads bodies, each within a limit of time. A client that drips is told so by another thread, since its own still waits
 * for the next byte; then the connection is closed under it.
 */
final class SlowBodies implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SlowBodies.class);
    private static final long PATIENCE_SECONDS = 5;

    private final ScheduledThreadPoolExecutor alarms;
    private final Duration limit;

    /** The body did not come in time, and the client was told. */
    static final class TooSlow extends IOException {
        private static final long serialVersionUID = 1;

        TooSlow() {
            super("the body did not come in time");
        }
    }

    /** Writes the refusal. */
    @FunctionalInterface
    interface Farewell {
        void say() throws IOException;
    }

    SlowBodies(Duration limit) {
        this.limit = limit;
        this.alarms = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("slow-bodies").daemon().factory());
        alarms.setRemoveOnCancelPolicy(true);
    }

    /** Reads from a client. */
    @FunctionalInterface
    interface Reading<T> {
        T read() throws IOException;
    }

    /** @throws TooSlow when it took too long; the farewell was said then */
    <T> T within(Reading<T> reading, Farewell farewell) throws IOException {
        var watch = new Watch(Thread.currentThread(), farewell);
        var alarm = alarms.schedule(watch::ring, limit.toNanos(), TimeUnit.NANOSECONDS);
        try {
            return reading.read();
        } finally {
            alarm.cancel(false);
            watch.end();
        }
    }

    /** Either the body is read or the farewell is said, never both. */
    private static final class Watch {
        private final Thread reader;
        private final Farewell farewell;
        private final AtomicBoolean decided = new AtomicBoolean();
        private final CountDownLatch said = new CountDownLatch(1);

        Watch(Thread reader, Farewell farewell) {
            this.reader = reader;
            this.farewell = farewell;
        }

        void ring() {
            if (decided.compareAndSet(false, true)) {
                Thread.ofVirtual().start(this::dismiss);
            }
        }

        private void dismiss() {
            try {
                farewell.say();
            } catch (IOException e) {
                LOG.debug("msg=client_went_away", e);
            } finally {
                said.countDown();
                reader.interrupt();
            }
        }

        /** @throws TooSlow when the alarm was first */
        void end() throws TooSlow {
            if (decided.compareAndSet(false, true)) {
                return;
            }
            try {
                if (!said.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    LOG.warn("msg=farewell_takes_long");
                }
            } catch (InterruptedException e) {
                LOG.trace("msg=woken_by_its_own_alarm");
            }
            throw new TooSlow();
        }
    }

    @Override
    public void close() {
        alarms.shutdownNow();
    }
}
