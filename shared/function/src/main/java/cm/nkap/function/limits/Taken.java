package cm.nkap.function.limits;

/**
 * One call's place in one budget.
 *
 * @param left how many more calls may come at once, as far as this process knows
 * @param waitNanos when it is refused, until a call is allowed again
 */
record Taken(Budget budget, boolean admitted, long left, long waitNanos) {
    private static final long SECOND = 1_000_000_000L;

    static Taken yes(Budget budget, long left) {
        return new Taken(budget, true, Math.clamp(left, 0, budget.capacity()), 0);
    }

    static Taken no(Budget budget, long waitNanos) {
        return new Taken(budget, false, 0, Math.max(1, waitNanos));
    }

    /** Until a call is allowed when it was refused, else until the budget is whole again; at least one second. */
    long resetSeconds() {
        long whole = admitted ? (budget.capacity() - left) * SECOND / budget.perSecond() : waitNanos;
        return Math.max(1, (whole + SECOND - 1) / SECOND);
    }

    /** Which part is left; the smallest of several is the one that its caller should look at. */
    double share() {
        return (double) left / budget.capacity();
    }
}
