package cm.nkap.providers;

import java.net.URI;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Asks a payer to approve a payment into our float.
 *
 * @param reference our idempotency key at the provider; the same for every try of one payment, never reused for another
 * @param externalId our id on the provider's statement: 1 to 32 ASCII letters, digits, dots, dashes or underscores
 * @param amount whole XAF, above zero
 * @param payer whose wallet is charged
 * @param message what the payer reads; adapters reduce it to what their provider accepts
 * @param callbackUrl where the provider may announce the outcome; null for none
 */
public record CollectRequest(
        UUID reference,
        String externalId,
        long amount,
        Msisdn payer,
        String message,
        @Nullable URI callbackUrl) {
    public CollectRequest {
        Requests.check(externalId, amount);
    }
}
