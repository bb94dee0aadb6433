package cm.nkap.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.testing.Until;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** A real Keycloak with the realm of infra/keycloak: who logs in there acts here, for as long as it says so. */
class KeycloakIT {
    private static final Realm REALM = Realm.start();
    private static final String MEMBERS = "/v1/members";

    @AfterAll
    static void stop() {
        REALM.close();
    }

    @Test
    void aLoginActsWithItsRoleForItsOrganisation() {
        Api merchant = REALM.as(REALM.person(REALM.shop, "merchant"));

        var charge = merchant.post("/v1/charges", Shop.order(1_500, Shop.somebody()));

        assertThat(charge.status()).isEqualTo(201);
        assertThat(charge.at("/merchant")).isEqualTo(REALM.shop.merchant);
        assertThat(merchant.get("/v1/charges/" + charge.at("/id")).status()).isEqualTo(200);
        assertThat(merchant.get(MEMBERS).status()).as("not a merchant's").isEqualTo(403);
        assertThat(merchant.post("/v1/organisations", Map.of()).status()).isEqualTo(403);
    }

    @Test
    void whatIsAnotherOrganisationsIsNotThere() {
        Api admin = REALM.as(REALM.person(REALM.shop, "org-admin"));

        assertThat(admin.get("/v1/organisations/" + REALM.shop.org).status()).isEqualTo(200);
        assertThat(admin.get("/v1/organisations/" + REALM.other.org).status()).isEqualTo(404);
        assertThat(admin.get("/v1/merchants/" + REALM.other.merchant).status()).isEqualTo(404);
    }

    @Test
    void staffSeeEveryOrganisation() {
        Api treasury = REALM.as(REALM.person("nkap", "treasury"));

        assertThat(treasury.get("/v1/merchants/" + REALM.shop.merchant).status())
                .isEqualTo(200);
        assertThat(treasury.get("/v1/floats").status()).isEqualTo(200);
    }

    @Test
    void aRoleThatWasTakenAwayOpensNothingAnyMoreThoughTheTokenSaysSo() {
        var person = REALM.person(REALM.shop, "org-admin");
        Api admin = REALM.as(person);
        assertThat(admin.get(MEMBERS).status()).isEqualTo(200);

        REALM.people.takeRole(person.subject(), "org-admin");

        becomes(admin, 403);
        assertThat(admin.get("/v1/merchants").status())
                .as("a plain read believes the token until it ends")
                .isEqualTo(200);
    }

    @Test
    void whoLeftTheOrganisationIsRefusedWithTheTokenOfBefore() {
        var person = REALM.person(REALM.shop, "org-admin");
        Api admin = REALM.as(person);
        assertThat(admin.get(MEMBERS).status()).isEqualTo(200);

        REALM.people.leaveOrganisation(person.subject(), REALM.shop.org);

        becomes(admin, 403);
    }

    @Test
    void aLoginThatWasEndedIsNobodys() {
        var person = REALM.person(REALM.shop, "org-admin");
        Api admin = REALM.as(person);
        assertThat(admin.get(MEMBERS).status()).isEqualTo(200);

        REALM.people.logout(person.subject());

        becomes(admin, 401);
    }

    @Test
    void aNewKeyIsBelievedWithoutARestartAndTheOldOneWhileItsTokensLive() {
        var person = REALM.person(REALM.shop, "merchant");
        Api before = REALM.as(person);
        assertThat(before.get("/v1/merchants").status()).isEqualTo(200);

        REALM.people.rotateKeys();
        Api after = REALM.as(person);

        assertThat(keyOf(after)).isNotEqualTo(keyOf(before));
        Until.passes(Realm.PATIENCE, () -> assertThat(after.get("/v1/merchants").status())
                .isEqualTo(200));
        assertThat(before.get("/v1/merchants").status()).isEqualTo(200);
    }

    @Test
    void whileKeycloakIsAwayTokensWorkAndWhatItMustDecideIsRefused() {
        Api known = REALM.as(REALM.person(REALM.shop, "org-admin"));
        Until.passes(Realm.PATIENCE, () -> assertThat(known.get("/v1/merchants").status())
                .isEqualTo(200));
        Api unseen = REALM.as(REALM.person(REALM.shop, "merchant"));

        REALM.keycloak.pause();
        try {
            assertThat(known.get("/v1/merchants").status()).isEqualTo(200);
            assertThat(unseen.get("/v1/merchants").status())
                    .as("a token that nobody has seen, signed by a known key")
                    .isEqualTo(200);
            var refused = known.get(MEMBERS);
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.at("/code")).isEqualTo("identity_provider_unavailable");
            assertThat(refused.header("retry-after")).isPresent();
        } finally {
            REALM.keycloak.resume();
        }
        becomes(known, 200);
    }

    private static void becomes(Api caller, int status) {
        Until.passes(
                Realm.PATIENCE, () -> assertThat(caller.get(MEMBERS).status()).isEqualTo(status));
    }

    private static String keyOf(Api caller) {
        String header = caller.token().substring(0, caller.token().indexOf('.'));
        return Api.JSON
                .readTree(Base64.getUrlDecoder().decode(header))
                .path("kid")
                .asString();
    }
}
