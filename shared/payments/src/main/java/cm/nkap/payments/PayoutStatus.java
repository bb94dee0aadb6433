package cm.nkap.payments;

import java.util.Locale;
import java.util.Set;

/** Where a payout stands. Queued: nothing is posted yet. Every other state: the money has left the merchant's balance. */
public enum PayoutStatus {
    QUEUED,
    PENDING,
    UNKNOWN,
    SUCCEEDED,
    FAILED;

    /** The states it can move to. */
    public Set<PayoutStatus> next() {
        return switch (this) {
            case QUEUED -> Set.of(PENDING);
            case PENDING -> Set.of(UNKNOWN, SUCCEEDED, FAILED);
            case UNKNOWN -> Set.of(PENDING, SUCCEEDED, FAILED);
            case SUCCEEDED, FAILED -> Set.of();
        };
    }

    public boolean isFinal() {
        return next().isEmpty();
    }

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static PayoutStatus of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
