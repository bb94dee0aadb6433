package cm.nkap.function;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.testing.Until;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SheddingIT {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @SuppressWarnings("NullAway.Init") // made before the first test
    private static Running running;

    @BeforeAll
    static void start() {
        running = new Running(Map.of("NKAP_MAX_CONCURRENT", "2"));
    }

    @AfterAll
    static void stop() {
        running.close();
    }

    @BeforeEach
    void reset() {
        Behaviour.reset();
    }

    @Test
    void moreThanItCanDoIsShedAtOnceAndHealthStaysUp() throws Exception {
        var token = running.merchant();
        var gate = Behaviour.closeGate();
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var slow = List.of("a", "b").stream()
                    .map(key -> callers.submit(() ->
                            IdempotencyIT.write(running, token, "shed-" + key, "{\"text\":\"slow\",\"amount\":1}")))
                    .toList();
            Until.holds(LIMIT, "both run", () -> Behaviour.RUNS.get() == 2);

            var shed = running.send(running.authorized("/v1/notes", token).GET());
            var health = running.send(running.to("/health/readiness").GET());

            assertThat(shed.statusCode()).isEqualTo(503);
            assertThat(shed.headers().firstValue("retry-after")).contains("1");
            assertThat(Running.json(shed).path("code").asString()).isEqualTo("overloaded");
            assertThat(Running.json(shed).path("money_moved").asString()).isEqualTo("no");
            assertThat(health.statusCode()).isEqualTo(200);
            gate.countDown();
            for (var one : slow) {
                assertThat(IdempotencyIT.get(one).statusCode()).isEqualTo(201);
            }
        }
        assertThat(running.send(running.authorized("/v1/notes", token).GET()).statusCode())
                .isEqualTo(200);
    }

    @Test
    void aStopLetsARunningCallFinish() throws Exception {
        var token = running.merchant();
        var other = FunctionApplication.start(running.settings);
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var gate = Behaviour.closeGate();
            var call = callers.submit(() -> running.send(running.authorized(other.port(), "/v1/notes", token)
                    .header("content-type", "application/json")
                    .header("idempotency-key", "drain")
                    .POST(BodyPublishers.ofString("{\"text\":\"slow\",\"amount\":1}"))));
            Until.holds(LIMIT, "it runs", () -> Behaviour.RUNS.get() == 1);

            var stop = callers.submit(other::close);
            Until.holds(
                    LIMIT,
                    "it is not ready any more",
                    () -> running.send(Running.to(other.port(), "/health/readiness")
                                            .GET())
                                    .statusCode()
                            == 503);
            gate.countDown();

            assertThat(IdempotencyIT.get(call).statusCode()).isEqualTo(201);
            IdempotencyIT.get(stop);
        }
    }
}
