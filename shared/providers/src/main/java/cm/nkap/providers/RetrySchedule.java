package cm.nkap.providers;

import io.github.resilience4j.core.IntervalFunction;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Whether a request may be handed over once more under the <em>same</em> reference, and after how long: exponential
 * pauses with full jitter, a stated number of tries. It waits for nobody; the caller does.
 */
public final class RetrySchedule {
    private static final double GROWTH = 2.0;

    private final int tries;
    private final IntervalFunction ceiling;
    private final RandomGenerator random;

    private RetrySchedule(int tries, IntervalFunction ceiling, RandomGenerator random) {
        this.tries = tries;
        this.ceiling = ceiling;
        this.random = random;
    }

    /** At most {@code tries} tries in all; pauses are drawn between zero and {@code first}, doubled each time up to {@code longest}. */
    public static RetrySchedule of(int tries, Duration first, Duration longest, RandomGenerator random) {
        if (tries < 1) {
            throw new IllegalArgumentException("tries must be at least 1");
        }
        return new RetrySchedule(tries, IntervalFunction.ofExponentialBackoff(first, GROWTH, longest), random);
    }

    /**
     * How long to pause before the next try; empty when there must be none. A try in doubt may be repeated because
     * providers answer a known reference with {@link SubmitAnswer.AlreadyKnown} instead of moving money twice.
     *
     * @param triesMade including the one that gave {@code answer}, from 1
     */
    public Optional<Duration> pauseAfter(int triesMade, SubmitAnswer answer) {
        if (triesMade >= tries) {
            return Optional.empty();
        }
        return switch (answer) {
            case SubmitAnswer.NotSent _, SubmitAnswer.Unknown _ -> Optional.of(jittered(triesMade));
            case SubmitAnswer.Throttled throttled ->
                Optional.of(throttled.retryAfter().plus(jittered(triesMade)));
            case SubmitAnswer.Accepted _,
                    SubmitAnswer.AlreadyKnown _,
                    SubmitAnswer.Refused _,
                    SubmitAnswer.Misconfigured _ -> Optional.empty();
        };
    }

    private Duration jittered(int triesMade) {
        return Duration.ofMillis(random.nextLong(ceiling.apply(triesMade) + 1));
    }
}
