package cm.nkap.function.keycloak;

import cm.nkap.function.MoneyMoved;
import cm.nkap.function.Problem;
import cm.nkap.function.keycloak.KeycloakHttp.Answer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The realm's admin API in the name of the functions' own client. Never called inside a database transaction. Where no
 * Keycloak is configured, or it gives no answer, callers are told 503 {@code identity_provider_unavailable}.
 */
public final class KeycloakAdmin implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KeycloakAdmin.class);
    private static final Duration EARLY = Duration.ofSeconds(30);
    private static final Duration TRY_AGAIN = Duration.ofSeconds(5);

    private final @Nullable KeycloakHttp http;
    private final byte[] key;
    private final InstantSource clock = InstantSource.system();
    private final ReentrantLock lock = new ReentrantLock();
    private String token = "";
    private Instant renewAt = Instant.EPOCH;

    public KeycloakAdmin(KeycloakConfig config) {
        http = config.keycloakUrl() == null ? null : new KeycloakHttp(config);
        var secret = config.keycloakSecret() == null ? "" : config.keycloakSecret();
        key = ("nkap derived secrets\n" + secret).getBytes(StandardCharsets.UTF_8);
    }

    /** @param path below the realm, for example {@code /users?max=1}; parts that somebody else chose are encoded */
    public Answer get(String path) {
        return call("GET", path, null);
    }

    public Answer post(String path, Object body) {
        return call("POST", path, body);
    }

    public Answer put(String path, Object body) {
        return call("PUT", path, body);
    }

    public Answer delete(String path, @Nullable Object body) {
        return call("DELETE", path, body);
    }

    private Answer call(String method, String path, @Nullable Object body) {
        var keycloak = http;
        if (keycloak == null) {
            throw unavailable("This system runs without Keycloak; on a developer's machine: ./dev --keycloak")
                    .retryable(false);
        }
        try {
            var answer = keycloak.admin(method, path, body, token(keycloak, false));
            if (answer.status() == 401) {
                answer = keycloak.admin(method, path, body, token(keycloak, true));
            }
            if (answer.status() == 401 || answer.status() == 403) {
                LOG.error("msg=keycloak_refuses_us status={} call={}", answer.status(), method);
                throw unavailable("It does not accept us");
            }
            return answer;
        } catch (KeycloakAway e) {
            throw unavailable("It gave no answer; the same call may be repeated")
                    .causedBy(e);
        }
    }

    /** A secret of 256 bits in base64url that only somebody with our own secret can know; the same for the same parts. */
    public String derived(String... parts) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            for (var part : parts) {
                var bytes = part.getBytes(StandardCharsets.UTF_8);
                mac.update((byte) (bytes.length >> 8));
                mac.update((byte) bytes.length);
                mac.update(bytes);
            }
            return Base64.getUrlEncoder().withoutPadding().encodeToString(mac.doFinal());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HMAC-SHA-256", e);
        }
    }

    private String token(KeycloakHttp keycloak, boolean anew) {
        lock.lock();
        try {
            if (anew || !clock.instant().isBefore(renewAt)) {
                var asked = clock.instant();
                var answer = keycloak.asClient("/token", Map.of("grant_type", "client_credentials"));
                if (!answer.isDone()) {
                    LOG.error("msg=keycloak_refuses_us status={} error={}", answer.status(), answer.error());
                    throw unavailable("It does not accept us");
                }
                token = answer.body().path("access_token").asString("");
                var lasts = Duration.ofSeconds(answer.body().path("expires_in").asLong(0));
                renewAt = asked.plus(lasts.compareTo(EARLY.multipliedBy(2)) > 0 ? lasts.minus(EARLY) : Duration.ZERO);
            }
            return token;
        } finally {
            lock.unlock();
        }
    }

    /** 503: what was asked for needs Keycloak. */
    public static Problem unavailable(String detail) {
        return Problem.of(503, "identity_provider_unavailable", "The identity provider cannot be reached")
                .detail(detail)
                .moneyMoved(MoneyMoved.NO)
                .retryAfter(TRY_AGAIN);
    }

    @Override
    public void close() {
        if (http != null) {
            http.close();
        }
    }
}
