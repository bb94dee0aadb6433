package cm.nkap.providers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import cm.nkap.providers.PrefixTable.Guess;
import java.io.StringReader;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrefixTableTest {
    private static final InstantSource MARCH = InstantSource.fixed(Instant.parse("2026-03-01T12:00:00Z"));

    private final PrefixTable table = PrefixTable.bundled(MARCH);

    @ParameterizedTest
    @CsvSource({
        "650000000,MTN",
        "654999999,MTN",
        "670000000,MTN",
        "679999999,MTN",
        "680000000,MTN",
        "683999999,MTN",
        "640000000,ORANGE",
        "642999999,ORANGE",
        "655000000,ORANGE",
        "659999999,ORANGE",
        "686000000,ORANGE",
        "689999999,ORANGE",
        "690000000,ORANGE",
        "699999999,ORANGE",
        "620000000,CAMTEL",
        "242000000,CAMTEL",
        "243999999,CAMTEL"
    })
    void knowsTheRangesOfThePlan(String local, ProviderName provider) {
        assertThat(table.lookup(new Msisdn("237" + local))).isEqualTo(new Guess.Known(provider));
    }

    @ParameterizedTest
    @CsvSource({"684000000,MTN", "685999999,ORANGE"})
    void asksWhereSourcesDisagree(String local, ProviderName candidate) {
        assertThat(table.lookup(new Msisdn("237" + local))).isEqualTo(new Guess.Ambiguous(Set.of(candidate)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"660000000", "669999999", "643000000", "630000000", "610000000"})
    void doesNotKnowRangesOfNobodyThatNkapServes(String local) {
        assertThat(table.lookup(new Msisdn("237" + local))).isEqualTo(new Guess.Unknown());
    }

    @ParameterizedTest
    @ValueSource(strings = {"237600000451", "46733123450"})
    void simulatorNumbersAreMtns(String digits) {
        assertThat(table.lookup(new Msisdn(digits))).isEqualTo(new Guess.Known(ProviderName.MTN));
    }

    @Test
    void aRowCountsFromItsDayInCameroonAndReplacesTheOlderOnes() {
        String csv = """
                prefix,provider,valid_from,certainty
                23767,mtn,2014-11-21,sure
                23767,orange,2026-03-02,ambiguous
                23767,mtn,2026-03-02,ambiguous
                """;
        Msisdn number = new Msisdn("237677123401");

        assertThat(read(csv, "2026-03-01T22:59:59Z").lookup(number)).isEqualTo(new Guess.Known(ProviderName.MTN));
        assertThat(read(csv, "2026-03-01T23:00:00Z").lookup(number))
                .isEqualTo(new Guess.Ambiguous(Set.of(ProviderName.MTN, ProviderName.ORANGE)));
    }

    @Test
    void theLongestPrefixInForceWins() {
        String csv = "23767,mtn,2014-11-21,sure\n237677,orange,2026-03-02,sure\n";
        Msisdn number = new Msisdn("237677123401");

        assertThat(read(csv, "2026-03-01T12:00:00Z").lookup(number)).isEqualTo(new Guess.Known(ProviderName.MTN));
        assertThat(read(csv, "2026-03-02T12:00:00Z").lookup(number)).isEqualTo(new Guess.Known(ProviderName.ORANGE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"23767,mtn,2014-11-21", "23767,mtn,2014-11-21,maybe", "6x,mtn,2014-11-21,sure"})
    void refusesATableWithABadRow(String row) {
        assertThatIllegalArgumentException().isThrownBy(() -> read(row, "2026-03-01T12:00:00Z"));
    }

    private static PrefixTable read(String csv, String now) {
        return PrefixTable.read(new StringReader(csv), InstantSource.fixed(Instant.parse(now)));
    }
}
