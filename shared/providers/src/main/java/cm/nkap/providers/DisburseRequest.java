package cm.nkap.providers;

import java.net.URI;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Pays a payee out of our float.
 *
 * @param reference our idempotency key at the provider; the same for every try of one payout, never reused for another
 * @param externalId our id on the provider's statement: 1 to 32 ASCII letters, digits, dots, dashes or underscores
 * @param amount whole XAF, above zero
 * @param payee whose wallet is paid
 * @param message what the payee reads; adapters reduce it to what their provider accepts
 * @param callbackUrl where the provider may announce the outcome; null for none
 */
public record DisburseRequest(
        UUID reference,
        String externalId,
        long amount,
        Msisdn payee,
        String message,
        @Nullable URI callbackUrl) {
    public DisburseRequest {
        Requests.check(externalId, amount);
    }
}
