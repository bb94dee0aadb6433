package cm.nkap.function;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * What one idempotent call is recognised by where its effect is.
 *
 * @param name of organisation, route and Idempotency-Key together; tells none of them
 * @param fingerprint of what is asked for, in hexadecimal
 */
public record RepeatKey(String name, String fingerprint) {
    static RepeatKey of(Inbound inbound, Object body) {
        return new RepeatKey(
                IdempotencyKey.of(inbound).digest(),
                HexFormat.of().formatHex(Fingerprint.of(inbound, body).bytes()));
    }

    /** @throws Problem 422 when the effect that was found is another request's */
    public void requireSame(String found) {
        if (!MessageDigest.isEqual(
                fingerprint.getBytes(StandardCharsets.US_ASCII), found.getBytes(StandardCharsets.US_ASCII))) {
            throw Refusals.keyReused();
        }
    }
}
