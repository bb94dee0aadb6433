package cm.nkap.function.permissions;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The last decisions, by hash of token and permission. One that is asked for many times at once is made once. Its age
 * counts from before it was asked for, so that nothing is believed longer than the bound after it changed. Refusals are
 * kept for a moment only: whoever has just been given a role does not wait for it.
 */
final class Decisions {
    private static final int MOST = 2_000;
    private static final Duration REFUSALS_LAST = Duration.ofSeconds(2);

    private final Duration age;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Asked> entries = new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Asked> eldest) {
            return size() > MOST;
        }
    };

    /** @param at when the question was put */
    private record Asked(CompletableFuture<Decision> decision, Instant at) {}

    Decisions(Duration age) {
        this(age, InstantSource.system());
    }

    Decisions(Duration age, InstantSource clock) {
        this.age = age;
        this.clock = clock;
    }

    /** The decision that is known, or is being made, or the one that {@code ask} makes; what it throws is thrown to all. */
    Decision of(String token, String permission, Supplier<Decision> ask) {
        var key = hash(token + "\n" + permission);
        var mine = new CompletableFuture<Decision>();
        var theirs = find(key, mine);
        if (theirs != null) {
            return joined(theirs);
        }
        try {
            var made = ask.get();
            mine.complete(made);
            return made;
        } catch (RuntimeException | Error e) {
            forget(key, mine);
            mine.completeExceptionally(e);
            throw e;
        }
    }

    private @Nullable CompletableFuture<Decision> find(String key, CompletableFuture<Decision> mine) {
        lock.lock();
        try {
            var now = clock.instant();
            var found = entries.get(key);
            if (found != null && isGood(found, now)) {
                return found.decision;
            }
            entries.put(key, new Asked(mine, now));
            return null;
        } finally {
            lock.unlock();
        }
    }

    private boolean isGood(Asked entry, Instant now) {
        var decision = entry.decision.getNow(null);
        if (decision == null) {
            // Being made: bounded by the time-outs of who asks.
            return true;
        }
        var lasts = decision.isAllowed() || age.compareTo(REFUSALS_LAST) < 0 ? age : REFUSALS_LAST;
        return now.isBefore(entry.at.plus(lasts)) && now.isBefore(decision.expiry());
    }

    private void forget(String key, CompletableFuture<Decision> mine) {
        lock.lock();
        try {
            var found = entries.get(key);
            if (found != null && found.decision == mine) {
                entries.remove(key);
            }
        } finally {
            lock.unlock();
        }
    }

    private static Decision joined(CompletableFuture<Decision> theirs) {
        try {
            return theirs.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException refusal) {
                throw refusal;
            }
            throw e;
        }
    }

    private static String hash(String text) {
        try {
            var sha = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(sha);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
