package cm.nkap.providermock.vault;

import cm.nkap.providermock.http.Answer;
import cm.nkap.providermock.http.Json;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import wiremock.com.fasterxml.jackson.databind.JsonNode;
import wiremock.com.fasterxml.jackson.databind.node.ObjectNode;

/** The envelope around every answer of Vault, and its errors word for word. */
final class VaultAnswers {
    private VaultAnswers() {}

    /** A refusal that ends the call wherever it is found. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final int status;

        Refused(int status, String message) {
            super(message);
            this.status = status;
        }

        Answer answer() {
            return error(status, getMessage());
        }
    }

    static Answer data(JsonNode data) {
        return Answer.json(200, envelope(data, null));
    }

    static Answer data(int status, JsonNode data) {
        return Answer.json(status, envelope(data, null));
    }

    static Answer auth(JsonNode auth) {
        return Answer.json(200, envelope(null, auth));
    }

    static Answer done() {
        return Answer.empty(204);
    }

    static Answer error(int status, @Nullable String message) {
        ObjectNode body = Json.object();
        if (message == null || message.isEmpty()) {
            body.putArray("errors");
        } else {
            body.putArray("errors").add(message);
        }
        return Answer.json(status, body);
    }

    /** What Vault says of a secret or a key that is not there: 404 and an empty list. */
    static Refused missing() {
        return new Refused(404, "");
    }

    static Refused bad(String message) {
        return new Refused(400, message);
    }

    /** Also the answer to a token that is unknown, expired or revoked: Vault does not tell these apart. */
    static Refused denied() {
        return new Refused(403, "permission denied");
    }

    private static ObjectNode envelope(@Nullable JsonNode data, @Nullable JsonNode auth) {
        ObjectNode body = Json.object()
                .put("request_id", UUID.randomUUID().toString())
                .put("lease_id", "")
                .put("renewable", false)
                .put("lease_duration", 0);
        body.set("data", data);
        body.putNull("wrap_info").putNull("warnings").set("auth", auth);
        return body;
    }
}
