package cm.nkap.payments;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.providers.Msisdn;
import cm.nkap.providers.PrefixTable;
import cm.nkap.providers.ProviderName;
import java.io.StringReader;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WalletRoutingTest {
    private static final Msisdn MTN_NUMBER = new Msisdn("237677123456");
    private static final Msisdn ORANGE_NUMBER = new Msisdn("237699123456");
    private static final Msisdn CONTESTED = new Msisdn("237655123456");
    private static final Msisdn NOBODYS = new Msisdn("237611123456");
    private static final Msisdn SIMULATED = new Msisdn("46733123450");
    private static final String TABLE = """
            prefix,provider,valid_from,certainty
            23767,mtn,2020-01-01,sure
            23769,orange,2020-01-01,sure
            23765,mtn,2020-01-01,ambiguous
            23765,orange,2020-01-01,ambiguous
            """;

    private final WalletRouting both = routing(Msisdn.Rules.CAMEROON, ProviderName.MTN, ProviderName.ORANGE);
    private final WalletRouting mtnOnly = routing(Msisdn.Rules.CAMEROON, ProviderName.MTN);

    @Test
    void aSurePrefixDecides() {
        assertThat(both.route(MTN_NUMBER, null)).isEqualTo(new WalletRouting.Route.To(ProviderName.MTN));
        assertThat(both.route(ORANGE_NUMBER, null)).isEqualTo(new WalletRouting.Route.To(ProviderName.ORANGE));
    }

    @Test
    void theProviderThatTheCallerNamesWinsForNumbersArePortable() {
        assertThat(both.route(MTN_NUMBER, "orange")).isEqualTo(new WalletRouting.Route.To(ProviderName.ORANGE));
        assertThat(both.route(CONTESTED, "mtn")).isEqualTo(new WalletRouting.Route.To(ProviderName.MTN));
        assertThat(both.route(NOBODYS, "mtn")).isEqualTo(new WalletRouting.Route.To(ProviderName.MTN));
    }

    @Test
    void anAmbiguousPrefixAsksTheCallerAndNamesTheCandidates() {
        assertThat(both.route(CONTESTED, null)).isEqualTo(new WalletRouting.Route.Ambiguous("mtn, orange"));
    }

    @Test
    void aProviderWithoutAnAdapterIsUnsupportedAndTheAnswerNamesTheOthers() {
        assertThat(mtnOnly.route(ORANGE_NUMBER, null)).isEqualTo(new WalletRouting.Route.Unsupported("mtn"));
        assertThat(mtnOnly.route(MTN_NUMBER, "orange")).isEqualTo(new WalletRouting.Route.Unsupported("mtn"));
        assertThat(both.route(MTN_NUMBER, "MTN")).isEqualTo(new WalletRouting.Route.Unsupported("mtn, orange"));
        assertThat(both.route(MTN_NUMBER, "")).isEqualTo(new WalletRouting.Route.Unsupported("mtn, orange"));
    }

    @Test
    void anUnknownPrefixIsUnsupportedUnlessTheNumberIsASimulators() {
        WalletRouting simulator = routing(Msisdn.Rules.SIMULATOR, ProviderName.MTN);

        assertThat(both.route(NOBODYS, null)).isEqualTo(new WalletRouting.Route.Unsupported("mtn, orange"));
        assertThat(simulator.route(SIMULATED, null)).isEqualTo(new WalletRouting.Route.To(ProviderName.MTN));
        assertThat(simulator.route(NOBODYS, null)).isEqualTo(new WalletRouting.Route.Unsupported("mtn"));
        assertThat(both.route(SIMULATED, null)).isEqualTo(new WalletRouting.Route.Unsupported("mtn, orange"));
    }

    @Test
    void onlySimulatorsKnowTheirNumbers() {
        assertThat(both.number("46733123450")).isEmpty();
        assertThat(both.number("6 77 12 34 56")).contains(MTN_NUMBER);
        assertThat(both.number("hello")).isEmpty();
        assertThat(routing(Msisdn.Rules.SIMULATOR, ProviderName.MTN).number("46733123450"))
                .contains(SIMULATED);
    }

    private static WalletRouting routing(Msisdn.Rules rules, ProviderName... served) {
        PrefixTable table = PrefixTable.read(new StringReader(TABLE), () -> Instant.parse("2026-01-01T00:00:00Z"));
        return new WalletRouting(table, Set.of(served), rules);
    }
}
