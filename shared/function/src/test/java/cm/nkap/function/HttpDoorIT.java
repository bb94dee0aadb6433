package cm.nkap.function;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class HttpDoorIT {
    @SuppressWarnings("NullAway.Init") // made before the first test
    private static Running running;

    @BeforeAll
    static void start() {
        running = new Running();
    }

    @AfterAll
    static void stop() {
        running.close();
    }

    @Test
    void aCommandAnswersWithTheCreatedObject() {
        var answer = running.post("{\"text\":\"hello\",\"amount\":500}");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        var note = Running.json(answer);
        assertThat(note.path("org_id").asString()).isEqualTo("boutique-douala");
        assertThat(note.path("amount").asLong()).isEqualTo(500);
        assertThat(note.path("written_at").asString()).endsWith("Z");
        assertThat(note.has("failure")).isTrue();
        assertThat(answer.headers().firstValue("location"))
                .contains("/v1/notes/" + note.path("id").asString());
        assertThat(answer.headers().firstValue("idempotent-replayed")).isEmpty();
    }

    @Test
    void unknownPathsAreNotFound() {
        var answer = running.send(running.to("/v2/notes").GET());

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(Running.json(answer).path("code").asString()).isEqualTo("not_found");
        assertThat(answer.headers().firstValue("content-type")).contains("application/problem+json");
        assertThat(running.send(running.to("/v1/notes").DELETE()).statusCode()).isEqualTo(405);
        assertThat(running.send(running.to("/v1/postcards/a").PUT(BodyPublishers.ofString("x")))
                        .statusCode())
                .isEqualTo(200);
    }
}
