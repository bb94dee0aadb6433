package cm.nkap.function.identity;

import cm.nkap.function.Setting;
import java.net.URI;

/**
 * Whose tokens are believed.
 *
 * @param issuer exact value of the claim {@code iss}
 * @param audience one of the values of the claim {@code aud}
 * @param jwksUrl where the issuer publishes its public keys
 */
public record IdentityConfig(
        String issuer, @Setting(orElse = "nkap") String audience, URI jwksUrl) {}
