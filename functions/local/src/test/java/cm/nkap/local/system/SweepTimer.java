package cm.nkap.local.system;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The cluster's timer at the speed of a test: calls sweep five times a second, whatever it answers. */
final class SweepTimer implements AutoCloseable {
    private static final long PAUSE_MS = 200;

    private final CountDownLatch ended = new CountDownLatch(1);
    private final HttpRequest call;
    private final Thread thread;

    /** @param url of whoever serves sweep, without a path */
    SweepTimer(String url) {
        call = HttpRequest.newBuilder(URI.create(url + "/internal/sweep"))
                .timeout(Duration.ofSeconds(20))
                .header("x-nkap-event-secret", Surroundings.EVENT_SECRET)
                .POST(BodyPublishers.noBody())
                .build();
        thread = Thread.ofVirtual().name("sweep-timer").start(this::run);
    }

    private void run() {
        try {
            while (!ended.await(PAUSE_MS, TimeUnit.MILLISECONDS)) {
                tick();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void tick() {
        try {
            Api.send(call);
        } catch (Api.Away e) {
            // Its process is down or starting; the next tick finds it, as a cluster's timer would.
            return;
        }
    }

    @Override
    public void close() {
        ended.countDown();
        try {
            thread.join(Duration.ofSeconds(20));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
