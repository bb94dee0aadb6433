package cm.nkap.payments;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A merchant's money on its way to a wallet. Whole francs; the merchant gives {@code amount + fee}.
 *
 * @param charge the charge whose success started it, when it is automatic
 * @param journal the journal that took the money; null while queued
 */
public record Payout(
        String id,
        String org,
        String merchant,
        PayoutStatus status,
        long amount,
        long fee,
        String feePlan,
        String provider,
        SealedNumber payee,
        String reference,
        @Nullable String charge,
        @Nullable Long journal,
        @Nullable String queuedReason,
        String createdBy,
        @Nullable Failure failure,
        @Nullable String providerTransaction,
        String traceId,
        Instant createdAt,
        @Nullable Instant completedAt) {

    /** What leaves the merchant's balance, whole francs. */
    public long taken() {
        return Math.addExact(amount, fee);
    }

    /** The same, its money taken by that journal. */
    public Payout posted(long byJournal) {
        return new Payout(
                id,
                org,
                merchant,
                PayoutStatus.PENDING,
                amount,
                fee,
                feePlan,
                provider,
                payee,
                reference,
                charge,
                byJournal,
                null,
                createdBy,
                failure,
                providerTransaction,
                traceId,
                createdAt,
                completedAt);
    }
}
