package cm.nkap.local;

import cm.nkap.testing.TokenIssuer;
import cm.nkap.testing.TokenIssuer.Grant;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

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
