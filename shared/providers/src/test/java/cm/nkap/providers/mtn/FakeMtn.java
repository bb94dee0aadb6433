package cm.nkap.providers.mtn;

import cm.nkap.providers.CollectRequest;
import cm.nkap.providers.DisburseRequest;
import cm.nkap.providers.Msisdn;
import cm.nkap.providers.Operation;
import cm.nkap.providers.StatusRequest;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** An MTN that answers exactly what a test says, also what the simulator cannot: broken bodies, half answers, no end. */
final class FakeMtn implements AutoCloseable {
    static final Msisdn NUMBER = new Msisdn("237677123401");
    static final UUID REFERENCE = UUID.fromString("7d9f1c1e-5a46-4f0b-9a51-0d8c7f1e2a33");
    static final Instant START = Instant.parse("2026-11-22T10:00:00Z");

    /** What the fake was asked. */
    record Asked(String method, String path, String token, HttpExchange exchange, String body) {
        String header(String name) {
            String value = exchange.getRequestHeaders().getFirst(name);
            return value == null ? "" : value;
        }
    }

    /** What it does then. */
    sealed interface Reaction {}

    record Answer(int status, String type, String body, String retryAfter) implements Reaction {}

    /** Sends the caller elsewhere. */
    record Redirect(String location) implements Reaction {}

    /** Closes the connection without a byte. */
    record Drop() implements Reaction {}

    /** Promises more than it sends. */
    record Half() implements Reaction {}

    /** Sends headers, then nothing. */
    record EndlessBody() implements Reaction {}

    record Hang() implements Reaction {}

    final List<Asked> asked = new CopyOnWriteArrayList<>();
    final AtomicInteger minted = new AtomicInteger();
    volatile Function<Asked, Reaction> reaction = _ -> answer(202, "");
    volatile Function<Asked, Reaction> tokens = _ -> token("t" + minted.incrementAndGet(), 3600);
    volatile Instant now = START;

    private final CountDownLatch closing = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;

    FakeMtn() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    static Answer answer(int status, String json) {
        return new Answer(status, "application/json", json, "");
    }

    static Answer html(int status) {
        return new Answer(status, "text/html", "<html><body>Request Rejected</body></html>", "");
    }

    static Answer token(String value, int seconds) {
        return answer(200, "{\"access_token\":\"" + value + "\",\"expires_in\":" + seconds + "}");
    }

    static Answer code(int status, String code) {
        return answer(status, "{\"code\":\"" + code + "\",\"message\":\"as MTN says\"}");
    }

    static CollectRequest collect() {
        return new CollectRequest(REFERENCE, "ch_1", 5000, NUMBER, "Commande 42", null);
    }

    static DisburseRequest disburse() {
        return new DisburseRequest(REFERENCE, "po_1", 5000, NUMBER, "Vente 42", null);
    }

    static StatusRequest status() {
        return new StatusRequest(Operation.COLLECTION, REFERENCE);
    }

    /** An adapter for this fake that waits long enough on a busy machine. */
    MtnProvider provider() {
        return provider(MtnConfig.CONNECT_TIMEOUT, Duration.ofSeconds(5));
    }

    /** One that gives up after so long and half a second. */
    MtnProvider provider(Duration readTimeout) {
        return provider(Duration.ofMillis(500), readTimeout);
    }

    private MtnProvider provider(Duration connectTimeout, Duration readTimeout) {
        InstantSource clock = () -> now;
        return new MtnProvider(
                new MtnConfig(
                        URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/"),
                        "mtncameroon",
                        "XAF",
                        new MtnConfig.Credentials("collection-key", "user", "collection-secret"),
                        new MtnConfig.Credentials("disbursement-key", "user", "disbursement-secret"),
                        connectTimeout,
                        readTimeout),
                clock);
    }

    /** The calls that were not for a token. */
    List<Asked> calls() {
        return asked.stream().filter(call -> !call.path().endsWith("/token/")).toList();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        Asked call = new Asked(
                exchange.getRequestMethod(),
                exchange.getRequestURI().toString(),
                authorization == null ? "" : authorization,
                exchange,
                body);
        asked.add(call);
        try (exchange) {
            perform(exchange, (call.path().endsWith("/token/") ? tokens : reaction).apply(call));
        }
    }

    private void perform(HttpExchange exchange, Reaction what) throws IOException {
        switch (what) {
            case Answer answer -> {
                byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().add("Content-Type", answer.type());
                if (!answer.retryAfter().isEmpty()) {
                    exchange.getResponseHeaders().add("Retry-After", answer.retryAfter());
                }
                exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
                exchange.getResponseBody().write(bytes);
            }
            case Redirect redirect -> {
                exchange.getResponseHeaders().add("Location", redirect.location());
                exchange.sendResponseHeaders(307, -1);
            }
            case Drop _ -> {}
            case Half _ -> {
                exchange.sendResponseHeaders(202, 100);
                exchange.getResponseBody().write('{');
                exchange.getResponseBody().flush();
            }
            case EndlessBody _ -> {
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().write('{');
                exchange.getResponseBody().flush();
                untilClosed();
            }
            case Hang _ -> untilClosed();
        }
    }

    private void untilClosed() {
        try {
            boolean closed = closing.await(20, TimeUnit.SECONDS);
            assert closed : "nobody closed the fake";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
