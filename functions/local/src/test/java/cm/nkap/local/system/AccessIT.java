package cm.nkap.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.testing.Until;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** API clients and members of an organisation, in a real Keycloak. */
class AccessIT {
    private static final Realm REALM = Realm.start();
    private static final String CLIENTS = "/v1/api-clients";
    private static final String MEMBERS = "/v1/members";

    @AfterAll
    static void stop() {
        REALM.close();
    }

    private static Api admin() {
        return REALM.as(REALM.person(REALM.shop, "org-admin"));
    }

    private static Api stranger() {
        return REALM.as(REALM.person(REALM.other, "org-admin"));
    }

    private static String token(Api.Answer client) {
        return String.valueOf(
                REALM.people.clientToken(client.at("/id"), client.at("/secret")).get("access_token"));
    }

    private static boolean opens(String id, String secret) {
        return REALM.people.clientToken(id, secret).containsKey("access_token");
    }

    @Test
    void aServerOfTheOrganisationTakesPaymentsWithItsOwnClient() {
        var client = admin().post(CLIENTS, Map.of("name", "Till server"));

        Api server = REALM.bearing(token(client));
        var charge = server.post("/v1/charges", Shop.order(2_000, Shop.somebody()));

        assertThat(client.status()).isEqualTo(201);
        assertThat(client.at("/status")).isEqualTo("active");
        assertThat(charge.status()).isEqualTo(201);
        assertThat(charge.at("/merchant")).isEqualTo(REALM.shop.merchant);
        assertThat(server.get(CLIENTS).status()).as("a program manages nobody").isEqualTo(403);
        assertThat(server.get("/v1/merchants/" + REALM.other.merchant).status()).isEqualTo(404);
    }

    @Test
    void aRepeatedCallMakesNoSecondClientAndNobodyReadsASecret() {
        Api admin = admin();
        String key = UUID.randomUUID().toString();
        var first = admin.post(CLIENTS, Map.of("name", "Shop"), key);

        var again = admin.post(CLIENTS, Map.of("name", "Shop"), key);

        assertThat(again.status()).isEqualTo(201);
        assertThat(again.at("/id")).isEqualTo(first.at("/id"));
        assertThat(again.at("/secret")).isEqualTo(first.at("/secret")).isNotEmpty();
        assertThat(admin.post(CLIENTS, Map.of("name", "Another"), key).at("/code"))
                .isEqualTo("idempotency_key_reused");
        assertThat(admin.get(CLIENTS + "/" + first.at("/id"))
                        .body()
                        .path("secret")
                        .isNull())
                .isTrue();
        assertThat(admin.get(CLIENTS + "?limit=100").raw().body())
                .contains(first.at("/id"))
                .doesNotContain(first.at("/secret"));
    }

    @Test
    void aRotatedSecretEndsTheOneBeforeAndARetryAnswersTheSame() {
        Api admin = admin();
        String making = UUID.randomUUID().toString();
        var client = admin.post(CLIENTS, Map.of("name", "Rotated"), making);
        String id = client.at("/id");
        String rotation = CLIENTS + "/" + id + "/rotation";
        String key = UUID.randomUUID().toString();

        var rotated = admin.post(rotation, Map.of(), key);
        var again = admin.post(rotation, Map.of(), key);

        assertThat(rotated.status()).isEqualTo(200);
        assertThat(rotated.at("/secret")).isNotEqualTo(client.at("/secret")).hasSizeGreaterThan(40);
        assertThat(again.at("/secret")).isEqualTo(rotated.at("/secret"));
        assertThat(opens(id, client.at("/secret"))).isFalse();
        assertThat(opens(id, rotated.at("/secret"))).isTrue();
        assertThat(admin.post(CLIENTS, Map.of("name", "Rotated"), making)
                        .body()
                        .path("secret")
                        .isNull())
                .as("the call that made it no longer tells a secret")
                .isTrue();
        admin.post(rotation, Map.of());
        assertThat(admin.post(rotation, Map.of(), key).status())
                .as("an older rotation never comes back")
                .isEqualTo(409);
        assertThat(opens(id, rotated.at("/secret"))).isFalse();
    }

    @Test
    void aRevokedClientStaysRevoked() {
        Api admin = admin();
        String key = UUID.randomUUID().toString();
        var client = admin.post(CLIENTS, Map.of("name", "Lost"), key);
        String path = CLIENTS + "/" + client.at("/id");

        var revoked = admin.delete(path);

        assertThat(revoked.status()).isEqualTo(200);
        assertThat(revoked.at("/status")).isEqualTo("revoked");
        assertThat(opens(client.at("/id"), client.at("/secret"))).isFalse();
        assertThat(admin.get("/v1/audit?limit=100").raw().body())
                .contains("api_client.requested", "api_client.revocation_requested", client.at("/id"))
                .doesNotContain(client.at("/secret"));
        assertThat(admin.delete(path).at("/revoked_at")).isEqualTo(revoked.at("/revoked_at"));
        assertThat(admin.post(path + "/rotation", Map.of()).status()).isEqualTo(409);
        var again = admin.post(CLIENTS, Map.of("name", "Lost"), key);
        assertThat(again.at("/status")).isEqualTo("revoked");
        assertThat(again.body().path("secret").isNull()).isTrue();
    }

