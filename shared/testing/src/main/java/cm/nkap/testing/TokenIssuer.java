package cm.nkap.testing;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Issues access tokens as Keycloak 26 does, with the same header and claims, for tests and the developer's run: RS256,
 * {@code typ} Bearer, roles in {@code realm_access.roles}, the organisation's alias in the array {@code organization}.
 */
public final class TokenIssuer implements AutoCloseable {
    /** Stays the same whatever port serves the keys, so that tokens outlive a restart. */
    public static final String ISSUER = "http://localhost/realms/nkap";

    public static final String AUDIENCE = "nkap";

    private static final String CERTS = "/realms/nkap/protocol/openid-connect/certs";
    private static final Duration SHORT = Duration.ofMinutes(10);

    private final RSAKey key;
    private @Nullable HttpServer server;

    /**
     * Whom a token speaks for.
     *
     * @param username the subject is derived from it, so it stays the same from run to run
     * @param organization the organisation's alias; null for somebody who belongs to none
     * @param roles realm roles, for example {@code org-admin}
     * @param login who the human is and how they logged in
     */
    public record Grant(
            String username, @Nullable String organization, Set<String> roles, Duration lifetime, Human login) {

        public Grant(String username, @Nullable String organization, Set<String> roles, Duration lifetime) {
            this(username, organization, roles, lifetime, new Human("person-of-" + username, null, "1"));
        }

        public static Grant of(String username, @Nullable String organization, String... roles) {
            return new Grant(username, organization, Set.of(roles), SHORT);
        }

        public Grant lasting(Duration lifetime) {
            return new Grant(username, organization, roles, lifetime, login);
        }

        /** An account of this person; without it every username is a person of its own. */
        public Grant person(String person) {
            return new Grant(username, organization, roles, lifetime, new Human(person, login.at, login.level));
        }

        /** The human logged in at this moment, and not just now. */
        public Grant loggedIn(Instant at) {
            return new Grant(username, organization, roles, lifetime, new Human(login.person, at, login.level));
        }

        /** The human logged in with this {@code acr}. */
        public Grant level(String acr) {
            return new Grant(username, organization, roles, lifetime, new Human(login.person, login.at, acr));
        }

        /** A program with a client's secret: no human, no login. */
        public Grant program() {
            return new Grant(username, organization, roles, lifetime, new Human("", null, ""));
        }

        /** The {@code sub} claim. */
        public String subject() {
            return UUID.nameUUIDFromBytes(username.getBytes(StandardCharsets.UTF_8))
                    .toString();
        }
    }

    /**
     * Who logged in.
     *
     * @param person empty for a program
     * @param at null for the moment when the token is minted
     */
    public record Human(String person, @Nullable Instant at, String level) {}

    private TokenIssuer(RSAKey key) {
        this.key = key;
    }

    /** With a key of its own that is nowhere stored. */
    public static TokenIssuer temporary() {
        return new TokenIssuer(generated());
    }

    /** With the key in {@code file}, made there at first use and readable by its owner only. */
    public static TokenIssuer open(Path file) {
        try {
            if (!Files.exists(file)) {
                store(generated(), file);
            }
            return new TokenIssuer(RSAKey.parse(Files.readString(file)));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep the issuer's key in " + file, e);
        } catch (ParseException e) {
            throw new IllegalStateException(file + " holds no RSA key; delete it to get a new one", e);
        }
    }

    /** A signed token for the grant, as the value of a bearer header. */
    public String mint(Grant grant) {
        return mint(grant, claims -> {});
    }

    /** The same with its claims changed first: to see that a wrong one is refused. */
    public String mint(Grant grant, Consumer<Map<String, @Nullable Object>> change) {
        Map<String, @Nullable Object> claims = claims(grant, Instant.now());
        change.accept(claims);
        JWTClaimsSet.Builder set = new JWTClaimsSet.Builder();
        claims.forEach(set::claim);
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256)
                        .type(JOSEObjectType.JWT)
                        .keyID(key.getKeyID())
                        .build(),
                set.build());
        try {
            token.sign(new RSASSASigner(key));
        } catch (JOSEException e) {
            throw new IllegalStateException("cannot sign a token", e);
        }
        return token.serialize();
    }

    /** The public key as a JWK set. */
    public String jwks() {
        return new JWKSet(key.toPublicJWK()).toString();
    }

    /**
     * Serves the JWK set on the loopback where Keycloak would.
     *
     * @param port 0 for any free one
     * @return the URL of the JWK set
     */
    public synchronized String serve(int port) {
        byte[] body = jwks().getBytes(StandardCharsets.UTF_8);
        try {
            HttpServer started = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
            started.createContext(CERTS, exchange -> {
                try (exchange) {
                    exchange.getResponseHeaders().set("Content-Type", "application/json");
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                }
            });
            started.start();
            server = started;
            return "http://127.0.0.1:" + started.getAddress().getPort() + CERTS;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot serve keys on port " + port, e);
        }
    }

    @Override
    public synchronized void close() {
        if (server != null) {
            server.stop(0);
            server = null;
        }
    }

    private static Map<String, @Nullable Object> claims(Grant grant, Instant now) {
        Map<String, @Nullable Object> claims = new LinkedHashMap<>();
        claims.put("exp", Date.from(now.plus(grant.lifetime())));
        claims.put("iat", Date.from(now));
        claims.put("jti", "onrtac:" + UUID.randomUUID());
        claims.put("iss", ISSUER);
        claims.put("aud", AUDIENCE);
        claims.put("sub", grant.subject());
        claims.put("typ", "Bearer");
        claims.put("azp", "console");
        login(claims, grant, now);
        claims.put("realm_access", Map.of("roles", List.copyOf(grant.roles())));
        claims.put("scope", "openid organization profile");
        if (grant.organization() != null) {
            claims.put("organization", List.of(grant.organization()));
        }
        return claims;
    }

    private static void login(Map<String, @Nullable Object> claims, Grant grant, Instant now) {
        Human human = grant.login();
        if (human.person().isEmpty()) {
            claims.put("client_id", grant.username());
            claims.put("preferred_username", "service-account-" + grant.username());
            return;
        }
        claims.put("sid", UUID.randomUUID().toString());
        claims.put("acr", human.level());
        claims.put("auth_time", (human.at() == null ? now : human.at()).getEpochSecond());
        claims.put("person", human.person());
        claims.put("preferred_username", grant.username());
    }

    private static RSAKey generated() {
        try {
            return new RSAKeyGenerator(2048)
                    .keyUse(KeyUse.SIGNATURE)
                    .algorithm(JWSAlgorithm.RS256)
                    .keyID(UUID.randomUUID().toString())
                    .generate();
        } catch (JOSEException e) {
            throw new IllegalStateException("cannot make an RSA key", e);
        }
    }

    private static void store(RSAKey key, Path file) throws IOException {
        Path folder = Folders.created(file.toAbsolutePath().resolveSibling(".").normalize());
        Path written = Files.createTempFile(
                folder,
                "issuer",
                ".tmp",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(written, key.toJSONString());
        Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
