package cm.nkap.payments;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A charge as callers see it; the phone number is masked, and null once it was erased. */
public record ChargeView(
        String id,
        String object,
        String status,
        long amount,
        String currency,
        long fee,
        long net,
        long amountRefunded,
        Wallet customer,
        String merchant,
        String reference,
        @Nullable String description,
        Map<String, String> metadata,
        @Nullable Failure failure,
        Instant createdAt,
        Instant expiresAt,
        @Nullable Instant completedAt) {

    /**
     * A wallet as callers see it.
     *
     * @param msisdn masked; null once the number was erased
     */
    public record Wallet(@Nullable String msisdn, String provider) {}

    public static ChargeView of(Charge charge) {
        return new ChargeView(
                charge.id(),
                "charge",
                charge.status().text(),
                charge.amount(),
                Charge.CURRENCY,
                charge.fee(),
                charge.net(),
                0,
                new Wallet(charge.payer().shown(), charge.provider()),
                charge.merchant(),
                charge.reference(),
                charge.description(),
                charge.metadata(),
                charge.failure(),
                charge.createdAt(),
                charge.expiresAt(),
                charge.completedAt());
    }
}
