package cm.nkap.function;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.events.ChargeEvent;
import cm.nkap.events.Envelope;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CrashIT {
    private static final int KILLED = 137;

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

    @ParameterizedTest
    @CsvSource({"command.claimed, 0", "command.done, 0", "tx.committing, 0", "tx.committed, 1"})
    void aCommandKilledAnywhereRunsOnceWhenItIsRetried(String step, int survived) throws Exception {
        running.execute("TRUNCATE notebook.note, shell.idempotency, events.outbox");
        try (var doomed = OwnProcess.start(running.settings, Map.of("NKAP_KILL_AT", step + ":1"))) {
            var port = doomed.port();
            assertThat(answers(port, step)).isFalse();
            assertThat(doomed.exit()).isEqualTo(KILLED);
        }
        assertThat(running.count("notebook.note")).isEqualTo(survived);

        var retried = write(running.application.port(), step);

        assertThat(retried.statusCode()).isEqualTo(201);
        assertThat(retried.headers().firstValue("idempotent-replayed").isPresent())
                .isEqualTo(survived == 1);
        assertThat(running.count("notebook.note")).isOne();
        assertThat(running.count("events.outbox")).isOne();
        assertThat(running.count("shell.idempotency WHERE status = 201")).isOne();
    }

    private static boolean answers(int port, String key) {
        try {
            write(port, key);
            return true;
        } catch (IllegalStateException e) {
            assertThat(e).hasCauseInstanceOf(IOException.class);
            return false;
        }
    }

    private static HttpResponse<String> write(int port, String key) {
        return running.send(running.authorized(port, "/v1/notes", running.merchant())
                .header("content-type", "application/json")
                .header("idempotency-key", key)
                .POST(BodyPublishers.ofString("{\"text\":\"hello\",\"amount\":5}")));
    }

    @ParameterizedTest
    @CsvSource({"settle.claimed, 0", "settle.done, 0", "tx.committed, 1"})
    void aSettlementKilledAnywhereHappensOnceWhenTheEventComesAgain(String step, int survived) throws Exception {
        running.execute("TRUNCATE notebook.note, events.inbox, events.outbox");
        var event = Envelope.of(
                "/nkap/test", "boutique-douala", Instant.now(), null, new ChargeEvent.Failed("ch_1", "mer_1", "x"));
        try (var doomed = OwnProcess.start(running.settings, Map.of("NKAP_KILL_AT", step))) {
            var port = doomed.port();
            assertThat(delivers(port, event)).isFalse();
            assertThat(doomed.exit()).isEqualTo(KILLED);
        }
        assertThat(running.count("notebook.note")).isEqualTo(survived);

        assertThat(delivers(running.application.port(), event)).isTrue();

        assertThat(running.count("notebook.note")).isOne();
        assertThat(running.count("events.inbox")).isOne();
    }

    private static boolean delivers(int port, Envelope event) {
        try {
            var answer = running.send(Running.to(port, "/")
                    .header("content-type", "application/cloudevents+json")
                    .header("x-nkap-event-secret", Running.SECRET)
                    .POST(BodyPublishers.ofByteArray(event.toJson())));
            return answer.statusCode() == 204;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    @Test
    void aTerminatedProcessAnswersWhatItHasAndEnds() throws Exception {
        try (var polite = OwnProcess.start(running.settings, Map.of())) {
            var port = polite.port();
            assertThat(write(port, "polite").statusCode()).isEqualTo(201);

            polite.process.destroy();

            assertThat(polite.exit()).isEqualTo(143);
            assertThat(polite.output()).doesNotContain("level=ERROR", "Exception");
        }
    }
}
