package cm.nkap.function.identity;

import cm.nkap.function.Caller;
import cm.nkap.function.MoneyMoved;
import cm.nkap.function.Problem;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.RemoteKeySourceException;
import com.nimbusds.jose.jwk.source.JWKSetUnavailableException;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.net.MalformedURLException;
import java.text.ParseException;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Turns an {@code Authorization} header into a caller. Keys come from the configured address only; whatever a token
 * itself says about keys ({@code jku}, {@code x5u}, {@code jwk}, a path in {@code kid}) is never followed. The keys are
 * kept for some minutes, fetched again early for an unknown {@code kid} but not more than twice in a period, and for
 * hours while the issuer is away.
 */
public final class TokenVerifier {
    private static final Set<JWSAlgorithm> ALGORITHMS =
            Set.of(JWSAlgorithm.RS256, JWSAlgorithm.PS256, JWSAlgorithm.ES256);
    private static final Duration KEYS_LAST = Duration.ofMinutes(5);
    private static final Duration KEYS_LAST_IN_OUTAGE = Duration.ofHours(12);
    private static final Duration BETWEEN_FETCHES = Duration.ofSeconds(30);
    private static final Duration FETCH_LIMIT = Duration.ofSeconds(3);
    private static final int MAX_KEYS_BYTES = 256 * 1024;
    private static final int MAX_TOKEN = 16 * 1024;
    static final int SKEW_SECONDS = 60;

    private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    private final VerifiedTokens verified = new VerifiedTokens();

    public TokenVerifier(IdentityConfig config) {
        this(config, ended -> {});
    }

    /** @param fetches told {@code fetched} or {@code failed} each time the issuer was asked for its keys */
    public TokenVerifier(IdentityConfig config, Consumer<String> fetches) {
        var claims = new DefaultJWTClaimsVerifier<>(
                Set.of(config.audience()),
                new JWTClaimsSet.Builder().issuer(config.issuer()).build(),
                Set.of("sub", "exp"),
                Set.of());
        claims.setMaxClockSkew(SKEW_SECONDS);
        processor.setJWTClaimsSetVerifier(claims);
        processor.setJWSTypeVerifier(
                new DefaultJOSEObjectTypeVerifier<>(JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(ALGORITHMS, keys(config, fetches)));
    }

    private static JWKSource<SecurityContext> keys(IdentityConfig config, Consumer<String> fetches) {
        try {
            var retriever = new DefaultResourceRetriever(
                    (int) FETCH_LIMIT.toMillis(), (int) FETCH_LIMIT.toMillis(), MAX_KEYS_BYTES);
            return JWKSourceBuilder.create(config.jwksUrl().toURL(), new CountedFetches(retriever, fetches))
                    .cache(KEYS_LAST.toMillis(), 2 * FETCH_LIMIT.toMillis())
                    .refreshAheadCache(false)
                    .rateLimited(BETWEEN_FETCHES.toMillis())
                    .outageTolerant(KEYS_LAST_IN_OUTAGE.toMillis())
                    .build();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException("NKAP_JWKS_URL is not an HTTP address", e);
        }
    }

    /** @throws Problem 401 when there is no valid token, 503 when the issuer's keys cannot be had */
    public Caller verify(@Nullable String authorization) {
        if (authorization == null) {
            throw unauthenticated("A bearer token is required");
        }
        var token = bearer(authorization);
        var known = verified.find(token);
        if (known != null) {
            return known;
        }
        var claims = claims(token);
        var caller = CallerClaims.read(claims);
        verified.keep(token, caller, claims.getExpirationTime().toInstant());
        return caller;
    }

    private static String bearer(String authorization) {
        var parts = authorization.strip().split(" +");
        if (parts.length != 2 || !parts[0].equalsIgnoreCase("Bearer") || parts[1].length() > MAX_TOKEN) {
            throw unauthenticated("A bearer token is required");
        }
        return parts[1];
    }

    private JWTClaimsSet claims(String token) {
        try {
            return processor.process(token, null);
        } catch (RemoteKeySourceException | JWKSetUnavailableException e) {
            throw Problem.of(503, "unavailable", "The service cannot be reached at the moment")
                    .detail("The issuer's keys cannot be fetched")
                    .moneyMoved(MoneyMoved.NO)
                    .retryAfter(FETCH_LIMIT)
                    .causedBy(e);
        } catch (KeySourceException e) {
            // Fetching again for this kid was refused by our own limit: to everybody else it is an unknown key.
            throw unauthenticated("The token is not valid");
        } catch (ParseException | BadJOSEException | JOSEException e) {
            throw unauthenticated("The token is not valid");
        }
    }

    static Problem unauthenticated(String detail) {
        return Problem.of(401, "unauthenticated", "Who calls is not known").detail(detail);
    }
}
