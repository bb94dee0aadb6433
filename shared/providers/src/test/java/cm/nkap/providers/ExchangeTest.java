package cm.nkap.providers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExchangeTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"payer\":{\"partyIdType\":\"MSISDN\",\"partyId\":\"237677123401\"}}",
                "{\"payer\":{\"partyIdType\":\"MSISDN\", \"partyId\" : 237677123401}}",
                "no wallet for 237677123401.",
                "no wallet for +237 677 12 34 01, sorry",
                "no wallet for 677123401",
                "number=00237677123401;",
                "(677-12-34-01)"
            })
    void keepsNoPhoneNumber(String body) {
        String kept = Exchange.answered(500, Duration.ZERO, body).excerpt();

        assertThat(kept.replaceAll("[^0-9]", "")).doesNotContain("77123");
        assertThat(kept).contains("••••••");
    }

    @ParameterizedTest
    @ValueSource(strings = {"46733123450", "33612345678"})
    void keepsNoForeignNumberOfAParty(String number) {
        String body = "{\"payee\":{\"partyId\":\"" + number + "\"}}";

        assertThat(Exchange.answered(200, Duration.ZERO, body).excerpt()).doesNotContain(number);
    }

    @Test
    void keepsNoToken() {
        String body = "{\"access_token\":\"eyJhbGciOi.secret\",\"token_type\":\"access_token\"}";

        assertThat(Exchange.answered(201, Duration.ZERO, body).excerpt()).doesNotContain("secret");
    }

    @Test
    void errorsAreMaskedToo() {
        assertThat(Exchange.broken(Duration.ZERO, "bad header 237677123401").error())
                .doesNotContain("677123401");
    }

    @Test
    void referencesAmountsAndProviderIdsStayReadable() {
        String body = "{\"reference\":\"61234567-8901-4234-8567-677123401237\",\"financialTransactionId\":\"23503452\","
                + "\"amount\":\"6000000\",\"status\":\"SUCCESSFUL\"}";

        assertThat(Exchange.answered(200, Duration.ZERO, body).excerpt()).isEqualTo(body);
    }

    @Test
    void theExcerptIsCutAtTwoKibibytesBetweenCharacters() {
        String kept = Exchange.answered(200, Duration.ZERO, "€".repeat(5000)).excerpt();

        assertThat(kept.getBytes(StandardCharsets.UTF_8)).hasSizeBetween(2046, Exchange.LONGEST_EXCERPT);
        assertThat(kept).containsOnlyOnce("€".repeat(682));
    }

    @Test
    void aNumberAcrossTheCutIsMaskedBeforeTheCut() {
        String body = "x".repeat(2040) + " 237677123401";

        assertThat(Exchange.answered(200, Duration.ZERO, body).excerpt()).doesNotContain("23767");
    }

    @Test
    void controlCharactersThatADatabaseRefusesAreReplaced() {
        assertThat(Exchange.answered(200, Duration.ZERO, "a\u0000b\nc").excerpt())
                .isEqualTo("a b\nc");
    }
}
