package cm.nkap.events;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gathers ids of confirmed events for a moment and hands them on as one batch. A lost one costs a second publication, nothing else. */
final class Confirmations implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Confirmations.class);
    private static final int BATCH = 1_000;
    private static final int QUEUE_LIMIT = 100_000;
    private static final Duration GATHER = Duration.ofMillis(25);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private final Consumer<Collection<String>> confirmed;
    private final BlockingQueue<String> queue = new LinkedBlockingQueue<>(QUEUE_LIMIT);
    private final CountDownLatch closing = new CountDownLatch(1);
    private final AtomicBoolean started = new AtomicBoolean();
    private volatile @Nullable Thread worker;

    Confirmations(Consumer<Collection<String>> confirmed) {
        this.confirmed = confirmed;
    }

    void add(String eventId) {
        if (!queue.offer(eventId)) {
            LOG.debug("confirmation_dropped event={}", eventId);
        }
        if (started.compareAndSet(false, true)) {
            worker = Thread.ofVirtual().name("nkap-confirmations").start(this::handOn);
        }
    }

    @Override
    public void close() {
        closing.countDown();
        Thread running = worker;
        try {
            if (running != null && !running.join(CLOSE_LIMIT)) {
                running.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void handOn() {
        try {
            while (closing.getCount() > 0 || !queue.isEmpty()) {
                String first = queue.poll(100, TimeUnit.MILLISECONDS);
                if (first == null) {
                    continue;
                }
                if (queue.size() < BATCH) {
                    boolean _ = closing.await(GATHER.toMillis(), TimeUnit.MILLISECONDS);
                }
                List<String> batch = new ArrayList<>();
                batch.add(first);
                queue.drainTo(batch, BATCH - 1);
                handOn(batch);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void handOn(List<String> batch) {
        try {
            confirmed.accept(batch);
        } catch (RuntimeException e) {
            LOG.warn("confirmations_lost events={} reason={}", batch.size(), e.toString());
        }
    }
}
