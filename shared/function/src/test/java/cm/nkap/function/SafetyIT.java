package cm.nkap.function;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetyIT {
    @SuppressWarnings("NullAway.Init") // made before the first test
    private static Running running;

    @BeforeAll
    static void start() {
        running = new Running(Map.of("NKAP_STRICT_TRANSPORT", "365d"));
    }

    @AfterAll
    static void stop() {
        running.close();
    }

    @Test
    void noAnswerCanBeKeptFramedGuessedOrRun() {
        var json = "{\"text\":\"x\",\"amount\":1}";
        for (var answer : List.of(
                running.post(json),
                running.post("{}"),
                running.send(running.to("/nowhere").GET()),
                running.send(running.to("/health/liveness").GET()),
                running.send(running.to("/v1/notes").method("TRACE", BodyPublishers.noBody())),
                running.send(running.authorized("/v1/notes", "nobody").GET()))) {
            var headers = answer.headers();
            assertThat(headers.firstValue("cache-control")).contains("no-store");
            assertThat(headers.firstValue("x-content-type-options")).contains("nosniff");
            assertThat(headers.firstValue("content-security-policy"))
                    .contains("default-src 'none'; frame-ancestors 'none'");
            assertThat(headers.firstValue("cross-origin-resource-policy")).contains("same-origin");
            assertThat(headers.firstValue("referrer-policy")).contains("no-referrer");
            assertThat(headers.firstValue("strict-transport-security")).contains("max-age=31536000; includeSubDomains");
            assertThat(headers.map()).doesNotContainKeys("server", "x-powered-by", "via");
        }
    }

    @Test
    void noPageOfAnotherOriginMayReadOrSend() {
        var preflight = running.send(running.to("/v1/notes")
                .header("access-control-request-method", "POST")
                .header("access-control-request-headers", "authorization")
                .method("OPTIONS", BodyPublishers.noBody()));
        var read =
                running.send(running.authorized("/v1/notes", running.merchant()).GET());

        for (var answer : List.of(preflight, read)) {
            assertThat(answer.headers().map().keySet()).noneMatch(name -> name.startsWith("access-control"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "*/*, 200",
        "application/json, 200",
        "'text/html, application/*;q=0.5', 200",
        "'text/html,application/xhtml+xml,*/*;q=0.8', 200",
        "text/html, 406",
        "application/xml, 406",
        "'application/json;q=0, text/html', 406",
        "'application/json; q=0.000, */*', 406",
        "nonsense, 406"
    })
    void answersOnlyInATypeThatTheCallerTakes(String accept, int status) {
        var answer = running.send(running.authorized("/v1/notes", running.merchant())
                .header("accept", accept)
                .GET());

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).doesNotContain(accept.equals("nonsense") ? accept : "\n");
    }

    @Test
    void aCommandWhoseAnswerNobodyTakesIsNotRun() {
        long before = running.count("notebook.note");

        var answer = running.send(running.authorized("/v1/notes", running.merchant())
                .header("content-type", "application/json")
                .header("idempotency-key", "unacceptable")
                .header("accept", "text/html")
                .POST(BodyPublishers.ofString("{\"text\":\"x\",\"amount\":1}")));

        assertThat(answer.statusCode()).isEqualTo(406);
        assertThat(running.count("notebook.note")).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"})
    void aHeaderDoesNotChangeTheMethod(String header) {
        var token = running.merchant();
        long before = running.count("notebook.note");

        var read = running.send(
                running.authorized("/v1/notes", token).header(header, "POST").GET());
        var written = running.send(
                running.authorized("/v1/notes/1", token).header(header, "PUT").POST(BodyPublishers.ofString("{}")));

        assertThat(read.statusCode()).isEqualTo(200);
        assertThat(written.statusCode()).isEqualTo(405);
        assertThat(running.count("notebook.note")).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/notes/%2e%2e",
                "/v1/notes/..",
                "/v1/notes/../notes",
                "/v1/./notes",
                "/v1/notes/%2e",
                "/v1/notes/a%5Cb",
                "/v1/notes/1;admin=true",
                "/v1/notes/%252e%252e",
                "/v1//notes",
                "/v1%2Fnotes"
            })
    void aPathThatTwoServersCouldReadDifferentlyLeadsNowhere(String path) {
        var answer = running.send(running.authorized(path, running.merchant()).GET());

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(Running.json(answer).path("detail").asString("")).doesNotContain("note");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"text\":\"x\",\"amount\":1e308}",
                "{\"text\":\"x\",\"amount\":9223372036854775808}",
                "{\"text\":\"x\",\"amount\":1.0}",
                "{\"text\":\"x\",\"amount\":\"1\"}",
                "{\"text\":\"x\",\"amount\":1,\"amount\":2}",
                "{\"text\":\"x\",\"amount\":1,\"id\":7}",
                "{\"text\":\"x\",\"amount\":1} {}",
                "{\"text\":\"x\",\"amount\":NaN}",
                "[]",
                "\"\\ud800\""
            })
    void aBodyThatIsNotExactlyWhatIsAskedForIsRefused(String body) {
        assertThat(running.post(body).statusCode()).isEqualTo(400);
    }

    @Test
    void aBodyMadeToBeExpensiveIsRefusedAtOnce() {
        running.post("{}");
        for (var body : List.of(
                "[".repeat(10_000),
                "{\"a\":".repeat(5_000),
                "{\"text\":\"x\",\"amount\":" + "9".repeat(50_000) + "}",
                "{" + "\"k\":1,".repeat(8_000) + "\"text\":\"x\"}")) {
            long began = System.nanoTime();
            var answer = running.post(body);

            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body().length()).isLessThan(1_000_000);
            assertThat(System.nanoTime() - began).isLessThan(20_000_000_000L);
        }
    }
}
