package cm.nkap.function;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.testing.TokenIssuer.Grant;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The process is killed while the second person's word makes the change: all of it stands, or nothing. */
class ApprovalCrashIT {
    private static final int KILLED = 137;
    private static final Grant MAKER = Grant.of("fotso", "nkap", "platform");
    private static final Grant CHECKER = Grant.of("bella", "nkap", "treasury");

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
    @CsvSource({"command.done, 0, pending", "tx.committing, 0, pending", "tx.committed, 1, executed"})
    void aDecisionKilledAnywhereIsWholeOrNotThere(String step, int survived, String status) throws Exception {
        running.execute("TRUNCATE notebook.note");
        var asked = Running.json(
                send(running.application.port(), MAKER, "/v1/deeds", "ask-" + step, "{\"text\":\"mine\"}"));
        var id = asked.path("id").asString();
        var path = "/v1/deeds/" + id + "/decision";
        try (var doomed = OwnProcess.start(running.settings, Map.of("NKAP_KILL_AT", step + ":1"))) {
            var port = doomed.port();
            assertThat(answers(port, path, step)).isFalse();
            assertThat(doomed.exit()).isEqualTo(KILLED);
        }

        assertThat(running.count("notebook.note")).isEqualTo(survived);
        assertThat(running.text("SELECT status FROM shell.approval_request WHERE id = '" + id + "'"))
                .isEqualTo(status);
        assertThat(running.count("shell.approval_decision WHERE request = '" + id + "'"))
                .isEqualTo(survived);
        assertThat(running.count("shell.audit_entry WHERE action = 'approval.executed' AND subject = '" + id + "'"))
                .isEqualTo(survived);

        var retried = send(running.application.port(), CHECKER, path, step, "{}");

        assertThat(Running.json(retried).path("status").asString()).isEqualTo("executed");
        assertThat(running.count("notebook.note")).isOne();
        assertThat(running.count("shell.approval_decision WHERE request = '" + id + "'"))
                .isOne();
        assertThat(running.count("shell.audit_faults()")).isZero();
    }

    private static boolean answers(int port, String path, String key) {
        try {
            send(port, CHECKER, path, key, "{}");
            return true;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    private static HttpResponse<String> send(int port, Grant caller, String path, String key, String json) {
        return running.send(running.authorized(port, path, running.issuer.mint(caller))
                .header("content-type", "application/json")
                .header("idempotency-key", key)
                .POST(BodyPublishers.ofString(json)));
    }
}
