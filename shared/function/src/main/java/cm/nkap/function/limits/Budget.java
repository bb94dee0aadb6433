package cm.nkap.function.limits;

/**
 * What one client or organisation may spend: a bucket of {@code capacity} calls that fills by {@code perSecond}.
 *
 * @param name says in answers which budget it is, for example {@code client-money}
 */
public record Budget(String name, int perSecond, int capacity) {
    /** Parts of a second's calls that a process takes at once; also what it lets pass before it has asked. */
    private static final int PARTS = 10;

    public Budget {
        if (perSecond < 1 || capacity < perSecond) {
            throw new IllegalArgumentException("a budget holds at least the calls of one second");
        }
    }

    /** Microseconds until one more call is allowed. */
    public long microsPerCall() {
        return Math.max(1, 1_000_000L / perSecond);
    }

    int mostLeased() {
        return Math.max(1, perSecond / PARTS);
    }

    int seconds() {
        return capacity / perSecond;
    }

    /** A process's own budget while nobody can say what the others spend. */
    Budget partOf(int processes) {
        int rate = Math.max(1, perSecond / processes);
        return new Budget(name, rate, Math.max(rate, capacity / processes));
    }
}
