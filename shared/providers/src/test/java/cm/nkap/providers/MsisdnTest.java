package cm.nkap.providers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import cm.nkap.providers.Msisdn.Rules;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MsisdnTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "237677123401",
                "+237677123401",
                "00237677123401",
                "677123401",
                "6 77 12 34 01",
                "+237 677-12.34.01",
                "237\u00A0677\u202F123401"
            })
    void everyWayToWriteANumberIsTheSameNumber(String written) {
        assertThat(Msisdn.parse(written)).contains(new Msisdn("237677123401"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "+",
                "67712340",
                "6771234012",
                "222123456",
                "+33612345678",
                "237222123456",
                "67712340a",
                "٦٧٧١٢٣٤٠١",
                "++237677123401",
                "0677123401",
                "2376771234011",
                "6                                        77123401"
            })
    void refusesWhatIsNoMobileNumberOfCameroon(String written) {
        assertThat(Msisdn.parse(written)).isEmpty();
        assertThat(Msisdn.parse(written, Rules.SIMULATOR)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"237600000450", "600000464", "46733123450", "+46733123464"})
    void simulatorNumbersExistOnlyWhereTheRulesPermitThem(String written) {
        assertThat(Msisdn.parse(written)).isEmpty();
        assertThat(Msisdn.parse(written, Rules.SIMULATOR)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"46733123449", "46733123465", "237600000350", "237601234567"})
    void simulatorRulesPermitNothingElse(String written) {
        assertThat(Msisdn.parse(written, Rules.SIMULATOR)).isEmpty();
    }

    @Test
    void camtelsMobileRangesAreMobile() {
        assertThat(Msisdn.parse("242123456").map(Msisdn::local)).isEqualTo(Optional.of("242123456"));
        assertThat(Msisdn.parse("244123456")).isEmpty();
    }

    @Test
    void itsTextNeverShowsTheNumber() {
        Msisdn number = new Msisdn("237677123401");

        assertThat(number.masked()).isEqualTo("2376••••••01");
        assertThat("to " + number).isEqualTo("to 2376••••••01");
        assertThat(new Holder(number).toString()).doesNotContain("77123");
    }

    private record Holder(Msisdn number) {}

    @Test
    void theNationalFormHasNineDigits() {
        assertThat(new Msisdn("237677123401").local()).isEqualTo("677123401");
    }

    @ParameterizedTest
    @ValueSource(strings = {"677123401", "+237677123401", "237222123456", ""})
    void oneThatExistsIsCanonical(String digits) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Msisdn(digits))
                .withMessageNotContaining("677123401");
    }
}
