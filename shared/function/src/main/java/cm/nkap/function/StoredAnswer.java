package cm.nkap.function;

import cm.nkap.function.json.Json;
import cm.nkap.function.json.ProblemJson;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An answer as it is kept for a repeated call: what the first caller got, byte for byte.
 *
 * @param body null for an answer without one
 * @param headers lower-case names
 * @param fingerprint of the call that it answers
 */
@SuppressWarnings("ArrayRecordComponent") // never compared as a whole
record StoredAnswer(int status, @Nullable String body, Map<String, String> headers, byte[] fingerprint) {
    StoredAnswer {
        headers = Map.copyOf(headers);
    }

    static StoredAnswer of(Reply<?> reply, Fingerprint fingerprint) {
        if (reply.status() >= 400) {
            throw new IllegalStateException("an operation refuses by throwing a Problem, not by a reply");
        }
        var headers = new HashMap<String, String>();
        reply.headers().forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
        var body = reply.body();
        return new StoredAnswer(reply.status(), body == null ? null : Json.text(body), headers, fingerprint.bytes());
    }

    static StoredAnswer of(Problem refusal, String requestId, Fingerprint fingerprint) {
        return new StoredAnswer(
                refusal.status(),
                ProblemJson.text(refusal, requestId),
                ProblemJson.headers(refusal),
                fingerprint.bytes());
    }

    byte[] bytes() {
        return body == null ? new byte[0] : body.getBytes(StandardCharsets.UTF_8);
    }
}
