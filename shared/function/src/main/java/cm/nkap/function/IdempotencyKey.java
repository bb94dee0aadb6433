package cm.nkap.function;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * Where the answer to one idempotent call is kept. One organisation shares its keys, except that people who only pay
 * each have their own: they do not know each other.
 *
 * @param route method and template
 * @param holder subject of a customer, empty for everybody else
 * @param key what the caller sent, without quotes
 */
record IdempotencyKey(String org, String route, String holder, String key) {
    private static final Pattern VISIBLE = Pattern.compile("[\\x21-\\x7e]{1,255}");

    /** @throws Problem 400 when the header is missing or malformed */
    static IdempotencyKey of(Inbound inbound) {
        var header = inbound.call().header("idempotency-key");
        if (header == null || header.isBlank()) {
            throw Problem.of(400, "idempotency_key_missing", "The header Idempotency-Key is required")
                    .param("Idempotency-Key");
        }
        var caller = inbound.call().caller();
        var holder = caller.isOnlyCustomer() ? caller.subject() : "";
        return new IdempotencyKey(caller.org(), inbound.route(), holder, bare(header.strip()));
    }

    /** The draft standard quotes the key; most clients do not. Both forms are the same key. */
    private static String bare(String header) {
        boolean quoted = header.length() >= 2 && header.startsWith("\"") && header.endsWith("\"");
        var key = quoted ? header.substring(1, header.length() - 1) : header;
        if (!VISIBLE.matcher(key).matches() || key.indexOf('"') >= 0 || key.indexOf('\\') >= 0) {
            throw Problem.of(400, "invalid_request", "The header Idempotency-Key is not valid")
                    .detail("1 to 255 visible ASCII characters, without quotes or backslashes inside")
                    .param("Idempotency-Key");
        }
        return key;
    }

    /** A name for a cache, which tells nothing about the parts. */
    String digest() {
        var sha = sha256();
        for (var part : new String[] {org, route, holder, key}) {
            var bytes = part.getBytes(StandardCharsets.UTF_8);
            sha.update((byte) (bytes.length >> 8));
            sha.update((byte) bytes.length);
            sha.update(bytes);
        }
        return Base64.getUrlEncoder().withoutPadding().encodeToString(sha.digest());
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
