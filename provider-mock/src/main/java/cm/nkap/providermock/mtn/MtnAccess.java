package cm.nkap.providermock.mtn;

import cm.nkap.providermock.http.Answer;
import cm.nkap.providermock.http.Call;
import cm.nkap.providermock.http.Json;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import wiremock.com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Who may call: subscription keys, tokens, target environment. Tokens are signed and hold their own end, so that they
 * survive a restart of the simulator as real ones survive MTN's.
 */
final class MtnAccess {
    private static final String HEADER = encode("{\"typ\":\"JWT\",\"alg\":\"HS256\"}");

    private final MtnConfig config;
    private final ApiUsers users;
    private final InstantSource clock;
    private final SecretKeySpec secret;
    private final AtomicLong generation = new AtomicLong();

    MtnAccess(MtnConfig config, ApiUsers users, InstantSource clock) {
        this.config = config;
        this.users = users;
        this.clock = clock;
        this.secret = new SecretKeySpec(config.apiKey().getBytes(StandardCharsets.UTF_8), "HmacSHA256");
    }

    /** The API user of a token, or why the call is refused. */
    sealed interface Caller {
        record Known(String apiUser) implements Caller {}

        record Stranger(Answer refusal) implements Caller {}
    }

    Answer token(Call call, Product product, long seconds) {
        Optional<Answer> noKey = checkKey(call, product);
        if (noKey.isPresent()) {
            return noKey.get();
        }
        if (call.header("Content-Length").isEmpty()) {
            return Answer.text(411, "text/html", "<h2>Length Required</h2>");
        }
        if (call.header("Content-Type").orElse("").toLowerCase(Locale.ROOT).contains("x-www-form-urlencoded")) {
            return MtnErrors.html();
        }
        return call.header("Authorization")
                .flatMap(users::login)
                .map(user -> grant(user, product, seconds))
                .orElseGet(() -> Answer.json(401, Json.object().put("error", "login_failed")));
    }

    private Answer grant(String user, Product product, long seconds) {
        ObjectNode claims = Json.object()
                .put("clientId", user)
                .put("product", product.text())
                .put("generation", generation.get())
                .put("expires", clock.millis() + seconds * 1_000);
        String signed = HEADER + "." + encode(claims.toString());
        return Answer.json(
                200,
                Json.object()
                        .put("access_token", signed + "." + signature(signed))
                        .put("token_type", "access_token")
                        .put("expires_in", seconds));
    }

    /** Every token given out so far is refused from now on. */
    void revokeTokens() {
        generation.incrementAndGet();
    }

    Optional<Answer> checkKey(Call call, Product product) {
        Optional<String> key = call.header("Ocp-Apim-Subscription-Key");
        if (key.isEmpty()) {
            return Optional.of(MtnErrors.gateway(
                    401,
                    "Access denied due to missing subscription key. Make sure to include subscription key when making"
                            + " requests to an API."));
        }
        return key.get().equals(config.keyOf(product)) ? Optional.empty() : Optional.of(wrongKey());
    }

    /** Provisioning takes either product's key. */
    Optional<Answer> checkAnyKey(Call call) {
        Optional<Answer> asCollection = checkKey(call, Product.COLLECTION);
        return asCollection.isEmpty() ? asCollection : checkKey(call, Product.DISBURSEMENT);
    }

    private static Answer wrongKey() {
        return MtnErrors.gateway(
                401,
                "Access denied due to invalid subscription key. Make sure to provide a valid key for an active"
                        + " subscription.");
    }

    Caller check(Call call, Product product) {
        Optional<Answer> noKey = checkKey(call, product);
        if (noKey.isPresent()) {
            return new Caller.Stranger(noKey.get());
        }
        Optional<String> user = call.header("Authorization").flatMap(header -> userOf(header, product));
        if (user.isEmpty()) {
            return new Caller.Stranger(MtnErrors.gateway(401, "Unauthorized. Access token is missing or invalid."));
        }
        if (!call.header("X-Target-Environment").orElse("").equals(config.targetEnvironment())) {
            return new Caller.Stranger(MtnErrors.of(500, "NOT_ALLOWED_TARGET_ENVIRONMENT"));
        }
        return new Caller.Known(user.get());
    }

    private Optional<String> userOf(String authorization, Product product) {
        int dot = authorization.lastIndexOf('.');
        int from = "Bearer ".length();
        if (!authorization.startsWith("Bearer " + HEADER + ".") || dot <= from + HEADER.length()) {
            return Optional.empty();
        }
        String signed = authorization.substring(from, dot);
        byte[] given = authorization.substring(dot + 1).getBytes(StandardCharsets.UTF_8);
        if (!MessageDigest.isEqual(given, signature(signed).getBytes(StandardCharsets.UTF_8))) {
            return Optional.empty();
        }
        return Json.parse(decode(signed.substring(HEADER.length() + 1)))
                .filter(claims -> claims.path("product").asText().equals(product.text()))
                .filter(claims -> claims.path("generation").asLong() == generation.get())
                .filter(claims -> claims.path("expires").asLong() > clock.millis())
                .map(claims -> claims.path("clientId").asText());
    }

    private String signature(String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(secret);
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    private static String encode(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String decode(String text) {
        return new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
    }
}
