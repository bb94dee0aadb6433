package cm.nkap.ledger.bench;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Keeps one ledger busy for a while. */
final class Load {
    private static final int MOST_IN_FLIGHT = 20_000;
    private static final long PATIENCE_SECONDS = 30;

    /** @param warmUp seconds before anything counts */
    record Span(double warmUp, double measured) {}

    private final Contender contender;
    private final Contender.Running running;
    private final Workload workload;
    private final Chart chart;
    private final @Nullable Server server;

    private final Latencies latencies = new Latencies();
    private final LongAdder posted = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final AtomicReference<@Nullable Throwable> fault = new AtomicReference<>();
    private final CountDownLatch failed = new CountDownLatch(1);
    private volatile boolean isOver;
    private volatile long countsFrom = Long.MAX_VALUE;

    Load(@Nullable Server server, Contender contender, Contender.Running running, Workload workload, Chart chart) {
        this.server = server;
        this.contender = contender;
        this.running = running;
        this.workload = workload;
        this.chart = chart;
    }

    /** Callers that each wait for their answer before they ask again. */
    Cell closed(int callers, Span span) throws SQLException, InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            Contender.Session session = running.session();
            SplittableRandom random = new SplittableRandom(i);
            threads.add(Thread.startVirtualThread(() -> guarded(() -> {
                try (session) {
                    while (!isOver) {
                        post(session, random, System.nanoTime());
                    }
                }
            })));
        }
        Cell cell = watch(callers == 1 ? "1 caller" : callers + " callers", span);
        end(threads);
        return cell;
    }

    /** Arrivals that come when they come (Poisson), answered or not; latency counts from when one was due. */
    Cell open(int perSecond, int sessions, Span span) throws SQLException, InterruptedException {
        BlockingQueue<Contender.Session> free = new LinkedBlockingQueue<>();
        for (int i = 0; i < sessions; i++) {
            free.add(running.session());
        }
        AtomicInteger inFlight = new AtomicInteger();
        Thread pace = Thread.ofPlatform().start(() -> guarded(() -> arrive(perSecond, free, inFlight)));
        Cell cell = watch(perSecond + "/s", span);
        end(List.of(pace));
        long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (inFlight.get() > 0 && System.nanoTime() < patience) {
            LockSupport.parkNanos(1_000_000);
        }
        for (Contender.Session session : free) {
            session.close();
        }
        check();
        return cell;
    }

    private void arrive(int perSecond, BlockingQueue<Contender.Session> free, AtomicInteger inFlight) {
        SplittableRandom random = new SplittableRandom(7);
        double due = System.nanoTime();
        while (!isOver) {
            due += -Math.log(1 - random.nextDouble()) * 1e9 / perSecond;
            long at = (long) due;
            for (long early = at - System.nanoTime(); early > 0; early = at - System.nanoTime()) {
                LockSupport.parkNanos(early);
            }
            if (inFlight.incrementAndGet() > MOST_IN_FLIGHT) {
                throw new IllegalStateException("cannot keep up: " + MOST_IN_FLIGHT + " wait");
            }
            SplittableRandom own = random.split();
            Thread.startVirtualThread(() -> guarded(() -> {
                Contender.Session session = running.isShared() ? free.element() : free.take();
                try {
                    post(session, own, at);
                } finally {
                    inFlight.decrementAndGet();
                    if (!running.isShared()) {
                        free.add(session);
                    }
                }
            }));
        }
    }

    private void post(Contender.Session session, SplittableRandom random, long due) throws SQLException {
        boolean isPosted = session.post(workload.next(random, chart));
        long now = System.nanoTime();
        if (now >= countsFrom && !isOver) {
            latencies.add(now - due);
            (isPosted ? posted : refused).increment();
        }
    }

    private Cell watch(String load, Span span) throws SQLException, InterruptedException {
        if (!failed.await((long) (span.warmUp() * 1e6), TimeUnit.MICROSECONDS)) {
            Meter meter = Meter.start(server, running);
            countsFrom = System.nanoTime();
            if (!failed.await((long) (span.measured() * 1e6), TimeUnit.MICROSECONDS)) {
                Cell cell = meter.stop(contender, workload, load, posted.sum(), refused.sum(), latencies);
                isOver = true;
                return cell;
            }
        }
        isOver = true;
        check();
        throw new IllegalStateException("a caller failed");
    }

    private void end(List<Thread> threads) throws InterruptedException {
        isOver = true;
        long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        for (Thread thread : threads) {
            long left = patience - System.nanoTime();
            if (left <= 0 || !thread.join(Duration.ofNanos(left))) {
                throw new IllegalStateException("callers of " + contender.name() + " do not end");
            }
        }
        check();
    }

    private void check() {
        Throwable thrown = fault.get();
        if (thrown != null) {
            throw new IllegalStateException(contender.name() + ": " + thrown.getMessage(), thrown);
        }
    }

    private interface Work {
        void run() throws SQLException, InterruptedException;
    }

    private void guarded(Work work) {
        try {
            work.run();
        } catch (SQLException | InterruptedException | RuntimeException e) {
            fault.compareAndSet(null, e);
            failed.countDown();
        }
    }
}
