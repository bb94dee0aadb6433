package cm.nkap.function;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The connection breaks when Postgres is asked to commit: with the answer to it, or before it is heard. */
class CommitLostIT {
    private static final String NOTE = "{\"text\":\"hello\",\"amount\":5}";

    private final String key = UUID.randomUUID().toString();

    @SuppressWarnings("NullAway.Init") // made before each test
    private Running running;

    @SuppressWarnings("NullAway.Init") // made before each test
    private CuttingProxy proxy;

    @SuppressWarnings("NullAway.Init") // made before each test
    private FunctionApplication behindProxy;

    @BeforeEach
    void start() {
        running = new Running();
        var direct = running.database.url();
        var port = Integer.parseInt(direct.replaceAll("^jdbc:postgresql://[^:/]+:(\\d+)/.*", "$1"));
        proxy = new CuttingProxy(port);
        var settings = new java.util.HashMap<>(running.settings);
        settings.put("DATABASE_URL", direct.replaceFirst("//[^/]+/", "//127.0.0.1:" + proxy.port() + "/"));
        behindProxy = FunctionApplication.start(settings);
    }

    @AfterEach
    void stop() {
        behindProxy.close();
        proxy.close();
        running.close();
    }

    private java.net.http.HttpResponse<String> write(String withKey) {
        return running.send(running.authorized(behindProxy.port(), "/v1/notes", running.merchant())
                .header("content-type", "application/json")
                .header("idempotency-key", withKey)
                .POST(java.net.http.HttpRequest.BodyPublishers.ofString(NOTE)));
    }

    @Test
    void aCommitWhoseAnswerIsLostIsNotDoneAgain() {
        proxy.cutAfterCommit();

        var answer = write(key);

        assertThat(proxy.cuts()).isOne();
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        assertThat(Behaviour.RUNS).hasValue(1);
        assertThat(running.count("notebook.note")).isOne();
        assertThat(running.count("events.outbox")).isOne();
        assertThat(write(key).body()).isEqualTo(answer.body());
    }

    @Test
    void aCommitThatNeverArrivedIsDoneOnce() {
        proxy.cutBeforeCommit();

        var answer = write(key);

        assertThat(proxy.cuts()).isOne();
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        assertThat(Behaviour.RUNS).hasValue(2);
        assertThat(running.count("notebook.note")).isOne();
        assertThat(running.count("events.outbox")).isOne();
    }

    @Test
    void aConnectionLostInTheMiddleIsAnOutageWithoutEffect() throws Exception {
        var gate = Behaviour.closeGate();
        var slow = NOTE.replace("hello", "slow");
        try (var callers = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
            var call = callers.submit(() -> IdempotencyIT.write(running, running.merchant(), key, slow));
            cm.nkap.testing.Until.holds(java.time.Duration.ofSeconds(10), "it runs", () -> Behaviour.RUNS.get() == 1);
            running.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    + " WHERE usename = 'nkap_app' AND state = 'idle in transaction' AND datname = current_database()");
            gate.countDown();

            var answer = IdempotencyIT.get(call);
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(Running.json(answer).path("money_moved").asString()).isEqualTo("no");
            assertThat(answer.headers().firstValue("retry-after")).isPresent();
        }
        assertThat(running.count("notebook.note")).isZero();
        assertThat(IdempotencyIT.write(running, running.merchant(), key, slow).statusCode())
                .isEqualTo(201);
    }
}
