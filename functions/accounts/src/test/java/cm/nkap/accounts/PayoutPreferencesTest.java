package cm.nkap.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.function.Orgs;
import cm.nkap.payments.MerchantRows;
import cm.nkap.payments.PersonalData;
import cm.nkap.testing.TokenIssuer.Grant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PayoutPreferencesTest {
    private static final String ORG = "boutique-douala";
    private static Served served;
    private static String merchant;

    @BeforeAll
    static void start() {
        served = new Served();
        merchant = served.organisation(ORG);
        served.organisation("librairie-yaounde");
    }

    @AfterAll
    static void stop() {
        served.close();
    }

    @Test
    void aMerchantThatNeverSaidSoIsPaidOutByHand() {
        String silent = served.organisation("silent-shop");

        var answer = served.get(Served.merchant("silent-shop"), "/v1/merchants/" + silent + "/payout-preference");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.at("/mode")).isEqualTo("manual");
        assertThat(answer.body().path("destination").isNull()).isTrue();
    }

    @Test
    void theOrgAdminChangesItAndTheMerchantReadsIt() {
        var set = prefer(Served.admin(ORG), "automatic", "+237 677 12 34 56", null);
        var read = served.get(Served.merchant(ORG), path());

        assertThat(set.status()).as(set.text()).isEqualTo(200);
        assertThat(set.at("/destination/provider")).isEqualTo("mtn");
        assertThat(set.at("/destination/msisdn")).isEqualTo("2376••••••56");
        assertThat(set.at("/updated_by")).isEqualTo(Served.admin(ORG).subject());
        assertThat(set.body().path("updated_at").isNull()).isFalse();
        assertThat(read.body()).isEqualTo(set.body());
        assertThat(read.text()).doesNotContain("677123456", "77123456");
    }

    @Test
    void theNumberIsStoredSoThatAPayoutCanUseIt() {
        prefer(Served.admin(ORG), "manual", "677123457", null);

        var stored = served.database.inTransaction(
                Orgs.of(ORG),
                tx -> MerchantRows.preferences(tx.handle(), List.of(merchant)).getFirst());

        assertThat(stored.automatic()).isFalse();
        assertThat(new PersonalData(new byte[32])
                        .open(stored.payee(), stored.org())
                        .digits())
                .isEqualTo("237677123457");
    }

    @Test
    void aNumberThatDoesNotTellItsProviderAsksForIt() {
        var asked = prefer(Served.admin(ORG), "automatic", "684123456", null);
        var named = prefer(Served.admin(ORG), "automatic", "684123456", "mtn");

        assertThat(asked.status()).isEqualTo(422);
        assertThat(asked.at("/code")).isEqualTo("provider_ambiguous");
        assertThat(asked.at("/param")).isEqualTo("destination.provider");
        assertThat(named.status()).isEqualTo(200);
        assertThat(named.at("/destination/provider")).isEqualTo("mtn");
    }

    @ParameterizedTest
    @CsvSource({"677123456, camtel", "677123456, paypal", "620123456, ", "699123456, "})
    void refusesAProviderThatCannotPayOut(String number, String provider) {
        var answer = prefer(Served.admin(ORG), "automatic", number, provider);

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.at("/code")).isEqualTo("provider_unsupported");
    }

    @Test
    void namesEveryFaultAtOnce() {
        var answer = served.put(
                Served.admin(ORG),
                path(),
                "{\"mode\":\"sometimes\",\"destination\":{\"msisdn\":5,\"iban\":\"x\"},\"extra\":1}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.each("errors", "param"))
                .containsExactlyInAnyOrder("mode", "destination.msisdn", "destination.iban", "extra");
    }

    @Test
    void refusesNumbersThatNobodyHas() {
        var notANumber = prefer(Served.admin(ORG), "manual", "12345", null);
        var onlySimulated = prefer(Served.admin(ORG), "manual", "237600000401", null);

        assertThat(notANumber.status()).isEqualTo(400);
        assertThat(onlySimulated.status()).isEqualTo(400);
        assertThat(onlySimulated.each("errors", "param")).containsExactly("destination.msisdn");
    }

    @ParameterizedTest
    @ValueSource(strings = {"customer", "merchant", "treasury", "platform"})
    void onlyTheOrgAdminChangesIt(String role) {
        assertThat(prefer(Grant.of("somebody", ORG, role), "manual", "677123456", null)
                        .status())
                .isEqualTo(403);
    }

    @Test
    void anotherOrganisationsAdminFindsNoSuchMerchant() {
        prefer(Served.admin(ORG), "manual", "677000011", null);

        var answer = prefer(Served.admin("librairie-yaounde"), "automatic", "677999999", null);

        assertThat(answer.status()).isEqualTo(404);
        assertThat(served.get(Served.merchant(ORG), path()).at("/destination/msisdn"))
                .isEqualTo("2376••••••11");
    }

    private static String path() {
        return "/v1/merchants/" + merchant + "/payout-preference";
    }

    private static Served.Answer prefer(Grant caller, String mode, String number, @Nullable String provider) {
        var named = provider == null ? "" : "\"provider\":\"%s\",".formatted(provider);
        return served.put(
                caller,
                path(),
                "{\"mode\":\"%s\",\"destination\":{%s\"msisdn\":\"%s\"}}".formatted(mode, named, number));
    }
}
