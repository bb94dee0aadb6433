package cm.nkap.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.function.Orgs;
import cm.nkap.payments.FeePlan;
import cm.nkap.payments.MerchantRows;
import cm.nkap.testing.TokenIssuer.Grant;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FeePlansTest {
    private static final String ORG = "boutique-douala";
    private static Served served;

    @BeforeAll
    static void start() {
        served = new Served();
        served.organisation(ORG);
    }

    @AfterAll
    static void stop() {
        served.close();
    }

    @Test
    void aPlanIsInForceFromItsMomentAndNotBefore() {
        var now = propose("""
                {"organisation":"boutique-douala","operation":"charge","basis_points":150,"fixed":10,"cap":5000}""");
        var later = propose("""
                {"organisation":"boutique-douala","operation":"charge","basis_points":100,"fixed":0,
                 "valid_from":"2100-01-01T00:00:00Z"}""");

        assertThat(now.status()).as(now.text()).isEqualTo(201);
        assertThat(now.http().headers().firstValue("location")).contains("/v1/fee-plans/" + now.at("/id"));
        assertThat(now.at("/created_by")).isEqualTo(Served.PLATFORM.subject());
        assertThat(later.status()).isEqualTo(201);
        assertThat(inForce(Instant.now().plus(Duration.ofDays(1))))
                .isEqualTo(new FeePlan(now.at("/id"), 150, 10, 5000L));
        assertThat(inForce(Instant.parse("2100-01-02T00:00:00Z")).id()).isEqualTo(later.at("/id"));
    }

    @Test
    void bothListsShowThePlansOfTheOrganisation() {
        String librairie = served.organisation("librairie-yaounde");
        var made = propose("""
                {"organisation":"librairie-yaounde","operation":"payout","basis_points":0,"fixed":50}""");
        var caller = Served.merchant("librairie-yaounde");

        assertThat(served.get(caller, "/v1/fee-plans?operation=payout").each("data", "id"))
                .containsExactly(made.at("/id"));
        assertThat(served.get(caller, "/v1/merchants/" + librairie + "/fee-plans?operation=payout")
                        .each("data", "id"))
                .containsExactly(made.at("/id"));
        assertThat(served.get(caller, "/v1/fee-plans/" + made.at("/id")).body()).isEqualTo(made.body());
        assertThat(served.get(Served.merchant("somebody-else"), "/v1/fee-plans/" + made.at("/id"))
                        .status())
                .isEqualTo(404);
        assertThat(served.get(Served.merchant("somebody-else"), "/v1/fee-plans").each("data", "id"))
                .isEmpty();
    }

    @Test
    void refusesAPlanForThePast() {
        var answer = propose("""
                {"organisation":"boutique-douala","operation":"charge","basis_points":1,"fixed":0,
                 "valid_from":"2026-01-01T00:00:00Z"}""");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.each("errors", "param")).containsExactly("valid_from");
    }

    @Test
    void refusesTwoPlansThatBeginTogether() {
        var body = """
                {"organisation":"boutique-douala","operation":"payout","basis_points":%d,"fixed":0,
                 "valid_from":"2101-01-01T00:00:00Z"}""";

        assertThat(propose(body.formatted(1)).status()).isEqualTo(201);
        var second = propose(body.formatted(2));
        assertThat(second.status()).isEqualTo(409);
        assertThat(second.at("/code")).isEqualTo("state_conflict");
    }

    @Test
    void namesEveryFaultAtOnce() {
        var answer = propose("""
                {"organisation":"boutique-douala","operation":"charge","basis_points":10001,"fixed":-1,"cap":-1}""");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.each("errors", "param")).containsExactly("basis_points", "fixed", "cap");
    }

    @Test
    void refusesAnOrganisationThatIsNotThere() {
        var answer = propose("""
                {"organisation":"nobody","operation":"charge","basis_points":1,"fixed":0}""");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.at("/param")).isEqualTo("organisation");
    }

    @ParameterizedTest
    @ValueSource(strings = {"customer", "merchant", "org-admin", "treasury"})
    void onlyThePlatformSetsFees(String role) {
        var answer = served.post(
                Grant.of("somebody", ORG, role),
                "/v1/fee-plans",
                "{\"organisation\":\"boutique-douala\",\"operation\":\"charge\",\"basis_points\":0,\"fixed\":0}");

        assertThat(answer.status()).isEqualTo(403);
    }

    private static Served.Answer propose(String json) {
        return served.post(Served.PLATFORM, "/v1/fee-plans", json);
    }

    private static FeePlan inForce(Instant at) {
        return served.database.inTransaction(Orgs.all(), tx -> MerchantRows.terms(tx.handle(), ORG, "charge", "mtn", at)
                .fees());
    }
}
