package cm.nkap.function.identity;

import cm.nkap.function.Caller;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The last tokens that were verified, by their hash. None is believed longer than a minute without a new look, so a key
 * that the issuer withdrew does not live on here.
 */
final class VerifiedTokens {
    private static final int MAX = 2_000;
    private static final Duration BELIEVED = Duration.ofSeconds(60);

    private final InstantSource clock = InstantSource.system();
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<ByteBuffer, Verified> tokens = new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Verified> eldest) {
            return size() > MAX;
        }
    };

    private record Verified(Caller caller, Instant until) {}

    @Nullable
    Caller find(String token) {
        var hash = hash(token);
        lock.lock();
        try {
            var found = tokens.get(hash);
            return found != null && clock.instant().isBefore(found.until) ? found.caller : null;
        } finally {
            lock.unlock();
        }
    }

    void keep(String token, Caller caller, Instant expiry) {
        var hash = hash(token);
        var minute = clock.instant().plus(BELIEVED);
        var until = expiry.isBefore(minute) ? expiry : minute;
        lock.lock();
        try {
            tokens.put(hash, new Verified(caller, until));
        } finally {
            lock.unlock();
        }
    }

    private static ByteBuffer hash(String token) {
        try {
            var sha = MessageDigest.getInstance("SHA-256");
            return ByteBuffer.wrap(sha.digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
