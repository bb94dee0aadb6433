package cm.nkap.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class UntilTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @Test
    void returnsWhatWasSoughtOnceItIsThere() {
        AtomicInteger looks = new AtomicInteger();

        int found = Until.found(LIMIT, "the third look", () -> Optional.of(looks.incrementAndGet())
                .filter(look -> look == 3));

        assertThat(found).isEqualTo(3);
    }

    @Test
    void namesWhatDidNotComeWithinTheLimit() {
        assertThatThrownBy(() -> Until.holds(Duration.ofMillis(20), "pigs fly", () -> false))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("pigs fly");
    }

    @Test
    void throwsTheLastFailureOfAClaim() {
        assertThatThrownBy(() -> Until.passes(
                        Duration.ofMillis(20), () -> assertThat("pending").isEqualTo("succeeded")))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("succeeded");
    }
}
