package cm.nkap.payments;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A customer's payment to a merchant. Amounts are whole francs; {@code amount = fee + net}.
 *
 * @param metadata the caller's own names and values
 * @param customerSubject the customer's login, when a customer made it
 */
public record Charge(
        String id,
        String org,
        String merchant,
        ChargeStatus status,
        long amount,
        long fee,
        long net,
        String feePlan,
        String provider,
        SealedNumber payer,
        String reference,
        @Nullable String description,
        Map<String, String> metadata,
        @Nullable String customerSubject,
        String createdBy,
        @Nullable Failure failure,
        @Nullable String providerTransaction,
        String traceId,
        Instant createdAt,
        Instant expiresAt,
        @Nullable Instant completedAt) {
    public static final String CURRENCY = "XAF";

    public Charge {
        metadata = Map.copyOf(metadata);
    }
}
