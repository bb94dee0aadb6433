package cm.nkap.function.limits;

import java.util.concurrent.CompletableFuture;

/** Where all processes draw from the same budgets. */
@FunctionalInterface
public interface Leases {
    /**
     * What was granted.
     *
     * @param calls that may be let pass, at most as many as were wanted
     * @param left what the budget holds after that
     * @param waitMicros when none was granted, until the first one can be
     */
    record Lease(long calls, long left, long waitMicros) {}

    /**
     * Draws from a budget without waiting. The future fails when the budget cannot be reached.
     *
     * @param owed calls that were let pass already; they are taken even when the budget is empty
     * @param wanted calls to come
     */
    CompletableFuture<Lease> lease(String key, Budget budget, long owed, long wanted);
}
