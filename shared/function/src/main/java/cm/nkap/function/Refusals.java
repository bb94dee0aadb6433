package cm.nkap.function;

import cm.nkap.secrets.SecretsFailure;
import java.time.Duration;

/** Problems that the shell itself raises, worded once. */
public final class Refusals {
    static final String KEY_IN_USE = "idempotency_key_in_use";
    private static final Duration SOON = Duration.ofSeconds(1);

    private Refusals() {}

    /** 503: more work than this process takes at once; nothing was begun. */
    public static Problem overloaded(String detail) {
        return Problem.of(503, "overloaded", "Too busy at the moment")
                .detail(detail)
                .moneyMoved(MoneyMoved.NO)
                .retryAfter(SOON);
    }

    /**
     * Says whether a failure that no transaction of the shell has worded comes from a database or a store of secrets that
     * cannot be used now.
     */
    public static boolean isPartAway(Throwable failure) {
        return failure instanceof SecretsFailure.Unavailable || SqlFailure.of(failure) != SqlFailure.OTHER;
    }

    static Problem keyInUse() {
        return Problem.of(409, KEY_IN_USE, "A call with this Idempotency-Key is still running")
                .retryAfter(SOON);
    }

    static Problem keyReused() {
        return Problem.of(422, "idempotency_key_reused", "This Idempotency-Key was used for another request")
                .param("Idempotency-Key");
    }

    static Problem databaseBusy(Throwable cause) {
        return Problem.of(503, "busy", "Another call holds what this one needs")
                .moneyMoved(MoneyMoved.NO)
                .retryAfter(SOON)
                .causedBy(cause);
    }

    /** The database, or the store of secrets. */
    static Problem unreachable(Throwable cause) {
        return Problem.of(503, "unavailable", "The service cannot be reached at the moment")
                .moneyMoved(MoneyMoved.NO)
                .retryAfter(SOON)
                .causedBy(cause);
    }

    static Problem outcomeUnknown(Throwable cause) {
        return Problem.of(503, "outcome_unknown", "The outcome is not known; ask again with the same key")
                .moneyMoved(MoneyMoved.UNKNOWN)
                .retryAfter(SOON)
                .causedBy(cause);
    }
}
