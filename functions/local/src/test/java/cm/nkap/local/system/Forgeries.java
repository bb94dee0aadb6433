package cm.nkap.local.system;

import cm.nkap.testing.TokenIssuer;
import cm.nkap.testing.TokenIssuer.Grant;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.RSAPublicKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Every way we know to pretend to have a token (RFC 8725, ASVS 9). A server of the attacker's own counts who asks it. */
final class Forgeries implements AutoCloseable {
    private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();
    private static final byte[] NO_KEY = {0};

    private final TokenIssuer issuer;
    private final JsonNode theirKey;
    private final KeyPair own = generated();
    private final HttpServer trap;
    private final AtomicInteger asked = new AtomicInteger();

    Forgeries(TokenIssuer issuer) {
        this.issuer = issuer;
        this.theirKey = Api.JSON.readTree(issuer.jwks()).at("/keys/0");
        try {
            trap = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        byte[] keys = ("{\"keys\":[" + jwk() + "]}").getBytes(StandardCharsets.UTF_8);
        trap.createContext("/", exchange -> {
            try (exchange) {
                asked.incrementAndGet();
                exchange.sendResponseHeaders(200, keys.length);
                exchange.getResponseBody().write(keys);
            }
        });
        trap.start();
    }

    /** How often somebody fetched keys from the attacker. */
    int asked() {
        return asked.get();
    }

    /** The value of {@code Authorization} for each forgery by its name; null sends none. */
    Map<String, @Nullable String> all(Grant grant) {
        Map<String, @Nullable String> all = new LinkedHashMap<>();
        all.put("no token", null);
        all.put("empty token", "Bearer ");
        all.put("no JWT", "Bearer letmein");
        String good = issuer.mint(grant);
        all.put("another scheme", "Basic " + good);
        all.put("two tokens", "Bearer " + good + ", Bearer " + good);
        claims(grant).forEach((name, token) -> all.put(name, "Bearer " + token));
        signatures(good).forEach((name, token) -> all.put(name, "Bearer " + token));
        keys(good).forEach((name, token) -> all.put(name, "Bearer " + token));
        return all;
    }

    /** Signed by the issuer, but not for us or not now. */
    private Map<String, String> claims(Grant grant) {
        Map<String, Consumer<Map<String, @Nullable Object>>> changes = new LinkedHashMap<>();
        changes.put("expired", c -> c.put("exp", Date.from(Instant.now().minusSeconds(120))));
        changes.put("no expiry", c -> c.remove("exp"));
        changes.put("not yet valid", c -> c.put("nbf", Date.from(Instant.now().plusSeconds(3_600))));
        changes.put("wrong audience", c -> c.put("aud", "another-service"));
        changes.put("no audience", c -> c.remove("aud"));
        changes.put("wrong issuer", c -> c.put("iss", TokenIssuer.ISSUER + "/"));
        changes.put("no issuer", c -> c.remove("iss"));
        changes.put("ID token", c -> c.put("typ", "ID"));
        changes.put("refresh token", c -> c.put("typ", "Refresh"));
        changes.put("token of no type", c -> c.remove("typ"));
        changes.put("nobody's token", c -> c.remove("sub"));
        Map<String, String> tokens = new LinkedHashMap<>();
        for (Map.Entry<String, Consumer<Map<String, @Nullable Object>>> change : changes.entrySet()) {
            tokens.put(change.getKey(), issuer.mint(grant, change.getValue()));
        }
        return tokens;
    }

    private Map<String, String> signatures(String good) {
        String[] parts = good.split("\\.", -1);
        Map<String, String> tokens = new LinkedHashMap<>();
        for (String none : List.of("none", "None", "NONE", "NoNe")) {
            String unsigned = URL.encodeToString(header(none).toString().getBytes(StandardCharsets.UTF_8));
            tokens.put("alg " + none, unsigned + "." + parts[1] + ".");
        }
        tokens.put("alg none with a signature", signed(header("none"), parts[1], data -> new byte[256]));
        tokens.put("signature left out", parts[0] + "." + parts[1] + ".");
        tokens.put("signature tampered", parts[0] + "." + parts[1] + "." + flipped(parts[2]));
        tokens.put("payload tampered", parts[0] + "." + promoted(parts[1]) + "." + parts[2]);
        tokens.put("HS256 with the public key, PEM", hmac(parts[1], pem()));
        tokens.put("HS256 with the public key, DER", hmac(parts[1], publicKey().getEncoded()));
        tokens.put(
                "HS256 with the public key, JWK",
                hmac(parts[1], theirKey.toString().getBytes(StandardCharsets.UTF_8)));
        tokens.put(
                "HS256 with the modulus",
                hmac(parts[1], Base64.getUrlDecoder().decode(theirKey.path("n").asString())));
        return tokens;
    }

    /** Signed by a key of the attacker's, with advice where to find it. */
    private Map<String, String> keys(String good) {
        String payload = good.split("\\.", -1)[1];
        String url = "http://127.0.0.1:" + trap.getAddress().getPort() + "/certs";
        Map<String, ObjectNode> headers = new LinkedHashMap<>();
        headers.put("key of another realm, our kid", header("RS256"));
        headers.put("unknown kid", header("RS256").put("kid", UUID.randomUUID().toString()));
        headers.put("no kid", header("RS256").without("kid"));
        headers.put("kid is an address", header("RS256").put("kid", url));
        headers.put("kid is SQL", header("RS256").put("kid", "x' UNION SELECT 'key' --"));
        headers.put("kid is a path", header("RS256").put("kid", "../../../../dev/null"));
        headers.put("jku", header("RS256").put("jku", url));
        headers.put("x5u", header("RS256").put("x5u", url));
        headers.put("jwk", header("RS256").set("jwk", Api.JSON.readTree(jwk())));
        headers.put(
                "crit", header("RS256").set("crit", Api.JSON.createArrayNode().add("exp")));
        Map<String, String> tokens = new LinkedHashMap<>();
        headers.forEach((name, header) -> tokens.put(name, signed(header, payload, this::rsa)));
        tokens.put(
                "kid is a path, empty key",
                signed(header("HS256").put("kid", "/dev/null"), payload, data -> hmac(data, NO_KEY)));
        tokens.put("token of another realm", signed(header("RS256"), elsewhere(payload), this::rsa));
        return tokens;
    }

    private ObjectNode header(String algorithm) {
        return Api.JSON
                .createObjectNode()
                .put("alg", algorithm)
                .put("typ", "JWT")
                .put("kid", theirKey.path("kid").asString());
    }

    @FunctionalInterface
    private interface Signer {
        byte[] sign(byte[] data) throws GeneralSecurityException;
    }

    private static String signed(ObjectNode header, String payload, Signer signer) {
        String data = URL.encodeToString(header.toString().getBytes(StandardCharsets.UTF_8)) + "." + payload;
        try {
            return data + "." + URL.encodeToString(signer.sign(data.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private String hmac(String payload, byte[] key) {
        return signed(header("HS256"), payload, data -> hmac(data, key));
    }

    private static byte[] hmac(byte[] data, byte[] key) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(data);
    }

    private byte[] rsa(byte[] data) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(own.getPrivate());
        signature.update(data);
        return signature.sign();
    }

    private static ObjectNode claims(String payload) {
        return (ObjectNode) Api.JSON.readTree(Base64.getUrlDecoder().decode(payload));
    }

    private static String promoted(String payload) {
        ObjectNode claims = claims(payload);
        claims.putObject("realm_access").putArray("roles").add("platform").add("treasury");
        return URL.encodeToString(claims.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static String elsewhere(String payload) {
        ObjectNode claims = claims(payload).put("iss", "http://localhost/realms/other");
        return URL.encodeToString(claims.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static String flipped(String signature) {
        int middle = signature.length() / 2;
        char other = signature.charAt(middle) == 'A' ? 'B' : 'A';
        return signature.substring(0, middle) + other + signature.substring(middle + 1);
    }

    private byte[] pem() {
        String lines = Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(publicKey().getEncoded());
        return ("-----BEGIN PUBLIC KEY-----\n" + lines + "\n-----END PUBLIC KEY-----\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private PublicKey publicKey() {
        try {
            return KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(number("n"), number("e")));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private java.math.BigInteger number(String field) {
        return new java.math.BigInteger(
                1, Base64.getUrlDecoder().decode(theirKey.path(field).asString()));
    }

    private String jwk() {
        RSAPublicKey key = (RSAPublicKey) own.getPublic();
        return "{\"kty\":\"RSA\",\"alg\":\"RS256\",\"use\":\"sig\",\"kid\":\"mine\",\"e\":\"AQAB\",\"n\":\""
                + URL.encodeToString(key.getModulus().toByteArray()) + "\"}";
    }

    private static KeyPair generated() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2_048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        trap.stop(0);
    }
}
