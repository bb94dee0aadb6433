package cm.nkap.testing;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.testing.TokenIssuer.Grant;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenIssuerTest {
    @Test
    void signsWhatItsServedKeysVerify() throws Exception {
        try (TokenIssuer issuer = TokenIssuer.temporary()) {
            JWKSet served = JWKSet.load(URI.create(issuer.serve(0)).toURL());
            SignedJWT token = SignedJWT.parse(issuer.mint(Grant.of("awa", "boutique-douala", "merchant")));

            assertThat(served.getKeys()).singleElement().matches(key -> !key.isPrivate());
            assertThat(token.verify(new RSASSAVerifier(
                            served.getKeyByKeyId(token.getHeader().getKeyID()).toRSAKey())))
                    .isTrue();
        }
    }

    @Test
    void saysWhatKeycloakSays() throws Exception {
        Grant grant = Grant.of("awa", "boutique-douala", "merchant").lasting(Duration.ofDays(2));
        SignedJWT token = SignedJWT.parse(TokenIssuer.temporary().mint(grant));
        JWTClaimsSet claims = token.getJWTClaimsSet();

        assertThat(token.getHeader().getAlgorithm().getName()).isEqualTo("RS256");
        assertThat(token.getHeader().getType().getType()).isEqualTo("JWT");
        assertThat(claims.getClaim("typ")).isEqualTo("Bearer");
        assertThat(claims.getIssuer()).isEqualTo(TokenIssuer.ISSUER);
        assertThat(claims.getAudience()).containsExactly("nkap");
        assertThat(claims.getSubject()).isEqualTo(grant.subject());
        assertThat(claims.getClaim("organization")).isEqualTo(List.of("boutique-douala"));
        assertThat(claims.getClaim("realm_access")).isEqualTo(Map.of("roles", List.of("merchant")));
        assertThat(claims.getJWTID()).isNotBlank();
        assertThat(Duration.between(
                        claims.getIssueTime().toInstant(),
                        claims.getExpirationTime().toInstant()))
                .isEqualTo(Duration.ofDays(2));
    }

    @Test
    void saysNoOrganisationForSomebodyWhoBelongsToNone() throws Exception {
        SignedJWT token = SignedJWT.parse(TokenIssuer.temporary().mint(Grant.of("paul", null, "customer")));

        assertThat(token.getJWTClaimsSet().getClaims()).doesNotContainKey("organization");
    }

    @Test
    void keepsItsKeyToItselfAndOverARestart(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("keys/issuer.jwk");

        String first = TokenIssuer.open(file).jwks();

        assertThat(TokenIssuer.open(file).jwks()).isEqualTo(first);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(first).doesNotContain("\"d\"");
    }

    @Test
    void mintsWrongTokensOnRequest() throws Exception {
        String token = TokenIssuer.temporary().mint(Grant.of("awa", "boutique-douala", "merchant"), claims -> {
            claims.put("aud", "somebody-else");
            claims.remove("exp");
        });

        JWTClaimsSet claims = SignedJWT.parse(token).getJWTClaimsSet();
        assertThat(claims.getAudience()).containsExactly("somebody-else");
        assertThat(claims.getExpirationTime()).isNull();
    }
}
