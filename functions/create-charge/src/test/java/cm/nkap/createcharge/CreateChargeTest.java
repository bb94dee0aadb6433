package cm.nkap.createcharge;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.events.ChargeEvent;
import cm.nkap.payments.Charge;
import cm.nkap.payments.ChargeStatus;
import cm.nkap.payments.FeePlan;
import cm.nkap.testing.ServedFunction.Answer;
import cm.nkap.testing.TokenIssuer.Grant;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CreateChargeTest {
    private static final Grant MERCHANT = Grant.of("seller", Till.DOUALA, "merchant");
    private static final Grant CUSTOMER = Grant.of("buyer", "customers", "customer");
    private static final Grant PLATFORM = Grant.of("operator", "nkap", "platform");
    private static Till till;
    private static String shop;

    @BeforeAll
    static void start() {
        till = new Till(Map.of());
        shop = till.shop(Till.DOUALA, "active");
        till.feePlan(Till.DOUALA, new FeePlan("fp_old", 500, 0, null), Till.LONG_AGO);
        till.feePlan(Till.DOUALA, new FeePlan("fp_now", 150, 10, 400L), Till.LONG_AGO.plusSeconds(60));
        till.feePlan(
                Till.DOUALA,
                new FeePlan("fp_later", 900, 0, null),
                Instant.now().plus(Duration.ofDays(9)));
    }

    @AfterAll
    static void stop() {
        till.close();
    }

    @Test
    void takesAPaymentAndTellsTheGateway() {
        Answer answer = ask(MERCHANT, body(2000, "+237 677 12 34 01", null, null));

        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        assertThat(answer.at("status")).isEqualTo("pending");
        assertThat(answer.at("merchant")).isEqualTo(shop);
        assertThat(answer.at("customer.provider")).isEqualTo("mtn");
        assertThat(answer.text()).contains("2376••••••01").doesNotContain("677123401");
        assertThat(answer.headers().get("location")).containsExactly("/v1/charges/" + answer.at("id"));
        assertThat(till.events(answer.at("id"))).singleElement().satisfies(event -> {
            assertThat(event.event()).isEqualTo(new ChargeEvent.Created(answer.at("id"), shop, "mtn", 2000, "XAF"));
            assertThat(event.source()).isEqualTo("/nkap/create-charge");
            assertThat(event.org()).isEqualTo(Till.DOUALA);
        });
        Charge stored = till.stored(answer.at("id"));
        assertThat(stored.createdBy()).isEqualTo(MERCHANT.subject());
        assertThat(stored.customerSubject()).isNull();
        assertThat(till.journals(stored)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1000, 25", "33, 10", "34, 11", "100000, 400", "5, 5"})
    void takesTheFeeOfThePlanInForceAndLeavesTheRest(long amount, long fee) {
        Answer answer = ask(MERCHANT, body(amount, "677123401", null, null));

        Charge stored = till.stored(answer.at("id"));
        assertThat(stored.fee()).isEqualTo(fee);
        assertThat(stored.net()).isEqualTo(amount - fee);
        assertThat(stored.feePlan()).isEqualTo("fp_now");
    }

    @Test
    void leavesThePayerFiveMinutesUnlessToldOtherwise() {
        Charge stored =
                till.stored(ask(MERCHANT, body(2000, "677123401", null, null)).at("id"));

        assertThat(stored.expiresAt()).isEqualTo(stored.createdAt().plus(Duration.ofMinutes(5)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            677123401 | -      | mtn
            699123401 | -      | orange
            699123401 | mtn    | mtn
            684123401 | mtn    | mtn
            684123401 | orange | orange
            """)
    void theProviderThatTheCallerNamesWinsOverThePrefix(String number, @Nullable String named, String provider) {
        Answer answer = ask(MERCHANT, body(2000, number, named, null));

        assertThat(answer.at("customer.provider")).as(answer.text()).isEqualTo(provider);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            684123401 | -      | 1000    | provider_ambiguous   | customer.provider
            664123401 | -      | 1000    | provider_unsupported | customer.provider
            677123401 | paypal | 1000    | provider_unsupported | customer.provider
            620123401 | -      | 1000    | provider_unsupported | customer.provider
            677123401 | -      | 1000001 | amount_too_large     | amount
            699123401 | -      | 5001    | amount_too_large     | amount
            699123401 | -      | 99      | amount_too_small     | amount
            """)
    void refusesWhatCannotBeCollected(
            String number, @Nullable String provider, long amount, String code, String param) {
        long before = till.charges(Till.DOUALA);

        Answer answer = ask(MERCHANT, body(amount, number, provider, null));

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.at("code")).isEqualTo(code);
        assertThat(answer.at("param")).isEqualTo(param);
        assertThat(answer.at("money_moved")).isEqualTo("no");
        assertThat(till.charges(Till.DOUALA)).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource({"699123401, 100", "699123401, 5000", "677123401, 1", "677123401, 1000000"})
    void takesAmountsUpToBothEndsOfTheLimit(String number, long amount) {
        assertThat(ask(MERCHANT, body(amount, number, null, null)).status()).isEqualTo(201);
    }

    @Test
    void namesEveryFaultAtOnce() {
        Answer answer = ask(MERCHANT, """
                {"amount":0,"currency":"EUR","customer":{"msisdn":"12345"},"reference":" ","description":"%s",
                 "metadata":{"note":"%s"}}""".formatted("d".repeat(256), "n".repeat(501)));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.each("errors", "param"))
                .containsExactlyInAnyOrder(
                        "amount", "currency", "customer.msisdn", "reference", "description", "metadata");
    }

    @Test
    void simulatorsNumbersAreForInstallationsThatAllowThem() {
        Answer refused = ask(MERCHANT, body(1000, "237600000401", null, null));

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.each("errors", "param")).containsExactly("customer.msisdn");
        try (var sandbox = new Till(Map.of("NKAP_SIMULATOR_NUMBERS", "true"))) {
            sandbox.shop(Till.DOUALA, "active");
            Answer taken = sandbox.served.post(MERCHANT, "/v1/charges", body(1000, "237600000401", null, null));
            assertThat(taken.status()).isEqualTo(201);
            assertThat(taken.at("customer.provider")).isEqualTo("mtn");
        }
    }

    @Test
    void aCustomerPaysTheMerchantThatItNames() {
        Answer answer = ask(CUSTOMER, body(1000, "677123401", null, shop));

        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        Charge stored = till.stored(answer.at("id"));
        assertThat(stored.org()).isEqualTo(Till.DOUALA);
        assertThat(stored.customerSubject()).isEqualTo(CUSTOMER.subject());
        assertThat(stored.feePlan()).as("the merchant's plan").isEqualTo("fp_now");
        assertThat(till.events(stored.id()).getFirst().org()).isEqualTo(Till.DOUALA);
    }

    @Test
    void thePlatformPaysTheMerchantThatItNames() {
        Answer answer = ask(PLATFORM, body(1000, "677123401", null, shop));

        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        assertThat(till.stored(answer.at("id")).org()).isEqualTo(Till.DOUALA);
        assertThat(till.stored(answer.at("id")).customerSubject()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"customer", "platform"})
    void whoPaysAnybodyHasToSayWhom(String role) {
        Answer answer = ask(Grant.of("somebody", "nkap", role), body(1000, "677123401", null, null));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.each("errors", "param")).containsExactly("merchant");
    }

    @Test
    void aMerchantFindsNoOtherOrganisationsMerchant() {
        String foreign = till.shop("librairie-yaounde", "active");

        Answer answer = ask(MERCHANT, body(1000, "677123401", null, foreign));

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.at("param")).isEqualTo("merchant");
        assertThat(till.charges("librairie-yaounde")).isZero();
        assertThat(ask(MERCHANT, body(1000, "677123401", null, shop)).status())
                .as("its own it finds")
                .isEqualTo(201);
    }

    @ParameterizedTest
    @ValueSource(strings = {"customer", "platform", "merchant"})
    void aMerchantThatIsNotThereIsNotFound(String role) {
        Answer answer = ask(
                Grant.of("somebody", Till.DOUALA, role),
                body(1000, "677123401", null, "mer_00000000000000000000000000"));

        assertThat(answer.status()).isEqualTo(404);
    }

    @Test
    void aSuspendedMerchantCannotBePaid() {
        String closed = till.shop("closed-shop", "suspended");

        assertThat(ask(CUSTOMER, body(1000, "677123401", null, closed)).at("code"))
                .isEqualTo("merchant_suspended");
        assertThat(ask(Grant.of("owner", "closed-shop", "merchant"), body(1000, "677123401", null, null))
                        .at("code"))
                .isEqualTo("merchant_suspended");
        assertThat(till.charges("closed-shop")).isZero();
    }

    @Test
    void anOrganisationWithoutMerchantIsTold() {
        Answer answer = ask(Grant.of("early", "no-shop-yet", "merchant"), body(1000, "677123401", null, null));

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.at("code")).isEqualTo("merchant_missing");
    }

    @Test
    void theSameKeyMakesOneCharge() {
        long before = till.charges(Till.DOUALA);
        String body = body(1000, "677123401", null, null);

        Answer first = till.served.post(MERCHANT, "/v1/charges", "key-1", body);
        Answer again = till.served.post(MERCHANT, "/v1/charges", "key-1", body);
        Answer other = till.served.post(MERCHANT, "/v1/charges", "key-1", body(1001, "677123401", null, null));

        assertThat(again.text()).isEqualTo(first.text());
        assertThat(other.at("code")).isEqualTo("idempotency_key_reused");
        assertThat(till.charges(Till.DOUALA)).isEqualTo(before + 1);
        assertThat(till.stored(first.at("id")).status()).isEqualTo(ChargeStatus.PENDING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"org-admin", "treasury"})
    void othersMayNotCharge(String role) {
        assertThat(ask(Grant.of("somebody", Till.DOUALA, role), body(1000, "677123401", null, shop))
                        .status())
                .isEqualTo(403);
    }

    private static Answer ask(Grant caller, String body) {
        return till.served.post(caller, "/v1/charges", body);
    }

    private static String body(long amount, String number, @Nullable String provider, @Nullable String merchant) {
        return """
                {"amount":%d,"currency":"XAF","customer":{"msisdn":"%s"%s},"reference":"order-7"%s}""".formatted(
                        amount,
                        number,
                        provider == null ? "" : ",\"provider\":\"" + provider + "\"",
                        merchant == null ? "" : ",\"merchant\":\"" + merchant + "\"");
    }
}
