package cm.nkap.function.limits;

/** A bucket in this process alone (generic cell rate algorithm): what still bounds a client while Redis is away. */
final class OwnBucket {
    private final Budget budget;
    private final long nanosPerCall;
    private final long depth;
    private long due;

    OwnBucket(Budget budget, long now) {
        this.budget = budget;
        this.nanosPerCall = 1_000_000_000L / budget.perSecond();
        this.depth = nanosPerCall * budget.capacity();
        this.due = now;
    }

    /** @param now by the clock that the constructor was told */
    Taken take(long now) {
        if (due - now < 0) {
            due = now;
        }
        long over = due + nanosPerCall - (now + depth);
        if (over > 0) {
            return Taken.no(budget, over);
        }
        due += nanosPerCall;
        return Taken.yes(budget, (now + depth - due) / nanosPerCall);
    }
}
