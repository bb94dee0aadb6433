package cm.nkap.payments;

import java.util.Locale;
import java.util.Set;

/** Where a charge stands. The table of moves is here and nowhere else; the database holds that a final state stays. */
public enum ChargeStatus {
    PENDING,
    UNKNOWN,
    SUCCEEDED,
    FAILED,
    EXPIRED,
    CANCELED;

    /** The states it can move to. */
    public Set<ChargeStatus> next() {
        return switch (this) {
            case PENDING -> Set.of(UNKNOWN, SUCCEEDED, FAILED, EXPIRED, CANCELED);
            case UNKNOWN -> Set.of(PENDING, SUCCEEDED, FAILED, EXPIRED);
            case SUCCEEDED, FAILED, EXPIRED, CANCELED -> Set.of();
        };
    }

    public boolean isFinal() {
        return next().isEmpty();
    }

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static ChargeStatus of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
