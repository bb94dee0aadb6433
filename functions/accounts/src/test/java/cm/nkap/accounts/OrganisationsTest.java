package cm.nkap.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.function.Orgs;
import cm.nkap.ledger.Balance;
import cm.nkap.ledger.Ledger;
import cm.nkap.testing.TokenIssuer.Grant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrganisationsTest {
    private static Served served;

    @BeforeAll
    static void start() {
        served = new Served();
    }

    @AfterAll
    static void stop() {
        served.close();
    }

    @Test
    void makesAnOrganisationThatCanBePaidAtOnce() {
        var made = create("garage-bafoussam", "Garage", "Garage Bafoussam");

        assertThat(made.status()).as(made.text()).isEqualTo(201);
        assertThat(made.http().headers().firstValue("location")).contains("/v1/organisations/garage-bafoussam");
        assertThat(made.at("/created_by")).isEqualTo(Served.PLATFORM.subject());
        assertThat(made.at("/merchants/0/name")).isEqualTo("Garage Bafoussam");
        assertThat(made.body().at("/merchants/0/is_default").booleanValue()).isTrue();
        var merchant = made.at("/merchants/0/id");
        assertThat(balances("merchant:" + merchant + ":payable", "float:mtn", "platform:fees"))
                .extracting(Balance::account)
                .containsExactly("float:mtn", "merchant:" + merchant + ":payable", "platform:fees");
    }

    @Test
    void makingItAgainChangesNothing() {
        var first = create("kiosk-kribi", "Kiosk", "Kiosk Kribi");
        var again = create("kiosk-kribi", "Kiosk", "Kiosk Kribi");

        assertThat(again.status()).isEqualTo(200);
        assertThat(again.body()).isEqualTo(first.body());
    }

    @Test
    void aRetryUnderTheSameKeyIsAnsweredTheSame() {
        var body = "{\"id\":\"cafe-limbe\",\"name\":\"Café\",\"merchant_name\":\"Café Limbé\"}";

        var first = served.post(Served.PLATFORM, "/v1/organisations", "key-1", body);
        var again = served.post(Served.PLATFORM, "/v1/organisations", "key-1", body);

        assertThat(again.status()).isEqualTo(201);
        assertThat(again.text()).isEqualTo(first.text());
        assertThat(again.http().headers().firstValue("idempotent-replayed")).contains("true");
    }

    @Test
    void doesNotTakeOverAnExistingOrganisation() {
        create("shop-edea", "Shop", "Shop Edéa");
        var other = create("shop-edea", "Thief", "Shop Edéa");

        assertThat(other.status()).isEqualTo(409);
        assertThat(other.at("/code")).isEqualTo("state_conflict");
        assertThat(served.get(Served.merchant("shop-edea"), "/v1/organisation").at("/name"))
                .isEqualTo("Shop");
    }

    @Test
    void namesEveryFaultAtOnce() {
        var answer = create("Not An Alias", " ", "x".repeat(101));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.each("errors", "param")).containsExactly("id", "name", "merchant_name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"customer", "merchant", "org-admin", "treasury"})
    void onlyThePlatformMakesOrganisations(String role) {
        var answer = served.post(
                Grant.of("somebody", "shop", role),
                "/v1/organisations",
                "{\"id\":\"mine\",\"name\":\"Mine\",\"merchant_name\":\"Mine\"}");

        assertThat(answer.status()).isEqualTo(403);
    }

    @Test
    void everybodyReadsTheirOwnAndNobodyElses() {
        String own = served.organisation("own-buea");
        String foreign = served.organisation("foreign-garoua");
        var caller = Served.merchant("own-buea");

        assertThat(served.get(caller, "/v1/organisation").at("/id")).isEqualTo("own-buea");
        assertThat(served.get(caller, "/v1/organisations/own-buea").status()).isEqualTo(200);
        assertThat(served.get(caller, "/v1/merchants").each("data", "id")).containsExactly(own);
        assertThat(served.get(caller, "/v1/merchants/" + own).at("/name")).isEqualTo("Shop own-buea");
        for (String path : List.of(
                "/v1/organisations/foreign-garoua",
                "/v1/merchants/" + foreign,
                "/v1/merchants/" + foreign + "/fee-plans",
                "/v1/merchants/" + foreign + "/payout-preference",
                "/v1/fee-plans?organisation=foreign-garoua")) {
            assertThat(served.get(caller, path).status()).as(path).isEqualTo(404);
            assertThat(served.get(Served.PLATFORM, path).status()).as(path).isEqualTo(200);
        }
    }

    @Test
    void pagesThroughMerchants() {
        served.organisation("page-one");
        served.organisation("page-two");

        var first = served.get(Served.PLATFORM, "/v1/merchants?limit=1");
        var next = served.get(
                Served.PLATFORM,
                "/v1/merchants?limit=1&starting_after="
                        + first.each("data", "id").getFirst());

        assertThat(first.each("data", "organisation")).containsExactly("page-two");
        assertThat(first.body().path("has_more").booleanValue()).isTrue();
        assertThat(next.each("data", "organisation")).containsExactly("page-one");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/organisation",
                "/v1/merchants",
                "/v1/merchants/mer_1",
                "/v1/fee-plans",
                "/v1/merchants/mer_1/fee-plans",
                "/v1/merchants/mer_1/payout-preference"
            })
    void refusesParametersAndCustomers(String path) {
        assertThat(served.get(Served.merchant("own"), path + "?color=red").status())
                .isEqualTo(400);
        assertThat(served.get(Grant.of("marie", "own", "customer"), path).status())
                .isEqualTo(403);
    }

    private static Served.Answer create(String id, String name, String merchantName) {
        return served.post(
                Served.PLATFORM,
                "/v1/organisations",
                "{\"id\":\"%s\",\"name\":\"%s\",\"merchant_name\":\"%s\"}".formatted(id, name, merchantName));
    }

    private static List<Balance> balances(String... accounts) {
        return served.database.inTransaction(Orgs.all(), tx -> new Ledger().balances(tx.handle(), List.of(accounts)));
    }
}
