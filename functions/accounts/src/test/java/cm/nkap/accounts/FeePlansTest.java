package cm.nkap.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.function.Orgs;
import cm.nkap.payments.FeePlan;
import cm.nkap.payments.MerchantRows;
import cm.nkap.testing.TokenIssuer.Grant;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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
        var now = served.plan("""
                {"organisation":"boutique-douala","operation":"charge","basis_points":150,"fixed":10,"cap":5000}""");
        var later = served.plan("""
                {"organisation":"boutique-douala","operation":"charge","basis_points":100,"fixed":0,
                 "valid_from":"2100-01-01T00:00:00Z"}""");

        assertThat(now.at("/created_by")).isEqualTo(Served.CHECKER.subject());
        assertThat(inForce(Instant.now().plus(Duration.ofDays(1))))
                .isEqualTo(new FeePlan(now.at("/id"), 150, 10, 5000L));
        assertThat(inForce(Instant.parse("2100-01-02T00:00:00Z")).id()).isEqualTo(later.at("/id"));
    }

    @Test
    void bothListsShowThePlansOfTheOrganisation() {
        String librairie = served.organisation("librairie-yaounde");
        var made = served.plan("""
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
    void askingChangesNothingYet() {
        String org = "patient-" + System.nanoTime();
        served.organisation(org);
        var asked = propose("""
                {"organisation":"%s","operation":"charge","basis_points":150,"fixed":0,"reason":"Contract of March"}""".formatted(org));

        assertThat(asked.status()).as(asked.text()).isEqualTo(202);
        assertThat(asked.http().headers().firstValue("location")).contains("/v1/approvals/" + asked.at("/id"));
        assertThat(asked.at("/status")).isEqualTo("pending");
        assertThat(asked.at("/payload/basis_points")).isEqualTo("150");
        assertThat(asked.at("/reason")).isEqualTo("Contract of March");
        assertThat(served.get(Served.PLATFORM, "/v1/fee-plans?organisation=" + org)
                        .each("data", "id"))
                .isEmpty();
    }

    @Test
    void aRejectedOrCanceledPlanNeverComes() {
        var rejected = propose("""
                {"organisation":"boutique-douala","operation":"charge","basis_points":1,"fixed":1}""");
        var canceled = propose("""
                {"organisation":"boutique-douala","operation":"charge","basis_points":2,"fixed":1}""");

        assertThat(served.decide(Served.CHECKER, rejected.at("/id"), "reject").at("/status"))
                .isEqualTo("rejected");
        assertThat(served.post(Served.PLATFORM, "/v1/approvals/" + canceled.at("/id") + "/cancellation", "{}")
                        .at("/status"))
                .isEqualTo("canceled");

        for (var over : List.of(rejected, canceled)) {
            var late = served.decide(Served.CHECKER, over.at("/id"), "approve");
            assertThat(late.status()).isEqualTo(409);
            assertThat(late.at("/code")).isEqualTo("state_conflict");
        }
    }

    @Test
    void aPlanThatAnotherOvertookIsNotMade() {
        var body = """
                {"organisation":"boutique-douala","operation":"payout","basis_points":%d,"fixed":3}""";
        var first = propose(body.formatted(1));
        var second = propose(body.formatted(2));

        assertThat(served.decide(Served.CHECKER, first.at("/id"), "approve").status())
                .isEqualTo(200);
        var overtaken = served.decide(Served.CHECKER, second.at("/id"), "approve");
        assertThat(overtaken.status()).isEqualTo(409);
        assertThat(overtaken.at("/code")).isEqualTo("state_conflict");
    }

    @Test
    void oneKeyIsOneDecision() {
        var asked = propose("""
                {"organisation":"boutique-douala","operation":"charge","basis_points":3,"fixed":3}""");
        String path = "/v1/approvals/" + asked.at("/id") + "/decision";

        var first = served.post(Served.CHECKER, path, "one-decision", "{\"decision\":\"approve\"}");
        var again = served.post(Served.CHECKER, path, "one-decision", "{\"decision\":\"approve\"}");
        var other = served.post(Served.CHECKER, path, "one-decision", "{\"decision\":\"reject\"}");

        assertThat(first.at("/status")).isEqualTo("executed");
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(other.status()).isEqualTo(422);
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

        served.plan(body.formatted(1));
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
