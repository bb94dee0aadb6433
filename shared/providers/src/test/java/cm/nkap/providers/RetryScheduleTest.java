package cm.nkap.providers;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RetryScheduleTest {
    private static final Exchange NONE = Exchange.none("test");

    private final RetrySchedule schedule =
            RetrySchedule.of(4, Duration.ofMillis(100), Duration.ofMillis(250), new Random(7));

    @Test
    void repeatsWhatDidNotArriveOrIsInDoubt() {
        assertThat(schedule.pauseAfter(1, new SubmitAnswer.NotSent("circuit open", NONE)))
                .isPresent();
        assertThat(schedule.pauseAfter(1, new SubmitAnswer.Unknown("timeout", NONE)))
                .isPresent();
    }

    @Test
    void neverRepeatsWhatIsAnswered() {
        assertThat(schedule.pauseAfter(1, new SubmitAnswer.Accepted(NONE))).isEmpty();
        assertThat(schedule.pauseAfter(1, new SubmitAnswer.AlreadyKnown(NONE))).isEmpty();
        assertThat(schedule.pauseAfter(1, new SubmitAnswer.Refused(FailureCode.NOT_ALLOWED, "no", NONE)))
                .isEmpty();
        assertThat(schedule.pauseAfter(1, new SubmitAnswer.Misconfigured("INVALID_CURRENCY", NONE)))
                .isEmpty();
    }

    @Test
    void stopsAfterTheStatedTries() {
        SubmitAnswer doubt = new SubmitAnswer.Unknown("timeout", NONE);

        assertThat(schedule.pauseAfter(3, doubt)).isPresent();
        assertThat(schedule.pauseAfter(4, doubt)).isEmpty();
    }

    @Test
    void waitsAtLeastAsLongAsTheProviderAsks() {
        SubmitAnswer throttled = new SubmitAnswer.Throttled(Duration.ofSeconds(5), NONE);

        assertThat(schedule.pauseAfter(1, throttled).orElseThrow())
                .isBetween(Duration.ofSeconds(5), Duration.ofMillis(5100));
    }

    @Test
    void pausesAreSpreadFromZeroToADoublingCeiling() {
        assertThat(longest(1)).isBetween(Duration.ofMillis(90), Duration.ofMillis(100));
        assertThat(longest(2)).isBetween(Duration.ofMillis(180), Duration.ofMillis(200));
        assertThat(longest(3)).isBetween(Duration.ofMillis(225), Duration.ofMillis(250));
        assertThat(draws(1).min().orElseThrow()).isLessThan(10);
    }

    private Duration longest(int triesMade) {
        return Duration.ofMillis(draws(triesMade).max().orElseThrow());
    }

    private LongStream draws(int triesMade) {
        SubmitAnswer doubt = new SubmitAnswer.Unknown("timeout", NONE);
        return IntStream.range(0, 500)
                .mapToObj(_ -> schedule.pauseAfter(triesMade, doubt))
                .flatMap(Optional::stream)
                .mapToLong(Duration::toMillis);
    }

    @Test
    void aRefusalAfterADoubtIsStillADoubt() {
        SubmitAnswer refused = new SubmitAnswer.Refused(FailureCode.NOT_ALLOWED, "no", NONE);
        SubmitAnswer notSent = new SubmitAnswer.NotSent("circuit open", NONE);
        SubmitAnswer known = new SubmitAnswer.AlreadyKnown(NONE);

        assertThat(refused.afterDoubt()).isInstanceOf(SubmitAnswer.Unknown.class);
        assertThat(notSent.afterDoubt()).isInstanceOf(SubmitAnswer.Unknown.class);
        assertThat(known.afterDoubt()).isSameAs(known);
    }
}
