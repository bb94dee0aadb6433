package cm.nkap.events;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The function did not take an event. The kind decides whether the dispatcher tries again. */
public final class DeliveryFailed extends Exception {
    private static final long serialVersionUID = 1L;

    /** What a failure says about the event. */
    public enum Kind {
        /** The function failed on this event; after the last attempt it is parked. */
        FAILED,
        /** The function or something it needs is away; waited for with far more patience than a failure. */
        UNAVAILABLE,
        /** The function will never take this event; it is parked at once. */
        REFUSED
    }

    private final Kind kind;
    private final @Nullable Duration retryAfter;

    private DeliveryFailed(Kind kind, String reason, @Nullable Duration retryAfter, @Nullable Throwable cause) {
        super(reason, cause);
        this.kind = kind;
        this.retryAfter = retryAfter;
    }

    public static DeliveryFailed failed(String reason, @Nullable Throwable cause) {
        return new DeliveryFailed(Kind.FAILED, reason, null, cause);
    }

    public static DeliveryFailed unavailable(String reason, @Nullable Duration retryAfter, @Nullable Throwable cause) {
        return new DeliveryFailed(Kind.UNAVAILABLE, reason, retryAfter, cause);
    }

    public static DeliveryFailed refused(String reason) {
        return new DeliveryFailed(Kind.REFUSED, reason, null, null);
    }

    public Kind kind() {
        return kind;
    }

    /** How long the function asked us to wait at least. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }
}
