package cm.nkap.providers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestsTest {
    private static final Msisdn NUMBER = new Msisdn("237677123401");

    @ParameterizedTest
    @ValueSource(strings = {"", "with space", "a,b", "é", "123456789012345678901234567890123"})
    void refusesAnExternalIdThatAStatementCannotCarry(String externalId) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CollectRequest(UUID.randomUUID(), externalId, 1, NUMBER, "m", null));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void refusesAnAmountThatIsNotAboveZero(long amount) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DisburseRequest(UUID.randomUUID(), "po_1", amount, NUMBER, "m", null));
    }

    @Test
    void aRequestsTextShowsNoNumber() {
        assertThat(new CollectRequest(UUID.randomUUID(), "ch_1", 1, NUMBER, "m", null).toString())
                .contains("2376••••••01")
                .doesNotContain("677123401");
    }

    @ParameterizedTest
    @CsvSource({"mtn,MTN", "orange,ORANGE", "camtel,CAMTEL"})
    void providersHaveOneWireName(String text, ProviderName provider) {
        assertThat(ProviderName.of(text)).contains(provider);
        assertThat(provider.text()).isEqualTo(text);
        assertThat(ProviderName.of("MTN")).isEmpty();
        assertThat(ProviderName.of("nexttel")).isEmpty();
    }
}
