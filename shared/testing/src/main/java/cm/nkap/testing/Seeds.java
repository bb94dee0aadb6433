package cm.nkap.testing;

import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Randomness that can be repeated: each use prints its seed, and {@code -Dnkap.seed=…} makes a later run the same.
 */
public final class Seeds {
    private Seeds() {}

    /** The seed of this run for the named test or command; printed, so that a failure can be repeated. */
    public static long seed(String name) {
        long seed = Long.getLong("nkap.seed", ThreadLocalRandom.current().nextLong(1_000_000_000L));
        System.out.println("seed " + seed + " for " + name + "; repeat it with -Dnkap.seed=" + seed);
        return seed;
    }

    /** A generator started from {@link #seed}. */
    public static Random random(String name) {
        return new Random(seed(name));
    }
}
