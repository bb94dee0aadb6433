package cm.nkap.function.identity;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.function.Login;
import cm.nkap.testing.TokenIssuer;
import cm.nkap.testing.TokenIssuer.Grant;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CallerClaimsTest {
    private static final TokenIssuer ISSUER = TokenIssuer.temporary();
    private static final Grant AWA = Grant.of("awa", "boutique-douala", "merchant");

    private static Login login(Grant grant) throws ParseException {
        return CallerClaims.read(SignedJWT.parse(ISSUER.mint(grant)).getJWTClaimsSet())
                .login();
    }

    private static Login loginWith(String claim, @Nullable Object value) throws ParseException {
        var usual = SignedJWT.parse(ISSUER.mint(AWA)).getJWTClaimsSet();
        return CallerClaims.read(
                        new JWTClaimsSet.Builder(usual).claim(claim, value).build())
                .login();
    }

    @Test
    void theLoginSaysWhichPersonWhenAndHow() throws ParseException {
        var at = Instant.parse("2026-11-22T10:00:00Z");

        assertThat(login(AWA.person("Awa.1").loggedIn(at).level("2"))).isEqualTo(new Login("awa.1", at, "2"));
        assertThat(login(AWA.person("awa.1")).person())
                .as("one person, however it is spelled")
                .isEqualTo("awa.1");
    }

    @Test
    void aProgramIsNobody() throws ParseException {
        assertThat(login(AWA.program())).isEqualTo(Login.NONE);
        assertThat(loginWith("client_id", "shop-server")).isEqualTo(Login.NONE);
        assertThat(loginWith("preferred_username", "service-account-shop")).isEqualTo(Login.NONE);
    }

    @Test
    void whatIsNoPersonIsNobody() throws ParseException {
        for (Object wrong :
                List.of("", " ", " awa", "awa\u0000", "awa\r\nngono", "\u0430wa", "x".repeat(256), 7, List.of("awa"))) {
            assertThat(loginWith("person", wrong).isPerson()).as("%s", wrong).isFalse();
        }
        assertThat(loginWith("person", null).isPerson()).isFalse();
    }

    @Test
    void aTimeThatIsNoneIsNotKnown() throws ParseException {
        for (Object wrong : List.of("1763800000", -1, Long.MAX_VALUE, true)) {
            assertThat(loginWith("auth_time", wrong).at()).as("%s", wrong).isNull();
        }
    }
}
