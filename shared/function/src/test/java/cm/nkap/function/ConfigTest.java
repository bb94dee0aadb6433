package cm.nkap.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ConfigTest {
    record Everything(
            String providerName,
            @Setting(orElse = "7") int tries,
            @Setting(env = "LIMIT") long limit,
            @Setting(orElse = "false") boolean open,
            Duration patience,
            URI address,
            List<String> names,
            @Setting(orElse = "5s,1m,PT2H") List<Duration> schedule,
            @Setting(orElse = "") Map<String, String> prices,
            @Nullable String note,
            @Setting(secret = true) String password) {
        Everything {
            if (tries < 1) {
                throw new IllegalArgumentException("NKAP_TRIES is at least 1");
            }
        }
    }

    private static final Map<String, String> GOOD = Map.of(
            "NKAP_PROVIDER_NAME", "mtn",
            "LIMIT", "9000000000",
            "NKAP_PATIENCE", "250ms",
            "NKAP_ADDRESS", "http://127.0.0.1:8080/x",
            "NKAP_NAMES", "a, b,",
            "NKAP_PRICES", "x=1,y=2",
            "NKAP_PASSWORD", "s3cret");

    @Test
    void readsEveryKindOfSetting() {
        var read = Config.read(GOOD, Everything.class);

        assertThat(read)
                .isEqualTo(new Everything(
                        "mtn",
                        7,
                        9_000_000_000L,
                        false,
                        Duration.ofMillis(250),
                        URI.create("http://127.0.0.1:8080/x"),
                        List.of("a", "b"),
                        List.of(Duration.ofSeconds(5), Duration.ofMinutes(1), Duration.ofHours(2)),
                        Map.of("x", "1", "y", "2"),
                        null,
                        "s3cret"));
    }

    @Test
    void namesEveryProblemAtOnce() {
        assertThatThrownBy(() -> Config.read(
                        Map.of("LIMIT", "many", "NKAP_OPEN", "yes", "NKAP_ADDRESS", "nowhere"), Everything.class))
                .hasMessageContainingAll(
                        "NKAP_PROVIDER_NAME is not set",
                        "LIMIT is not a valid long",
                        "NKAP_OPEN is not a valid boolean",
                        "NKAP_PATIENCE is not set",
                        "NKAP_ADDRESS is not a valid",
                        "NKAP_PASSWORD is not set");
    }

    @Test
    void aRecordsOwnRuleIsOneOfTheProblems() {
        var bad = new java.util.HashMap<>(GOOD);
        bad.put("NKAP_TRIES", "0");

        assertThatThrownBy(() -> Config.read(bad, Everything.class)).hasMessageContaining("NKAP_TRIES is at least 1");
    }

    @Test
    void neverPrintsASecret() {
        var printed = Config.printed(Config.read(GOOD, Everything.class));

        assertThat(printed)
                .contains("NKAP_PROVIDER_NAME=mtn", "NKAP_PASSWORD=***")
                .doesNotContain("s3cret");
    }

    @Test
    void aMistypedSecretIsNotRepeated() {
        assertThatThrownBy(() -> Config.read(Map.of("LIMIT", "s3cret"), Everything.class))
                .message()
                .doesNotContain("s3cret");
    }
}
