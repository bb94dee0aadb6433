package cm.nkap.payments;

import org.jspecify.annotations.Nullable;

/**
 * What the platform takes of an operation: basis points of the amount, rounded half up to the franc, plus a fixed part,
 * at most the cap, and never more than the amount itself.
 *
 * @param fixed whole francs
 * @param cap whole francs; null for none
 */
public record FeePlan(
        String id, int basisPoints, long fixed, @Nullable Long cap) {
    /** Nothing is taken; the plan of an organisation that has none. */
    public static final FeePlan FREE = new FeePlan("fp_free", 0, 0, null);

    private static final int WHOLE = 10_000;

    public FeePlan {
        if (basisPoints < 0 || basisPoints > WHOLE || fixed < 0 || (cap != null && cap < 0)) {
            throw new IllegalArgumentException("fee plan " + id + " takes less than nothing or more than all");
        }
    }

    /** The fee on {@code amount} whole francs, more than zero. */
    public long on(long amount) {
        if (amount <= 0) {
            throw new IllegalArgumentException("no fee on " + amount);
        }
        long share =
                Math.floorDiv(Math.addExact(Math.multiplyExact(amount, (long) basisPoints), WHOLE / 2), (long) WHOLE);
        long fee = Math.addExact(share, fixed);
        if (cap != null) {
            fee = Math.min(fee, cap);
        }
        return Math.min(fee, amount);
    }
}
