package cm.nkap.providermock.vault;

import cm.nkap.providermock.http.Answer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import wiremock.com.fasterxml.jackson.databind.node.ObjectNode;

/** The two ways to log in: a role with its secret, and the account of a Kubernetes pod. */
final class VaultLogins {
    private final VaultTokens tokens;
    private final AtomicInteger asked = new AtomicInteger();
    private volatile String secretId = VaultSimulator.SECRET_ID;
    private volatile String podToken = VaultSimulator.POD_TOKEN;

    VaultLogins(VaultTokens tokens) {
        this.tokens = tokens;
    }

    Answer appRole(ObjectNode body) {
        asked.incrementAndGet();
        if (!body.path("role_id").asText().equals(VaultSimulator.ROLE_ID)
                || !body.path("secret_id").asText().equals(secretId)) {
            throw VaultAnswers.bad("invalid role or secret ID");
        }
        return tokens.issue("nkap", List.of("default", "nkap"));
    }

    Answer kubernetes(ObjectNode body) {
        asked.incrementAndGet();
        String role = body.path("role").asText();
        if (!role.equals(VaultSimulator.KUBERNETES_ROLE)) {
            throw VaultAnswers.bad("invalid role name \"" + role + "\"");
        }
        if (!body.path("jwt").asText().equals(podToken)) {
            throw VaultAnswers.denied();
        }
        return tokens.issue("nkap", List.of("default", "nkap"));
    }

    void secretId(String newSecret) {
        secretId = newSecret;
    }

    void podToken(String newToken) {
        podToken = newToken;
    }

    /** How often somebody tried to log in, with or without success. */
    int asked() {
        return asked.get();
    }
}
