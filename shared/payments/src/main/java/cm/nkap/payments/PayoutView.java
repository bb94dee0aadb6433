package cm.nkap.payments;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A payout as callers see it; the phone number is masked, and null once it was erased. */
public record PayoutView(
        String id,
        String object,
        String status,
        long amount,
        String currency,
        long fee,
        ChargeView.Wallet destination,
        String merchant,
        String reference,
        boolean automatic,
        @Nullable String charge,
        @Nullable String queuedReason,
        @Nullable Failure failure,
        Instant createdAt,
        @Nullable Instant completedAt) {

    public static PayoutView of(Payout payout) {
        return new PayoutView(
                payout.id(),
                "payout",
                payout.status().text(),
                payout.amount(),
                Charge.CURRENCY,
                payout.fee(),
                new ChargeView.Wallet(payout.payee().shown(), payout.provider()),
                payout.merchant(),
                payout.reference(),
                payout.charge() != null,
                payout.charge(),
                payout.queuedReason(),
                payout.failure(),
                payout.createdAt(),
                payout.completedAt());
    }
}
