package cm.nkap.testing;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** Waits for a condition, never longer than a stated limit; tests have no other way to wait. */
public final class Until {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(2);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(50);

    /** Something that becomes true. */
    @FunctionalInterface
    public interface Condition<X extends Exception> {
        boolean holds() throws X;
    }

    /** Something that appears. */
    @FunctionalInterface
    public interface Sought<T, X extends Exception> {
        Optional<T> look() throws X;
    }

    /** Assertions that come to pass. */
    @FunctionalInterface
    public interface Claim<X extends Exception> {
        void check() throws X;
    }

    private Until() {}

    /**
     * Returns as soon as the condition holds.
     *
     * @throws AssertionError naming {@code what} when the limit passes first
     */
    public static <X extends Exception> void holds(Duration limit, String what, Condition<X> condition) throws X {
        found(limit, what, () -> condition.holds() ? Optional.of(true) : Optional.empty());
    }

    /** Returns what was sought as soon as it is there. */
    public static <T, X extends Exception> T found(Duration limit, String what, Sought<T, X> sought) throws X {
        Pause pause = new Pause(limit);
        while (true) {
            Optional<T> found = sought.look();
            if (found.isPresent()) {
                return found.get();
            }
            if (!pause.again()) {
                throw new AssertionError("not within " + limit + ": " + what);
            }
        }
    }

    /** Returns as soon as the claim passes; after the limit its own last failure is thrown. */
    public static <X extends Exception> void passes(Duration limit, Claim<X> claim) throws X {
        Pause pause = new Pause(limit);
        while (true) {
            try {
                claim.check();
                return;
            } catch (AssertionError e) {
                if (!pause.again()) {
                    throw e;
                }
            }
        }
    }

    private static final class Pause {
        private final long deadline;
        private long nanos = FIRST_PAUSE.toNanos();

        Pause(Duration limit) {
            deadline = System.nanoTime() + limit.toNanos();
        }

        /** Waits a little, longer each time; false when the limit has passed or the thread is to stop. */
        boolean again() {
            if (System.nanoTime() - deadline >= 0 || Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(nanos);
            nanos = Math.min(nanos * 2, LONGEST_PAUSE.toNanos());
            return true;
        }
    }
}
