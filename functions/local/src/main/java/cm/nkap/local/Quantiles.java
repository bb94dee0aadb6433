package cm.nkap.local;

import java.util.Arrays;
import java.util.Locale;

/** Exact quantiles of a set of durations, in milliseconds. */
public record Quantiles(int count, double p50, double p95, double p99, double longest) {
    public static Quantiles of(long[] nanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return new Quantiles(sorted.length, at(sorted, 0.50), at(sorted, 0.95), at(sorted, 0.99), at(sorted, 1.0));
    }

    private static double at(long[] sorted, double share) {
        if (sorted.length == 0) {
            return Double.NaN;
        }
        int rank = (int) Math.ceil(share * sorted.length);
        return sorted[Math.max(rank, 1) - 1] / 1e6;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "p50 %.1f ms, p95 %.1f ms, p99 %.1f ms, longest %.1f ms (%d)",
                p50,
                p95,
                p99,
                longest,
                count);
    }
}
