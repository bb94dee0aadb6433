package cm.nkap.local;

import cm.nkap.testing.AtExit;
import cm.nkap.testing.Keycloak;
import cm.nkap.testing.TokenIssuer;
import java.nio.file.Path;
import java.util.Map;

/**
 * Who says who the developer's callers are: the issuer in this process, which starts at once, or a real Keycloak
 * ({@code ./dev --keycloak}), which also decides and keeps API clients and members.
 *
 * @param settings what the functions have to know of it
 * @param tokens for {@code .dev/env}
 * @param keycloak its address; empty when there is none
 */
record Identity(Map<String, String> settings, Map<String, String> tokens, String keycloak) {
    /** Set by {@code ./dev --keycloak}. */
    private static final String ASKED = "NKAP_DEV_KEYCLOAK";

    static Identity start(Path home, Map<String, String> given, int port, Progress progress) {
        if (!given.containsKey(ASKED)) {
            return embedded(home, port);
        }
        String url = given.getOrDefault("KEYCLOAK_URL", "");
        Keycloak keycloak = progress.told(
                url.isEmpty() ? "Keycloak (some seconds, the first time a minute)" : "Keycloak at " + url,
                () -> url.isEmpty() ? own(home, port) : theirs(url, given));
        Map<String, String> tokens = progress.told("people in Keycloak", () -> Tokens.from(keycloak));
        progress.say("Keycloak   " + keycloak.url() + "/admin/nkap/console");
        return new Identity(keycloak.settings(), tokens, keycloak.url());
    }

    private static Identity embedded(Path home, int port) {
        TokenIssuer issuer = TokenIssuer.open(home.resolve("keys").resolve("issuer.jwk"));
        String jwksUrl = issuer.serve(port);
        AtExit.then(issuer::close);
        return new Identity(
                Map.of(
                        "NKAP_ISSUER", TokenIssuer.ISSUER,
                        "NKAP_AUDIENCE", TokenIssuer.AUDIENCE,
                        "NKAP_JWKS_URL", jwksUrl),
                Tokens.mint(issuer),
                "");
    }

    private static Keycloak own(Path home, int port) {
        Path keys = home.resolve("keys");
        return Keycloak.start(
                home.resolve("keycloak"),
                port,
                Secrets.kept(keys.resolve("keycloak-admin.password")),
                Secrets.kept(keys.resolve("keycloak-functions.secret")));
    }

    private static Keycloak theirs(String url, Map<String, String> given) {
        return Keycloak.given(
                url,
                given.getOrDefault("KEYCLOAK_ADMIN", "admin"),
                given.getOrDefault("KEYCLOAK_ADMIN_PASSWORD", ""),
                given.getOrDefault("NKAP_KEYCLOAK_SECRET", ""));
    }
}
