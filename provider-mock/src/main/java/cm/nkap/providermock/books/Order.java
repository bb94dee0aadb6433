package cm.nkap.providermock.books;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One payment as the caller asked for it; it never changes. The amount is in whole XAF.
 *
 * @param reference the caller's X-Reference-Id, the key that makes a repeat harmless
 * @param msisdn who pays (collections) or is paid (all others), country code first, no plus
 * @param refundOf the reference of the collection that a refund gives back
 */
public record Order(
        String reference,
        Kind kind,
        long amount,
        @Nullable String externalId,
        String msisdn,
        String payerMessage,
        String payeeNote,
        @Nullable String callbackUrl,
        @Nullable String refundOf,
        Instant acceptedAt) {

    public Order {
        if (amount <= 0) {
            throw new IllegalArgumentException("amount must be positive: " + amount);
        }
    }
}
