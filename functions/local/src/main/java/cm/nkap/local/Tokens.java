package cm.nkap.local;

import cm.nkap.testing.Keycloak;
import cm.nkap.testing.KeycloakPeople;
import cm.nkap.testing.TokenIssuer;
import cm.nkap.testing.TokenIssuer.Grant;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** A ready token for each kind of caller, under the names that {@code .dev/env} promises. */
final class Tokens {
    private static final Duration LIFETIME = Duration.ofDays(7);
    private static final Map<String, Grant> GRANTS = grants();

    private Tokens() {}

    static Map<String, String> mint(TokenIssuer issuer) {
        Map<String, String> tokens = new LinkedHashMap<>();
        GRANTS.forEach((name, grant) -> tokens.put(name, issuer.mint(grant.lasting(LIFETIME))));
        return tokens;
    }

    /** The same people in a Keycloak, where they have a password too: {@link KeycloakPeople#PASSWORD}. */
    static Map<String, String> from(Keycloak keycloak) {
        KeycloakPeople people = keycloak.people();
        people.allowPasswords(LIFETIME, Instant.now()).keepLogins(LIFETIME);
        LocalSeeds.ORGANISATIONS.forEach(people::organisation);
        Map<String, String> tokens = new LinkedHashMap<>();
        GRANTS.forEach((name, grant) -> {
            people.person(
                    grant.username(),
                    Objects.requireNonNull(grant.organization()),
                    grant.roles().toArray(String[]::new));
            tokens.put(name, people.token(grant.username()));
        });
        return tokens;
    }

    private static Map<String, Grant> grants() {
        Map<String, Grant> grants = new LinkedHashMap<>();
        grants.put("NKAP_MERCHANT_TOKEN", Grant.of("awa", LocalSeeds.DOUALA, "merchant"));
        grants.put("NKAP_MERCHANT2_TOKEN", Grant.of("ngono", LocalSeeds.YAOUNDE, "merchant"));
        grants.put("NKAP_CUSTOMER_TOKEN", Grant.of("paul", LocalSeeds.CUSTOMERS, "customer"));
        grants.put("NKAP_ORG_ADMIN_TOKEN", Grant.of("mireille", LocalSeeds.DOUALA, "org-admin"));
        grants.put("NKAP_TREASURY_TOKEN", Grant.of("bella", LocalSeeds.STAFF, "treasury"));
        grants.put("NKAP_TREASURY2_TOKEN", Grant.of("essomba", LocalSeeds.STAFF, "treasury"));
        grants.put("NKAP_PLATFORM_TOKEN", Grant.of("fotso", LocalSeeds.STAFF, "platform"));
        return grants;
    }
}
