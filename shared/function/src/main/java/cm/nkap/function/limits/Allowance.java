package cm.nkap.function.limits;

import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Whether a call may come in, and what its caller is told about its budgets: {@code RateLimit-Policy} and
 * {@code RateLimit} as draft-ietf-httpapi-ratelimit-headers-10 has them, and the three fields of its drafts up to 06,
 * which more clients know, for the budget of which least is left.
 */
public record Allowance(boolean admitted, Duration retryAfter, Map<String, String> headers) {
    private static final Allowance UNLIMITED = new Allowance(true, Duration.ZERO, Map.of());

    public Allowance {
        headers = Map.copyOf(headers);
    }

    static Allowance unlimited() {
        return UNLIMITED;
    }

    static Allowance of(List<Taken> all) {
        var tightest = all.stream()
                .min(Comparator.comparing(Taken::admitted).thenComparing(Taken::share))
                .orElseThrow();
        var headers = new LinkedHashMap<String, String>();
        headers.put(
                "ratelimit-policy",
                joined(
                        all,
                        taken -> taken.budget().capacity(),
                        "q",
                        t -> t.budget().seconds(),
                        "w"));
        headers.put("ratelimit", joined(all, Taken::left, "r", Taken::resetSeconds, "t"));
        headers.put("ratelimit-limit", Integer.toString(tightest.budget().capacity()));
        headers.put("ratelimit-remaining", Long.toString(tightest.left()));
        headers.put("ratelimit-reset", Long.toString(tightest.resetSeconds()));
        return new Allowance(tightest.admitted(), Duration.ofNanos(tightest.waitNanos()), headers);
    }

    @FunctionalInterface
    private interface Figure {
        long of(Taken taken);
    }

    private static String joined(List<Taken> all, Figure one, String oneName, Figure two, String twoName) {
        return all.stream()
                .map(taken -> "\"%s\";%s=%d;%s=%d"
                        .formatted(taken.budget().name(), oneName, one.of(taken), twoName, two.of(taken)))
                .collect(Collectors.joining(", "));
    }
}
