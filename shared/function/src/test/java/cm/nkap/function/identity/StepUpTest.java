package cm.nkap.function.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cm.nkap.function.Config;
import cm.nkap.function.Login;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StepUpTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    private static StepUp asking(@Nullable String level) {
        return new StepUp(new StepUpConfig(Duration.ofMinutes(5), level), () -> NOW);
    }

    private static Login login(@Nullable Instant at, String level) {
        return new Login("awa", at, level);
    }

    @Test
    void aLoginIsFreshForItsAgeAndNotASecondLonger() {
        var stepUp = asking(null);

        assertThat(stepUp.suffices(login(NOW, ""))).isTrue();
        assertThat(stepUp.suffices(login(NOW.minusSeconds(300), ""))).isTrue();
        assertThat(stepUp.suffices(login(NOW.minusSeconds(301), ""))).isFalse();
        assertThat(stepUp.suffices(login(null, "1"))).isFalse();
    }

    @Test
    void aLoginInTheFutureIsNone() {
        assertThat(asking(null).suffices(login(NOW.plusSeconds(61), "1"))).isFalse();
        assertThat(asking(null).suffices(login(Instant.parse("9999-01-01T00:00:00Z"), "1")))
                .isFalse();
    }

    @Test
    void aLevelIsAtLeastTheNumberOrExactlyTheWord() {
        assertThat(asking("2").suffices(login(NOW, "2"))).isTrue();
        assertThat(asking("2").suffices(login(NOW, "10"))).isTrue();
        assertThat(asking("2").suffices(login(NOW, "1"))).isFalse();
        assertThat(asking("2").suffices(login(NOW, ""))).isFalse();
        assertThat(asking("2").suffices(login(NOW, "gold"))).isFalse();
        assertThat(asking("gold").suffices(login(NOW, "gold"))).isTrue();
        assertThat(asking("gold").suffices(login(NOW, "3"))).isFalse();
    }

    @Test
    void nobodyIsNeverEnough() {
        assertThat(asking(null).suffices(Login.NONE)).isFalse();
        assertThat(asking(null).suffices(new Login("", NOW, "9"))).isFalse();
    }

    @Test
    void theChallengeSaysWhatIsMissing() {
        assertThat(asking("2").challenge())
                .startsWith("Bearer ")
                .contains("error=\"insufficient_user_authentication\"", "acr_values=\"2\"", "max_age=\"300\"");
        assertThat(asking(null).challenge()).doesNotContain("acr_values");
    }

    @Test
    void settingsThatWouldAskForNothingOrBreakTheHeaderAreRefused() {
        assertThat(Config.read(Map.of(), StepUpConfig.class)).isEqualTo(new StepUpConfig(Duration.ofMinutes(5), null));
        assertThatThrownBy(() -> Config.read(Map.of("NKAP_STEP_UP_AGE", "0s"), StepUpConfig.class))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Config.read(Map.of("NKAP_STEP_UP_LEVEL", "2\", max_age=\"9"), StepUpConfig.class))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
