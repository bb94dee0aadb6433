package cm.nkap.providers.mtn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MtnTextTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Commande 42 - no.7|Commande 42 - no.7",
                "L'été à Yaoundé|L ete a Yaounde",
                "Cœur, bœuf & æther|Coeur boeuf aether",
                "日本|Paiement",
                "'...'|...",
                "''|Paiement",
                "100 % <b>|100 b"
            })
    void keepsOnlyWhatMtnAccepts(String message, String plain) {
        assertThat(MtnText.plain(message)).isEqualTo(plain).matches("[A-Za-z0-9 .-]{1,128}");
    }

    @Test
    void controlCharactersAndRunsOfSpacesAreOneSpace() {
        assertThat(MtnText.plain(" a\tb\nc  d ")).isEqualTo("a b c d");
    }

    @Test
    void cutsAt128() {
        assertThat(MtnText.plain("é".repeat(500))).isEqualTo("e".repeat(128));
    }

    @Test
    void theSettingsTextShowsNoSecret() {
        MtnConfig.Credentials keys = new MtnConfig.Credentials("the-subscription", "the-user", "the-key");
        MtnConfig config = MtnConfig.of(URI.create("https://proxy.momoapi.mtn.com"), "mtncameroon", "XAF", keys, keys);

        assertThat(config.toString())
                .contains("mtncameroon", "Credentials[…]")
                .doesNotContain("the-subscription", "the-user", "the-key");
        assertThat(config.connectTimeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(config.readTimeout()).isEqualTo(Duration.ofSeconds(20));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://mtn.example", "mtn.example", ""})
    void refusesABaseUrlThatIsNotHttp(String url) {
        MtnConfig.Credentials keys = new MtnConfig.Credentials("a", "b", "c");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> MtnConfig.of(URI.create(url), "mtncameroon", "XAF", keys, keys));
    }
}
