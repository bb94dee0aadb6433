package cm.nkap.secrets;

import io.github.jopenlibs.vault.json.Json;
import io.github.jopenlibs.vault.json.JsonObject;
import io.github.jopenlibs.vault.json.JsonValue;
import io.github.jopenlibs.vault.json.ParseException;
import io.github.jopenlibs.vault.rest.RestResponse;
import java.nio.charset.StandardCharsets;
import java.util.StringJoiner;

/** What an answer of Vault means to us. The driver itself takes 403 and 404 for empty secrets. */
final class VaultFailures {
    private static final int LONGEST = 200;

    private VaultFailures() {}

    /** The object that Vault answered, or the failure that the answer stands for. */
    static JsonObject accepted(RestResponse response, String what) {
        if (response.getStatus() >= 300) {
            throw of(response.getStatus(), response.getBody(), what);
        }
        try {
            return Json.parse(new String(response.getBody(), StandardCharsets.UTF_8))
                    .asObject();
        } catch (ParseException | UnsupportedOperationException _) {
            // The answer itself is not repeated: it may be a secret.
            throw new SecretsFailure.Unavailable(what + ": what answers there is not Vault");
        }
    }

    static SecretsFailure of(int status, byte[] body, String what) {
        String told = what + ": " + status + said(body);
        return switch (status) {
            // To work with a key that does not exist is a bad request to Vault.
            case 400 ->
                told.contains("key not found") ? new SecretsFailure.Missing(told) : new SecretsFailure.Rejected(told);
            case 401, 403 -> new SecretsFailure.Denied(told);
            case 404 -> new SecretsFailure.Missing(told);
            default -> new SecretsFailure.Unavailable(told);
        };
    }

    /** The messages in Vault's own list of errors; nothing else of a body is ever repeated. */
    private static String said(byte[] body) {
        try {
            JsonValue errors = Json.parse(new String(body, StandardCharsets.UTF_8))
                    .asObject()
                    .get("errors");
            if (errors == null || !errors.isArray() || errors.asArray().isEmpty()) {
                return "";
            }
            StringJoiner said = new StringJoiner(", ", " ", "");
            errors.asArray().forEach(error -> said.add(error.asString()));
            String text = said.toString().replaceAll("\\s+", " ");
            return text.substring(0, Math.min(LONGEST, text.length()));
        } catch (ParseException | UnsupportedOperationException _) {
            return "";
        }
    }
}
