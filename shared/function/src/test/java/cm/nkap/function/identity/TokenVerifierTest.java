package cm.nkap.function.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import cm.nkap.function.Caller;
import cm.nkap.function.Problem;
import cm.nkap.function.Role;
import cm.nkap.testing.TokenIssuer;
import cm.nkap.testing.TokenIssuer.Grant;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenVerifierTest {
    private static final Grant MERCHANT = Grant.of("ama", "boutique-douala", "merchant", "offline_access");

    private final TokenIssuer issuer = TokenIssuer.temporary();
    private final AtomicInteger fetches = new AtomicInteger();
    private final AtomicInteger lured = new AtomicInteger();
    private final HttpServer keys = server();
    private volatile String served = issuer.jwks();
    private volatile int status = 200;
    private final TokenVerifier verifier =
            new TokenVerifier(new IdentityConfig(TokenIssuer.ISSUER, "nkap", address("/certs")));

    private static HttpServer server() {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private URI address(String path) {
        return URI.create("http://127.0.0.1:" + keys.getAddress().getPort() + path);
    }

    @BeforeEach
    void serve() {
        keys.createContext("/", exchange -> {
            try (exchange) {
                var body = served.getBytes(StandardCharsets.UTF_8);
                (exchange.getRequestURI().getPath().equals("/certs") ? fetches : lured).incrementAndGet();
                exchange.sendResponseHeaders(status, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        keys.start();
    }

    @AfterEach
    void stop() {
        keys.stop(0);
        issuer.close();
    }

    private Caller verify(String token) {
        return verifier.verify("Bearer " + token);
    }

    private void refused(String token) {
        assertThatThrownBy(() -> verify(token)).isInstanceOfSatisfying(Problem.class, problem -> {
            assertThat(problem.status()).isEqualTo(401);
            assertThat(problem.code()).isEqualTo("unauthenticated");
        });
    }

    private String minted(Consumer<Map<String, Object>> change) {
        return issuer.mint(MERCHANT, claims -> change.accept(cast(claims)));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> cast(Map<String, ?> claims) {
        return (Map<String, Object>) claims;
    }

    @Test
    void aGoodTokenSaysWhoCalls() {
        var caller = verify(issuer.mint(MERCHANT));

        assertThat(caller)
                .isEqualTo(new Caller(
                        MERCHANT.subject(), "boutique-douala", Set.of(Role.MERCHANT), "console", caller.login()));
        assertThat(verify(minted(c -> c.put("aud", List.of("account", "nkap")))).org())
                .isEqualTo("boutique-douala");
    }

    @Test
    void theOrganisationIsTheOneThatIsNamed() {
        assertThat(verify(minted(c -> c.put("organization", Map.of("shop-1", Map.of("id", "42")))))
                        .org())
                .isEqualTo("shop-1");
        assertThat(verify(minted(c -> c.put("organization", List.of("a", "b")))).org())
                .isEmpty();
        assertThat(verify(minted(c -> c.remove("organization"))).org()).isEmpty();
        assertThat(verify(minted(c -> c.put("organization", List.of("*")))).org())
                .isEmpty();
        assertThat(verify(minted(c -> c.put("organization", List.of("a,b")))).org())
                .isEmpty();
        assertThat(verify(minted(c -> c.put("organization", 7))).org()).isEmpty();
        assertThat(verify(minted(c -> c.put("organization", List.of("platform"))))
                        .org())
                .as("what policies call the platform's own")
                .isEmpty();
        assertThat(verify(minted(c -> c.put("organization", List.of("customer.somebody"))))
                        .org())
                .as("what policies call a customer's own")
                .isEmpty();
    }

    @Test
    void claimsThatAreNotForUsAreRefused() {
        var now = Instant.now();
        refused(minted(c -> c.put("exp", Date.from(now.minusSeconds(90)))));
        refused(minted(c -> c.put("nbf", Date.from(now.plusSeconds(90)))));
        refused(minted(c -> c.remove("exp")));
        refused(minted(c -> c.put("aud", "another-client")));
        refused(minted(c -> c.remove("aud")));
        refused(minted(c -> c.put("iss", TokenIssuer.ISSUER + "x")));
        refused(minted(c -> c.remove("iss")));
        refused(minted(c -> c.remove("sub")));
        refused(minted(c -> c.put("sub", " ")));
        refused(minted(c -> c.put("typ", "ID")));
        refused(minted(c -> c.put("typ", "Refresh")));
        refused(minted(c -> c.remove("typ")));
    }

    @Test
    void clocksMayDifferByLessThanAMinute() {
        var now = Instant.now();

        assertThat(verify(minted(c -> c.put("exp", Date.from(now.minusSeconds(30)))))
                        .org())
                .isEqualTo("boutique-douala");
        assertThat(verify(minted(c -> c.put("nbf", Date.from(now.plusSeconds(30)))))
                        .org())
                .isEqualTo("boutique-douala");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "NoNe", "NONE"})
    void anUnsignedTokenIsRefused(String algorithm) throws ParseException {
        var claims = SignedJWT.parse(issuer.mint(MERCHANT)).getJWTClaimsSet();
        var header = base64("{\"alg\":\"" + algorithm + "\",\"typ\":\"JWT\"}");
        var body = base64(claims.toString());

        refused(new PlainJWT(claims).serialize());
        refused(header + "." + body + ".");
        refused(header + "." + body);
        refused(header + "." + body + ".AAAA");
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private RSAKey publicKey() throws ParseException {
        return JWKSet.parse(issuer.jwks()).getKeys().getFirst().toRSAKey();
    }

    private String signed(JWSHeader.Builder header, JWSSigner signer) throws JOSEException, ParseException {
        var claims = SignedJWT.parse(issuer.mint(MERCHANT)).getJWTClaimsSet();
        return signed(header, signer, claims);
    }

    private static String signed(JWSHeader.Builder header, JWSSigner signer, JWTClaimsSet claims) throws JOSEException {
        var token = new SignedJWT(header.type(JOSEObjectType.JWT).build(), claims);
        token.sign(signer);
        return token.serialize();
    }

    @Test
    void thePublicKeyIsNoSharedSecret() throws Exception {
        var kid = publicKey().getKeyID();
        var encoded = publicKey().toRSAPublicKey().getEncoded();
        var pem = "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.UTF_8))
                        .encodeToString(encoded)
                + "\n-----END PUBLIC KEY-----\n";

        for (var algorithm : List.of(JWSAlgorithm.HS256, JWSAlgorithm.HS384, JWSAlgorithm.HS512)) {
            refused(signed(new JWSHeader.Builder(algorithm).keyID(kid), new MACSigner(encoded)));
            refused(signed(
                    new JWSHeader.Builder(algorithm).keyID(kid), new MACSigner(pem.getBytes(StandardCharsets.UTF_8))));
        }
    }

    @Test
    void whatATokenSaysAboutItsKeysIsNotFollowed() throws Exception {
        var own = new RSAKeyGenerator(2048).keyID(publicKey().getKeyID()).generate();
        var evil = address("/evil");
        served = new JWKSet(List.<JWK>of(publicKey())).toString();

        refused(signed(header().jwk(own.toPublicJWK()), new RSASSASigner(own)));
        refused(signed(header().jwkURL(evil), new RSASSASigner(own)));
        refused(signed(header().x509CertURL(evil), new RSASSASigner(own)));
        refused(signed(header().keyID("../../dev/null"), new RSASSASigner(own)));
        refused(signed(header().keyID("' OR 1=1 --"), new RSASSASigner(own)));
        refused(signed(header().keyID(evil.toString()), new RSASSASigner(own)));
        refused(signed(header().criticalParams(Set.of("exp")).customParam("exp", 1), new RSASSASigner(own)));

        assertThat(lured).hasValue(0);
    }

    private JWSHeader.Builder header() throws ParseException {
        return new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(publicKey().getKeyID());
    }

    @Test
    void onlyTheThreeAlgorithmsAreTaken() throws Exception {
        var rsa = new RSAKeyGenerator(2048).keyID("rsa").generate();
        var ec = new ECKeyGenerator(Curve.P_256).keyID("ec").generate();
        served = new JWKSet(List.<JWK>of(rsa, ec)).toString();

        verify(signed(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("rsa"), new RSASSASigner(rsa)));
        verify(signed(new JWSHeader.Builder(JWSAlgorithm.PS256).keyID("rsa"), new RSASSASigner(rsa)));
        verify(signed(new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("ec"), new ECDSASigner(ec)));
        refused(signed(new JWSHeader.Builder(JWSAlgorithm.RS512).keyID("rsa"), new RSASSASigner(rsa)));
        refused(signed(new JWSHeader.Builder(JWSAlgorithm.PS384).keyID("rsa"), new RSASSASigner(rsa)));
    }

    @Test
    void aChangedTokenIsRefused() {
        var token = issuer.mint(MERCHANT);
        var parts = token.split("\\.", -1);
        var other = issuer.mint(Grant.of("ngo", "boutique-yaounde", "platform")).split("\\.", -1);

        verify(token);
        refused(parts[0] + "." + other[1] + "." + parts[2]);
        refused(token.substring(0, token.length() - 6) + "AAAAAA");
        refused(token + ".x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Bearer", "Bearer ", "Basic YTpi", "Bearer a b", "Bearer a.b.c", "bearer  x, Bearer y"})
    void aHeaderThatIsNoBearerTokenIsRefused(String header) {
        assertThatThrownBy(() -> verifier.verify(header)).isInstanceOf(Problem.class);
        assertThatThrownBy(() -> verifier.verify(null)).isInstanceOf(Problem.class);
    }

    @Test
    void manyUnknownKeysDoNotMeanManyFetches() throws Exception {
        verify(issuer.mint(MERCHANT));
        var own = new RSAKeyGenerator(2048).generate();

        for (int i = 0; i < 30; i++) {
            refused(signed(header().keyID("unknown-" + i), new RSASSASigner(own)));
        }

        assertThat(fetches).hasValueLessThanOrEqualTo(3);
        assertThat(verify(issuer.mint(MERCHANT)).org()).isEqualTo("boutique-douala");
    }

    @Test
    void aNewKeyIsFetchedWhenItsFirstTokenComes() throws Exception {
        verify(issuer.mint(MERCHANT));
        var rotated = new RSAKeyGenerator(2048).keyID("rotated").generate();
        served = new JWKSet(List.<JWK>of(publicKey(), rotated)).toString();

        assertThat(verify(signed(header().keyID("rotated"), new RSASSASigner(rotated)))
                        .org())
                .isEqualTo("boutique-douala");
    }

    @Test
    void anIssuerThatIsAwayIsOurOutageNotTheCallersFault() {
        status = 500;

        var problem = catchThrowableOfType(Problem.class, () -> verify(issuer.mint(MERCHANT)));

        assertThat(problem.status()).isEqualTo(503);
        assertThat(problem.retryAfter()).isNotNull();
    }

    @Test
    void keysOnceFetchedOutliveTheIssuer() {
        verify(issuer.mint(MERCHANT));
        keys.stop(0);

        assertThat(verify(issuer.mint(MERCHANT)).org()).isEqualTo("boutique-douala");
    }
}
