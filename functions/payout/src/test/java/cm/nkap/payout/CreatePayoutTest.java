package cm.nkap.payout;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.events.PayoutEvent;
import cm.nkap.payments.Payout;
import cm.nkap.payments.PayoutStatus;
import cm.nkap.testing.ServedFunction.Answer;
import cm.nkap.testing.TokenIssuer.Grant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CreatePayoutTest {
    private static final String MTN = "{\"msisdn\":\"677123401\"}";
    private static Desk desk;

    @BeforeAll
    static void start() {
        desk = new Desk();
    }

    @BeforeEach
    void plentyOfFloat() {
        desk.floatIs("mtn", 10_000_000);
        desk.floatIs("orange", 10_000_000);
    }

    @AfterAll
    static void stop() {
        desk.close();
    }

    @Test
    void takesTheMoneyAndTheFeeOnTopBeforeTheProviderIsAsked() {
        var shop = desk.shop("pays-out", 1500);
        desk.feePlan(shop, 100, 10);

        Answer answer = ask(shop, 1000, MTN);

        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        assertThat(answer.at("status")).isEqualTo("pending");
        assertThat(answer.at("fee")).isEqualTo("20");
        assertThat(answer.at("automatic")).isEqualTo("false");
        assertThat(answer.text()).contains("2376••••••01").doesNotContain("677123401");
        assertThat(answer.headers().get("location")).containsExactly("/v1/payouts/" + answer.at("id"));
        assertThat(desk.payable(shop)).isEqualTo(480);
        Payout stored = desk.stored(answer.at("id"));
        assertThat(stored.journal()).isNotNull();
        assertThat(desk.journals(stored))
                .containsExactly("payout.requested merchant:shop:payable=1020 float:mtn=-1000 platform:fees=-20");
        assertThat(desk.events(stored.id())).singleElement().satisfies(event -> assertThat(event.event())
                .isEqualTo(new PayoutEvent.Requested(stored.id(), shop.id(), "mtn", 1000, "XAF")));
    }

    @Test
    void refusesWhatTheBalanceDoesNotCoverWithTheFee() {
        var shop = desk.shop("one-short", 1019);
        desk.feePlan(shop, 100, 10);

        Answer refused = ask(shop, 1000, MTN);
        desk.earn(shop, 1);
        Answer taken = ask(shop, 1000, MTN);

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.at("code")).isEqualTo("insufficient_funds");
        assertThat(refused.at("detail")).isEqualTo("available: 1019 XAF");
        assertThat(refused.at("money_moved")).isEqualTo("no");
        assertThat(taken.status()).isEqualTo(201);
        assertThat(desk.payouts(shop)).hasSize(1);
        assertThat(desk.payable(shop)).isZero();
    }

    @Test
    void waitsWhenOurFloatIsShortAndPostsNothing() {
        var shop = desk.shop("waits", 1000);
        desk.floatIs("mtn", 999);

        Answer answer = ask(shop, 1000, MTN);

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.at("status")).isEqualTo("queued");
        assertThat(answer.at("queued_reason")).isEqualTo("float_short");
        Payout stored = desk.stored(answer.at("id"));
        assertThat(desk.journals(stored)).isEmpty();
        assertThat(desk.told(stored.id())).containsExactly("payout.queued");
        assertThat(desk.payable(shop)).isEqualTo(1000);
    }

    @Test
    void whatWaitsInTheQueueIsSpokenFor() {
        var shop = desk.shop("spoken-for", 1000);
        desk.feePlan(shop, 0, 10);
        desk.floatIs("mtn", 500);

        Answer queued = ask(shop, 590, MTN);
        Answer refused = ask(shop, 391, MTN);
        Answer taken = ask(shop, 390, MTN);

        assertThat(queued.at("status")).isEqualTo("queued");
        assertThat(refused.at("code")).isEqualTo("insufficient_funds");
        assertThat(refused.at("detail")).isEqualTo("available: 400 XAF");
        assertThat(taken.at("status")).as(taken.text()).isEqualTo("pending");
    }

    @Test
    void withoutDestinationThePreferenceSaysWhere() {
        var shop = desk.shop("prefers", 5000);
        desk.prefer(shop, false, "orange");

        Answer preferred = ask(shop, 1000, null);
        Answer named = ask(shop, 1000, "{\"provider\":\"mtn\",\"msisdn\":\"677999902\"}");

        assertThat(preferred.at("destination.provider")).as(preferred.text()).isEqualTo("orange");
        assertThat(preferred.at("destination.msisdn")).isEqualTo("2376••••••01");
        assertThat(named.at("destination.provider")).isEqualTo("mtn");
        assertThat(named.at("destination.msisdn")).isEqualTo("2376••••••02");
    }

    @Test
    void withoutDestinationAndPreferenceItIsRefused() {
        Answer answer = ask(desk.shop("prefers-nothing", 5000), 1000, null);

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.at("code")).isEqualTo("destination_missing");
        assertThat(answer.at("param")).isEqualTo("destination");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            684123401 | -      | 1000    | provider_ambiguous   | destination.provider
            664123401 | -      | 1000    | provider_unsupported | destination.provider
            677123401 | paypal | 1000    | provider_unsupported | destination.provider
            620123401 | -      | 1000    | provider_unsupported | destination.provider
            677123401 | -      | 1000001 | amount_too_large     | amount
            677123401 | orange | 5001    | amount_too_large     | amount
            677123401 | orange | 99      | amount_too_small     | amount
            """)
    void refusesWhatCannotBePaidOut(String number, @Nullable String provider, long amount, String code, String param) {
        var shop = desk.shop("refused-" + code.replace('_', '-') + number + amount, 2_000_000);
        String named = provider == null ? "" : "\"provider\":\"%s\",".formatted(provider);

        Answer answer = ask(shop, amount, "{%s\"msisdn\":\"%s\"}".formatted(named, number));

        assertThat(answer.status()).as(answer.text()).isEqualTo(422);
        assertThat(answer.at("code")).isEqualTo(code);
        assertThat(answer.at("param")).isEqualTo(param);
        assertThat(desk.payouts(shop)).isEmpty();
        assertThat(desk.payable(shop)).isEqualTo(2_000_000);
    }

    @ParameterizedTest
    @CsvSource({"orange, 100", "orange, 5000", "mtn, 1", "mtn, 1000000"})
    void paysAmountsUpToBothEndsOfTheLimit(String provider, long amount) {
        var shop = desk.shop("ends-" + provider + amount, amount);

        Answer answer = ask(shop, amount, "{\"provider\":\"%s\",\"msisdn\":\"677123401\"}".formatted(provider));

        assertThat(answer.at("status")).as(answer.text()).isEqualTo("pending");
    }

    @Test
    void namesEveryFaultAtOnce() {
        Answer answer = desk.served.post(
                Grant.of("owner", "faulty", "merchant"),
                "/v1/payouts",
                "{\"amount\":0,\"currency\":\"EUR\",\"destination\":{\"msisdn\":\"12345\"},\"reference\":\"%s\"}"
                        .formatted("r".repeat(101)));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.each("errors", "param"))
                .containsExactlyInAnyOrder("amount", "currency", "destination.msisdn", "reference");
    }

    @Test
    void refusesSimulatorsNumbers() {
        Answer answer = ask(desk.shop("simulated", 5000), 1000, "{\"msisdn\":\"237600000401\"}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.each("errors", "param")).containsExactly("destination.msisdn");
    }

    @Test
    void anOrganisationWithoutMerchantIsTold() {
        Answer answer = ask(new Desk.Shop("no-shop-yet", ""), 1000, MTN);

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.at("code")).isEqualTo("merchant_missing");
    }

    @Test
    void theSameKeyPaysOutOnce() {
        var shop = desk.shop("impatient", 5000);
        Grant owner = Grant.of("owner", shop.org(), "merchant");

        Answer first = desk.served.post(owner, "/v1/payouts", "key-1", body(1000, MTN));
        Answer again = desk.served.post(owner, "/v1/payouts", "key-1", body(1000, MTN));
        Answer other = desk.served.post(owner, "/v1/payouts", "key-1", body(1001, MTN));

        assertThat(first.status()).isEqualTo(201);
        assertThat(again.text()).isEqualTo(first.text());
        assertThat(other.at("code")).isEqualTo("idempotency_key_reused");
        assertThat(desk.payable(shop)).isEqualTo(4000);
        assertThat(desk.payouts(shop)).singleElement().satisfies(payout -> assertThat(payout.status())
                .isEqualTo(PayoutStatus.PENDING));
    }

    @ParameterizedTest
    @CsvSource({"merchant, 201", "org-admin, 201", "customer, 403", "platform, 403", "treasury, 403"})
    void onlyTheMerchantsPeoplePayOut(String role, int status) {
        var shop = desk.shop("role-" + role, 5000);

        Answer answer = desk.served.post(Grant.of("somebody", shop.org(), role), "/v1/payouts", body(1000, MTN));

        assertThat(answer.status()).isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 999})
    void anEmptyOrShortBalanceIsNotPaidOut(long balance) {
        var shop = desk.shop("poor-" + balance, balance);

        assertThat(ask(shop, 1000, MTN).at("code")).isEqualTo("insufficient_funds");
    }

    private static Answer ask(Desk.Shop shop, long amount, @Nullable String destination) {
        return desk.served.post(
                Grant.of("owner-" + shop.org(), shop.org(), "merchant"), "/v1/payouts", body(amount, destination));
    }

    private static String body(long amount, @Nullable String destination) {
        return "{\"amount\":%d,\"currency\":\"XAF\",%s\"reference\":\"cash\"}"
                .formatted(amount, destination == null ? "" : "\"destination\":" + destination + ",");
    }
}
