package cm.nkap.function;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.testing.Redis;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a caller over its budget is told, by two processes that share it. */
class LimitsIT {
    @SuppressWarnings("NullAway.Init") // made before the first test
    private static Running running;

    @SuppressWarnings("NullAway.Init") // made before the first test
    private static FunctionApplication other;

    @BeforeAll
    static void start() {
        running = new Running(Map.of(
                "REDIS_URL", Redis.shared().url(),
                "NKAP_LIMIT_CLIENT_MONEY", "1",
                "NKAP_LIMIT_CLIENT_READS", "2",
                "NKAP_LIMIT_ORG_MONEY", "1000",
                "NKAP_LIMIT_BURST", "20s"));
        var settings = new HashMap<>(running.settings);
        settings.put("NKAP_PORT", "0");
        other = FunctionApplication.start(settings);
    }

    @AfterAll
    static void stop() {
        other.close();
        running.close();
    }

    private static List<HttpResponse<String>> posts(String token, int calls) {
        var answers = new ArrayList<HttpResponse<String>>();
        for (int i = 0; i < calls; i++) {
            int port = i % 2 == 0 ? running.application.port() : other.port();
            answers.add(running.send(running.authorized(port, "/v1/notes", token)
                    .header("content-type", "application/json")
                    .header("idempotency-key", "limit-" + token.hashCode() + "-" + i)
                    .POST(java.net.http.HttpRequest.BodyPublishers.ofString("{\"text\":\"x\",\"amount\":1}"))));
        }
        return answers;
    }

    @Test
    void moreThanTheBudgetIsRefusedWithoutEffectByWhicheverProcess() {
        long before = running.count("notebook.note");
        var answers = posts(running.token("hurried", "merchant"), 60);

        var refused = answers.stream().filter(a -> a.statusCode() == 429).toList();
        assertThat(answers).extracting(HttpResponse::statusCode).containsOnly(201, 429);
        assertThat(running.count("notebook.note") - before).isEqualTo(60 - refused.size());
        assertThat(60 - refused.size()).isBetween(15, 55);
        var last = refused.getLast();
        assertThat(Running.json(last).path("code").asString()).isEqualTo("rate_limited");
        assertThat(Running.json(last).path("retryable").asBoolean()).isTrue();
        assertThat(Running.json(last).path("money_moved").asString()).isEqualTo("no");
        assertThat(last.headers().firstValueAsLong("retry-after")).hasValue(1);
        // Half of it where Redis did not answer in time and each process kept to its part.
        assertThat(last.headers().firstValue("ratelimit-limit").orElseThrow()).isIn("20", "10");
        assertThat(last.headers().firstValue("ratelimit-remaining")).contains("0");
        assertThat(last.headers().firstValueAsLong("ratelimit-reset")).hasValue(1);
        assertThat(last.headers().firstValue("ratelimit-policy").orElseThrow())
                .containsPattern("\"client-money\";q=[12]0;w=[12]0");
    }

    @Test
    void aCallerWithinItsBudgetIsToldWhatIsLeft() {
        var token = running.token("patient", "merchant");

        var first = posts(token, 1).getFirst();
        var read = running.send(running.authorized("/v1/notes", token).GET());

        // Half of it, here too, where Redis did not answer in time.
        assertThat(first.headers().firstValueAsLong("ratelimit-remaining").orElseThrow())
                .isBetween(5L, 20L);
        assertThat(read.headers().firstValue("ratelimit-policy").orElseThrow())
                .containsPattern("\"client-reads\";q=[24]0;w=20");
    }

    @Test
    void whoIsNotKnownIsNotCountedAndAnOpenRouteSaysNothing() {
        var unknown = running.send(running.authorized("/v1/notes", "nobody").GET());
        var open =
                running.send(running.to("/v1/postcards/red").POST(java.net.http.HttpRequest.BodyPublishers.noBody()));

        assertThat(unknown.statusCode()).isEqualTo(401);
        assertThat(unknown.headers().firstValue("ratelimit-limit")).isEmpty();
        assertThat(open.headers().firstValue("ratelimit-limit")).isEmpty();
    }

    @Test
    void aCallThatItsRolesForbidCounts() {
        var token = running.token("nosy", "treasury");

        var answers = posts(token, 60).stream().map(HttpResponse::statusCode).toList();

        assertThat(answers).containsOnly(403, 429);
    }
}
