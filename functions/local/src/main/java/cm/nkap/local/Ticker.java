package cm.nkap.local;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The timer that a cluster has: calls {@code sweep} every second, by the same door. */
final class Ticker implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Ticker.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final HttpRequest call;
    private final Thread thread;

    private Ticker(String url, String secret) {
        call = HttpRequest.newBuilder(URI.create(url + "/internal/sweep"))
                .timeout(LIMIT)
                .header("x-nkap-event-secret", secret)
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        thread = Thread.ofVirtual().name("ticker").unstarted(this::run);
    }

    static Ticker start(String url, String secret) {
        Ticker ticker = new Ticker(url, secret);
        ticker.thread.start();
        return ticker;
    }

    @Override
    public void close() {
        ended.countDown();
        thread.interrupt();
        http.shutdownNow();
    }

    private void run() {
        String lastTrouble = "";
        try {
            while (!ended.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
                String trouble = tick();
                // Once for each trouble, not once a second.
                if (!trouble.equals(lastTrouble)) {
                    log.warn("msg=sweep trouble=\"{}\"", trouble.isEmpty() ? "over" : trouble);
                }
                lastTrouble = trouble;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String tick() throws InterruptedException {
        try {
            HttpResponse<String> answer = http.send(call, HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() / 100 == 2 ? "" : "answered " + answer.statusCode();
        } catch (IOException e) {
            return e.toString();
        }
    }
}
