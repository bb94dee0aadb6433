package cm.nkap.function.http;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The headers that every answer carries: nothing keeps it, guesses its type, frames it or runs it. No answer allows
 * another origin ({@code Access-Control-…}), so no page of somebody else's can read one.
 */
final class Dress {
    private final Map<String, String> always;

    /** @param strictTransport null where callers may come without TLS */
    Dress(@Nullable Duration strictTransport) {
        var headers = new LinkedHashMap<>(Map.of(
                "cache-control", "no-store",
                "x-content-type-options", "nosniff",
                "content-security-policy", "default-src 'none'; frame-ancestors 'none'",
                "cross-origin-resource-policy", "same-origin",
                "referrer-policy", "no-referrer"));
        if (strictTransport != null) {
            headers.put("strict-transport-security", "max-age=" + strictTransport.toSeconds() + "; includeSubDomains");
        }
        this.always = Map.copyOf(headers);
    }

    /** @param own what this one answer carries beside its own headers, such as the request's id */
    Answer on(Answer answer, Map<String, String> own) {
        var all = new LinkedHashMap<>(answer.headers());
        all.putAll(own);
        all.putAll(always);
        return new Answer(answer.status(), answer.body(), all);
    }
}
