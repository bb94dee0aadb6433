package cm.nkap.function;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.testing.TokenIssuer;
import cm.nkap.testing.Until;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdempotencyIT {
    private static final String NOTE = "{\"text\":\"hello\",\"amount\":500}";
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @SuppressWarnings("NullAway.Init") // made before the first test
    private static Running running;

    private final String key = UUID.randomUUID().toString();

    @BeforeAll
    static void start() {
        running = new Running(Map.of("NKAP_DATABASE_POOL", "4"));
    }

    @AfterAll
    static void stop() {
        running.close();
    }

    @BeforeEach
    void reset() {
        Behaviour.reset();
        running.execute("TRUNCATE notebook.note, shell.idempotency, events.outbox");
    }

    @Test
    void aRepeatedCallGetsTheFirstAnswerByteForByte() {
        var first = running.post(key, NOTE);
        var second = running.post(key, "{ \"amount\" : 500, \"text\" : \"hello\" }");

        assertThat(first.statusCode()).isEqualTo(201);
        assertThat(second.statusCode()).isEqualTo(201);
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(second.headers().firstValue("location"))
                .isPresent()
                .isEqualTo(first.headers().firstValue("location"));
        assertThat(second.headers().firstValue("content-type")).contains("application/json");
        assertThat(second.headers().firstValue("idempotent-replayed")).contains("true");
        assertThat(running.count("notebook.note")).isOne();
        assertThat(running.count("events.outbox")).isOne();
    }

    @Test
    void ofAHundredCallsAtOnceOneRuns() throws Exception {
        var token = running.merchant();
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = IntStream.range(0, 100)
                    .mapToObj(i -> callers.submit(() -> write(running, token, key, NOTE)))
                    .toList();

            var bodies = answers.stream()
                    .map(IdempotencyIT::get)
                    .peek(answer ->
                            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201))
                    .map(HttpResponse::body)
                    .distinct();
            assertThat(bodies).hasSize(1);
        }
        assertThat(running.count("notebook.note")).isOne();
        assertThat(Behaviour.RUNS).hasValue(1);
    }

    @Test
    void twinsInTwoProcessesRunOnce() throws Exception {
        var token = running.merchant();
        try (var second = FunctionApplication.start(running.settings);
                var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = IntStream.range(0, 60)
                    .mapToObj(i -> callers.submit(() -> running.send(running.authorized(
                                    i % 2 == 0 ? running.application.port() : second.port(), "/v1/notes", token)
                            .header("content-type", "application/json")
                            .header("idempotency-key", key)
                            .POST(BodyPublishers.ofString(NOTE)))))
                    .toList();

            assertThat(answers.stream()
                            .map(IdempotencyIT::get)
                            .map(HttpResponse::body)
                            .distinct())
                    .hasSize(1);
        }
        assertThat(running.count("notebook.note")).isOne();
    }

    @Test
    void aTwinThatRunsTooLongIsAConflictAtBothEnds() throws Exception {
        var token = running.merchant();
        var gate = Behaviour.closeGate();
        var slow = "{\"text\":\"slow\",\"amount\":1}";
        try (var second = FunctionApplication.start(running.settings);
                var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var first = callers.submit(() -> write(running, token, key, slow));
            Until.holds(LIMIT, "the first runs", () -> Behaviour.RUNS.get() == 1);

            var here = callers.submit(() -> write(running, token, key, slow));
            var there = callers.submit(() -> running.send(running.authorized(second.port(), "/v1/notes", token)
                    .header("content-type", "application/json")
                    .header("idempotency-key", key)
                    .POST(BodyPublishers.ofString(slow))));

            for (var refused : List.of(get(here), get(there))) {
                assertThat(refused.statusCode()).as(refused.body()).isEqualTo(409);
                assertThat(Running.json(refused).path("code").asString()).isEqualTo("idempotency_key_in_use");
                assertThat(refused.headers().firstValue("retry-after")).contains("1");
            }
            gate.countDown();
            assertThat(get(first).statusCode()).isEqualTo(201);
        }
        assertThat(running.count("notebook.note")).isOne();
    }

    @Test
    void theSameKeyForAnotherBodyIsRefused() {
        running.post(key, NOTE);

        var other = running.post(key, "{\"text\":\"hello\",\"amount\":501}");

        assertThat(other.statusCode()).isEqualTo(422);
        assertThat(Running.json(other).path("code").asString()).isEqualTo("idempotency_key_reused");
        assertThat(running.count("notebook.note")).isOne();
    }

    @Test
    void theSameKeyForAnotherPathIsRefused() {
        close("1");

        assertThat(close("1").headers().firstValue("idempotent-replayed")).contains("true");
        assertThat(close("2").statusCode()).isEqualTo(422);
    }

    private HttpResponse<String> close(String id) {
        return running.send(running.authorized("/v1/notes/" + id + "/closing", running.merchant())
                .header("idempotency-key", key)
                .POST(BodyPublishers.noBody()));
    }

    @Test
    void aCallWithoutAKeyIsRefused() {
        var answer = running.send(running.authorized("/v1/notes", running.merchant())
                .header("content-type", "application/json")
                .POST(BodyPublishers.ofString(NOTE)));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(Running.json(answer).path("code").asString()).isEqualTo("idempotency_key_missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"with space", "a\"b", "\"open", "a\\b", "\"\""})
    void aKeyThatIsNotVisibleAsciiIsRefused(String malformed) {
        assertThat(running.post(malformed, NOTE).statusCode()).isEqualTo(400);
        assertThat(running.post("x".repeat(256), NOTE).statusCode()).isEqualTo(400);
        assertThat(running.count("notebook.note")).isZero();
    }

    @Test
    void quotedAndBareAreTheSameKey() {
        running.post(key, NOTE);

        var quoted = running.post('"' + key + '"', NOTE);

        assertThat(quoted.headers().firstValue("idempotent-replayed")).contains("true");
    }

    @ParameterizedTest
    @CsvSource({"poor, 422, insufficient_funds", "closed, 409, state_conflict"})
    void aFinalRefusalIsRememberedAndItsWorkUndone(String text, int status, String code) {
        var body = "{\"text\":\"" + text + "\",\"amount\":1}";

        var first = running.post(key, body);
        var second = running.post(key, body);

        assertThat(first.statusCode()).isEqualTo(status);
        assertThat(Running.json(first).path("code").asString()).isEqualTo(code);
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(second.headers().firstValue("idempotent-replayed")).contains("true");
        assertThat(second.headers().firstValue("content-type")).contains("application/problem+json");
        assertThat(Behaviour.RUNS).hasValue(1);
        assertThat(running.count("notebook.note")).isZero();
        assertThat(running.count("events.outbox")).isZero();
    }

    @ParameterizedTest
    @CsvSource({"unknown, 404", "crash, 500"})
    void whatMayPassLaterIsNotRemembered(String text, int status) {
        var body = "{\"text\":\"" + text + "\",\"amount\":1}";

        assertThat(running.post(key, body).statusCode()).isEqualTo(status);
        assertThat(running.post(key, body).headers().firstValue("idempotent-replayed"))
                .isEmpty();
        assertThat(Behaviour.RUNS).hasValue(2);
        assertThat(running.count("shell.idempotency")).isZero();
    }

    @Test
    void aMalformedBodyLeavesTheKeyFree() {
        assertThat(running.post(key, "{\"text\":1}").statusCode()).isEqualTo(400);
        assertThat(running.post(key, NOTE).statusCode()).isEqualTo(201);
    }

    @Test
    void organisationsDoNotShareKeys() {
        running.post(key, NOTE);

        var other = write(running, running.token("boutique-yaounde", "merchant"), key, NOTE);

        assertThat(other.statusCode()).isEqualTo(201);
        assertThat(other.headers().firstValue("idempotent-replayed")).isEmpty();
        assertThat(running.count("notebook.note")).isEqualTo(2);
    }

    @Test
    void customersOfOneOrganisationDoNotShareKeys() {
        var ama = running.issuer.mint(TokenIssuer.Grant.of("ama", "public", "customer"));
        var ngo = running.issuer.mint(TokenIssuer.Grant.of("ngo", "public", "customer"));

        write(running, ama, key, NOTE);
        var other = write(running, ngo, key, NOTE);

        assertThat(other.statusCode()).isEqualTo(201);
        assertThat(other.headers().firstValue("idempotent-replayed")).isEmpty();
    }

    @Test
    void aKeyIsFreeAgainAfterThirtyDays() {
        running.post(key, NOTE);
        running.execute("UPDATE shell.idempotency SET created_at = now() - interval '31 days',"
                + " expires_at = now() - interval '1 day'");

        var later = running.post(key, "{\"text\":\"other\",\"amount\":1}");

        assertThat(later.statusCode()).isEqualTo(201);
        assertThat(later.headers().firstValue("idempotent-replayed")).isEmpty();
        assertThat(running.count("shell.idempotency")).isOne();
    }

    @Test
    void onlyExpiredAnswersAreForgotten() {
        running.post("old-1", NOTE);
        running.post("old-2", NOTE);
        running.execute("UPDATE shell.idempotency SET created_at = now() - interval '31 days',"
                + " expires_at = now() - interval '1 day'");
        running.post(key, NOTE);
        var operations = running.application.context().getBean(Operations.class);

        assertThat(operations.forgetExpiredAnswers(1)).isOne();
        assertThat(operations.forgetExpiredAnswers(10)).isOne();
        assertThat(running.post(key, NOTE).headers().firstValue("idempotent-replayed"))
                .contains("true");
    }

    static HttpResponse<String> write(Running to, String token, String key, String json) {
        return to.send(to.authorized("/v1/notes", token)
                .header("content-type", "application/json")
                .header("idempotency-key", key)
                .POST(BodyPublishers.ofString(json)));
    }

    static <T> T get(Future<T> future) {
        try {
            return future.get(30, java.util.concurrent.TimeUnit.SECONDS);
        } catch (InterruptedException
                | java.util.concurrent.ExecutionException
                | java.util.concurrent.TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }
}
