package cm.nkap.function.keycloak;

import cm.nkap.function.Setting;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where Keycloak is asked for what a token does not say. Without an address nothing is asked, and what needs it is refused
 * or decided by roles.
 *
 * @param keycloakUrl without the realm's path
 * @param keycloakClient the functions' own client
 * @param keycloakTimeout how long one question may take
 * @param permissionAge how long a decision may be used; never longer than a minute
 */
public record KeycloakConfig(
        @Nullable URI keycloakUrl,
        @Setting(orElse = "nkap") String keycloakRealm,
        @Setting(orElse = "nkap-functions") String keycloakClient,

        @Setting(secret = true) @Nullable String keycloakSecret,

        @Setting(orElse = "3s") Duration keycloakTimeout,
        @Setting(orElse = "60s") Duration permissionAge) {
    private static final Duration LONGEST_AGE = Duration.ofSeconds(60);

    public KeycloakConfig {
        if (keycloakUrl != null && keycloakSecret == null) {
            throw new IllegalArgumentException("NKAP_KEYCLOAK_URL needs NKAP_KEYCLOAK_SECRET beside it");
        }
        if (keycloakTimeout.isNegative() || keycloakTimeout.isZero()) {
            throw new IllegalArgumentException("NKAP_KEYCLOAK_TIMEOUT is longer than nothing");
        }
        if (permissionAge.isNegative() || permissionAge.compareTo(LONGEST_AGE) > 0) {
            throw new IllegalArgumentException("NKAP_PERMISSION_AGE is from 0 to 60 seconds");
        }
    }
}
