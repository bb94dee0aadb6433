package cm.nkap.providers.mtn;

import cm.nkap.providers.Exchange;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The access token of one product: minted once for all callers, renewed ten minutes before its hour is over (MTN's best
 * practice), and at once when MTN refuses it.
 */
final class MtnTokens {
    private static final Duration EARLY = Duration.ofMinutes(10);
    private static final Duration PAUSE_AFTER_FAILED_RENEWAL = Duration.ofSeconds(30);
    private static final long SHORTEST_LIFE_SECONDS = 1;
    private static final long LONGEST_LIFE_SECONDS = 86_400;
    private static final Pattern HEADER_SAFE = Pattern.compile("[!-~]{1,8192}");

    /** A token, or why there is none. */
    sealed interface Grant {}

    record Token(String value, Instant renewAt, Instant expiresAt) implements Grant {
        @Override
        public String toString() {
            return "Token[expiresAt=" + expiresAt + "]";
        }
    }

    record Missing(MtnReply.NoToken why) implements Grant {}

    private final MtnHttp http;
    private final URI endpoint;
    private final MtnConfig.Credentials credentials;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Token held;
    private @Nullable CompletableFuture<Grant> flight;

    MtnTokens(MtnHttp http, URI endpoint, MtnConfig.Credentials credentials, InstantSource clock) {
        this.http = http;
        this.endpoint = endpoint;
        this.credentials = credentials;
        this.clock = clock;
    }

    /** The token to ask with now. */
    Grant current() {
        return grant("");
    }

    /** Another token than the one that MTN just refused. */
    Grant replacing(Token refused) {
        return grant(refused.value());
    }

    private Grant grant(String refused) {
        CompletableFuture<Grant> joined;
        boolean ours = false;
        lock.lock();
        try {
            if (held != null && held.value().equals(refused)) {
                held = null;
            }
            Instant now = clock.instant();
            // While somebody renews early, everybody else goes on with the token that still holds.
            if (held != null && now.isBefore(held.expiresAt()) && (flight != null || now.isBefore(held.renewAt()))) {
                return held;
            }
            if (flight == null) {
                flight = new CompletableFuture<>();
                ours = true;
            }
            joined = flight;
        } finally {
            lock.unlock();
        }
        return ours ? fly(joined) : joined.join();
    }

    private Grant fly(CompletableFuture<Grant> ours) {
        Grant outcome = missing(false, "token call failed", Exchange.none("token call failed"));
        try {
            outcome = mint();
        } finally {
            lock.lock();
            try {
                outcome = keep(outcome);
                flight = null;
            } finally {
                lock.unlock();
            }
            ours.complete(outcome);
        }
        return outcome;
    }

    private Grant keep(Grant outcome) {
        if (outcome instanceof Token minted) {
            held = minted;
            return minted;
        }
        Instant now = clock.instant();
        if (held == null || !now.isBefore(held.expiresAt())) {
            return outcome;
        }
        held = new Token(held.value(), now.plus(PAUSE_AFTER_FAILED_RENEWAL), held.expiresAt());
        return held;
    }

    private Grant mint() {
        String basic = credentials.apiUser() + ":" + credentials.apiKey();
        HttpRequest request = HttpRequest.newBuilder(endpoint)
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(basic.getBytes(StandardCharsets.UTF_8)))
                .header("Ocp-Apim-Subscription-Key", credentials.subscriptionKey())
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"grant_type\":\"client_credentials\"}"))
                .build();
        return switch (http.send(request)) {
            case MtnReply.Answered answered -> granted(answered);
            case MtnReply.NotConnected none -> missing(false, "token endpoint not connected", none.evidence());
            case MtnReply.Lost lost -> missing(false, "token endpoint: " + lost.reason(), lost.evidence());
            case MtnReply.NoToken none -> new Missing(none);
        };
    }

    private Grant granted(MtnReply.Answered answered) {
        int status = answered.status();
        if (status == 200) {
            String value = answered.json()
                    .map(body -> body.path("access_token").stringValue(""))
                    .orElse("");
            // The body of a 200 is not evidence: whatever else is wrong with it, it may hold a token.
            return HEADER_SAFE.matcher(value).matches()
                    ? token(value, answered)
                    : missing(
                            false,
                            "unreadable token",
                            Exchange.answered(status, answered.evidence().took(), ""));
        }
        boolean refused = status == 401
                || status == 403
                || (status == 400 && answered.json().isPresent());
        return missing(refused, "token endpoint: HTTP " + status, answered.evidence());
    }

    private Token token(String value, MtnReply.Answered answered) {
        long seconds = answered.json().orElseThrow().path("expires_in").asLong(0);
        Duration life = Duration.ofSeconds(Math.clamp(seconds, SHORTEST_LIFE_SECONDS, LONGEST_LIFE_SECONDS));
        Duration early = life.dividedBy(6).compareTo(EARLY) < 0 ? life.dividedBy(6) : EARLY;
        Instant expiresAt = clock.instant().plus(life);
        return new Token(value, expiresAt.minus(early), expiresAt);
    }

    private static Missing missing(boolean refused, String reason, Exchange evidence) {
        return new Missing(new MtnReply.NoToken(refused, reason, evidence));
    }
}
