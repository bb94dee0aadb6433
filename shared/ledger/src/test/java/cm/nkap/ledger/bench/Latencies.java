package cm.nkap.ledger.bench;

import java.util.concurrent.atomic.AtomicLongArray;

/** Counts durations in steps of less than one per cent. */
final class Latencies {
    /** Steps for each doubling, as a power of two. */
    private static final int FINE = 7;

    private final AtomicLongArray counts = new AtomicLongArray(50 << FINE);

    void add(long nanos) {
        counts.incrementAndGet(step(Math.max(0, nanos / 1_000)));
    }

    long count() {
        long count = 0;
        for (int i = 0; i < counts.length(); i++) {
            count += counts.get(i);
        }
        return count;
    }

    /** The duration in milliseconds that this share of all did not exceed. */
    double quantile(double share) {
        long wanted = (long) Math.ceil(count() * share);
        long seen = 0;
        for (int i = 0; i < counts.length(); i++) {
            seen += counts.get(i);
            if (seen >= wanted && seen > 0) {
                return micros(i) / 1_000;
            }
        }
        return Double.NaN;
    }

    private static int step(long micros) {
        if (micros < 2L << FINE) {
            return (int) micros;
        }
        int shift = Long.SIZE - 1 - Long.numberOfLeadingZeros(micros) - FINE;
        return (shift << FINE) + (int) (micros >> shift);
    }

    private static double micros(int step) {
        if (step < 2 << FINE) {
            return step;
        }
        int shift = (step >> FINE) - 1;
        return (step - (shift << FINE) + 0.5) * (1L << shift);
    }
}