    @Test
    void anotherOrganisationsClientIsNotThere() {
        var client = admin().post(CLIENTS, Map.of("name", "Mine"));
        String path = CLIENTS + "/" + client.at("/id");
        Api stranger = stranger();

        assertThat(stranger.get(path).status()).isEqualTo(404);
        assertThat(stranger.delete(path).status()).isEqualTo(404);
        assertThat(stranger.post(path + "/rotation", Map.of()).status()).isEqualTo(404);
        assertThat(stranger.get(CLIENTS + "/nkap-functions").status()).isEqualTo(404);
        assertThat(stranger.delete(CLIENTS + "/console").status()).isEqualTo(404);
        assertThat(stranger.get(CLIENTS + "?limit=100").raw().body()).doesNotContain(client.at("/id"));
        assertThat(opens(client.at("/id"), client.at("/secret"))).isTrue();
    }

    private static Map<String, String> guest(String role) {
        String name = "guest-" + UUID.randomUUID().toString().substring(0, 8);
        return Map.of("email", name + "@example.test", "first_name", "Tabi", "last_name", "Ekane", "role", role);
    }

    @Test
    void whoIsInvitedLogsInAndActsForTheOrganisationUntilRemoved() {
        Api admin = admin();
        var guest = guest("merchant");
        String key = UUID.randomUUID().toString();

        var member = admin.post(MEMBERS, guest, key);
        var again = admin.post(MEMBERS, guest, key);

        assertThat(member.status()).isEqualTo(201);
        assertThat(member.at("/status")).isEqualTo("invited");
        assertThat(member.at("/roles/0")).isEqualTo("merchant");
        assertThat(member.at("/first_password")).hasSizeGreaterThan(20);
        assertThat(again.at("/id")).isEqualTo(member.at("/id"));
        assertThat(again.at("/first_password")).isEqualTo(member.at("/first_password"));
        assertThat(admin.get(MEMBERS + "?limit=100").raw().body())
                .contains(member.at("/id"))
                .doesNotContain(member.at("/first_password"));

        String path = MEMBERS + "/" + member.at("/id");
        REALM.people.setPassword(member.at("/id").substring("mb_".length()));
        Api acting = REALM.as(Objects.requireNonNull(guest.get("email")));
        assertThat(acting.get("/v1/organisations/" + REALM.shop.org).status()).isEqualTo(200);
        assertThat(admin.get(path).at("/status")).isEqualTo("active");

        assertThat(admin.delete(path).at("/status")).isEqualTo("removed");
        assertThat(admin.get("/v1/audit?limit=100").raw().body())
                .contains("member.invitation_requested", "member.removal_requested");
        assertThat(admin.get(path).status()).isEqualTo(404);
        assertThat(REALM.as(Objects.requireNonNull(guest.get("email")))
                        .get("/v1/merchants")
                        .status())
                .as("a new login has neither role nor organisation")
                .isEqualTo(403);
        assertThat(admin.post(MEMBERS, guest).status()).as("may come back").isEqualTo(201);
    }

    @Test
    void nobodyIsInvitedAsStaffOrOutOfAnotherOrganisation() {
        Api admin = admin();
        var theirs = REALM.person(REALM.other, "merchant");
        var staff = REALM.person("nkap", "platform");

        assertThat(admin.post(MEMBERS, guest("platform")).status()).isEqualTo(400);
        assertThat(admin.post(MEMBERS, guest("treasury")).status()).isEqualTo(400);
        for (var person : List.of(theirs, staff)) {
            var stolen = Map.of(
                    "email", person.name() + "@example.test", "first_name", "A", "last_name", "B", "role", "org-admin");
            assertThat(admin.post(MEMBERS, stolen).status()).isEqualTo(409);
        }
        assertThat(REALM.as(theirs).get("/v1/organisations/" + REALM.other.org).status())
                .isEqualTo(200);
    }

    @Test
    void anotherOrganisationsMemberIsNotThere() {
        var member = admin().post(MEMBERS, guest("merchant"));
        String path = MEMBERS + "/" + member.at("/id");
        Api stranger = stranger();

        assertThat(stranger.get(path).status()).isEqualTo(404);
        assertThat(stranger.delete(path).status()).isEqualTo(404);
        assertThat(stranger.get(MEMBERS + "?limit=100").raw().body()).doesNotContain(member.at("/id"));
        assertThat(admin().get(path).status()).isEqualTo(200);
    }

    @Test
    void theLastOrgAdminStays() {
        Shop fresh = REALM.shop();
        var only = REALM.person(fresh, "org-admin");
        Api admin = REALM.as(only);

        assertThat(admin.delete(MEMBERS + "/mb_" + only.subject()).status()).isEqualTo(409);

        var second = admin.post(MEMBERS, guest("org-admin"));
        assertThat(admin.delete(MEMBERS + "/mb_" + only.subject()).status()).isEqualTo(200);
        assertThat(second.status()).isEqualTo(201);
        Until.passes(Realm.PATIENCE, () -> assertThat(admin.get(MEMBERS).status())
                .as("its login ended with it")
                .isEqualTo(401));
    }
}
