package cm.nkap.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.testing.TokenIssuer.Grant;
import cm.nkap.testing.Until;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** A change of fees through HTTP: no way leads around the second person. */
class ApprovalsIT {
    private static final NkapSystem NKAP = NkapSystem.start();
    private static final Shop SHOP = NKAP.shop();
    private static final Grant MAKER = Grant.of("fotso", "nkap", "platform");
    private static final Grant CHECKER = Grant.of("bella", "nkap", "treasury");

    @AfterAll
    static void stop() {
        NKAP.close();
    }

    private static Api as(Grant grant) {
        return new Api(NKAP.doors(), NKAP.surroundings.issuer.mint(grant.lasting(Duration.ofHours(1))));
    }

    private static Api.Answer ask(Grant maker) {
        return as(maker)
                .post(
                        "/v1/fee-plans",
                        Map.of(
                                "organisation",
                                SHOP.org,
                                "operation",
                                "charge",
                                "basis_points",
                                200,
                                "fixed",
                                0,
                                "reason",
                                "Contract of March"));
    }

    private static String asked() {
        var asked = ask(MAKER);
        assertThat(asked.status()).as("%s", asked.body()).isEqualTo(202);
        return asked.at("/id");
    }

    private static Api.Answer decide(Grant checker, String approval, String decision) {
        return as(checker)
                .post("/v1/approvals/" + approval + "/decision", Map.of("decision", decision, "note", "seen"));
    }

    private static void refused(int status, String code, Api.Answer answer) {
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(status);
        assertThat(answer.at("/code")).isEqualTo(code);
    }

    private static String status(String approval) {
        return as(CHECKER).get("/v1/approvals/" + approval).at("/status");
    }

    @Test
    void aSecondPersonChangesTheFeesAndTheNextChargePaysThem() {
        Shop shop = NKAP.shop();
        var asked = as(MAKER)
                .post(
                        "/v1/fee-plans",
                        Map.of("organisation", shop.org, "operation", "charge", "basis_points", 300, "fixed", 0));
        String before = shop.charge(10_000, Shop.somebody());
        var decided = decide(CHECKER, asked.at("/id"), "approve");
        String after = shop.charge(10_000, Shop.somebody());

        assertThat(decided.at("/status")).isEqualTo("executed");
        assertThat(shop.look(before).path("fee").asLong()).isEqualTo(150);
        assertThat(shop.look(after).path("fee").asLong()).isEqualTo(300);
        assertThat(shop.api.get("/v1/fee-plans/" + decided.at("/result")).at("/basis_points"))
                .isEqualTo("300");
        shop.ended(before);
        shop.ended(after);
        NKAP.audit.passes();
    }

    @Test
    void theSamePersonIsRefusedUnderEveryAccount() {
        String approval = asked();
        var secondAccount = Grant.of("fotso.treasury", "nkap", "treasury").person("person-of-fotso");
        var secondOrganisation =
                Grant.of("fotso.elsewhere", "elsewhere", "platform").person("PERSON-OF-fotso");

        refused(403, "maker_may_not_decide", decide(MAKER, approval, "approve"));
        refused(403, "maker_may_not_decide", decide(secondAccount, approval, "approve"));
        refused(403, "maker_may_not_decide", decide(secondOrganisation, approval, "approve"));
        refused(403, "maker_may_not_decide", decide(MAKER.person("somebody-else"), approval, "approve"));
        assertThat(status(approval)).isEqualTo("pending");
    }

    @Test
    void aProgramNeitherAsksNorDecides() {
        String approval = asked();

        refused(403, "forbidden", ask(Grant.of("server", "nkap", "platform").program()));
        refused(403, "forbidden", decide(Grant.of("server", "nkap", "treasury").program(), approval, "approve"));
        assertThat(status(approval)).isEqualTo("pending");
    }

    @Test
    void anOldLoginHasToBeMadeAnew() {
        String approval = asked();
        var old = decide(CHECKER.loggedIn(Instant.now().minus(Duration.ofDays(2))), approval, "approve");
        var future = decide(CHECKER.loggedIn(Instant.now().plus(Duration.ofDays(2))), approval, "approve");

        for (var answer : List.of(old, future)) {
            refused(401, "insufficient_user_authentication", answer);
            assertThat(answer.raw().headers().firstValue("www-authenticate"))
                    .get()
                    .asString()
                    .contains("error=\"insufficient_user_authentication\"", "max_age=\"86400\"");
        }
        assertThat(decide(CHECKER, approval, "approve").at("/status")).isEqualTo("executed");
    }

    @Test
    void whatHasExpiredIsNotDecided() throws SQLException {
        String approval = asked();
        try (var connection = NKAP.surroundings.database.admin().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("SET session_replication_role = replica");
            statement.execute("UPDATE shell.approval_request SET created_at = created_at - interval '2 days',"
                    + " expires_at = expires_at - interval '2 days' WHERE id = '" + approval + "'");
        }

        refused(409, "state_conflict", decide(CHECKER, approval, "approve"));
        assertThat(status(approval)).isEqualTo("expired");
        Until.holds(Shop.LIMIT, "the sweep writes it down", () -> !as(CHECKER)
                .get("/v1/approvals/" + approval)
                .body()
                .path("ended_at")
                .isNull());
    }

    @Test
    void whoDidItIsRead() {
        String approval = asked();
        String plan = decide(CHECKER, approval, "approve").at("/result");

        var entry = as(MAKER).get("/v1/audit?subject=" + plan).body().at("/data/0");
        var own = NKAP.caller(SHOP.org, "org-admin").get("/v1/audit?subject=" + plan);
        var stranger = NKAP.caller(NKAP.shop().org, "org-admin").get("/v1/audit?subject=" + plan);

        assertThat(entry.path("action").asString()).isEqualTo("fee_plan.created");
        assertThat(entry.at("/actor/person").asString()).isEqualTo("person-of-bella");
        assertThat(entry.at("/after/basis_points").asInt()).isEqualTo(200);
        assertThat(entry.at("/origin/peer").asString()).isEqualTo("127.0.0.1");
        assertThat(own.body().path("data").size()).isOne();
        assertThat(stranger.body().path("data")).isEmpty();
    }

    @Test
    void aDecisionUnderAnotherKeyIsNoSecondOne() {
        String approval = asked();
        assertThat(decide(CHECKER, approval, "approve").status()).isEqualTo(200);

        refused(409, "state_conflict", decide(CHECKER, approval, "approve"));
        refused(409, "state_conflict", decide(Grant.of("essomba", "nkap", "treasury"), approval, "reject"));
        refused(404, "not_found", decide(CHECKER, "ap_" + UUID.randomUUID(), "approve"));
    }
}
