package cm.nkap.function;

import cm.nkap.function.json.Json;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/**
 * Finished answers in Redis, so that a repeated call costs no transaction. Whatever goes wrong here is a miss: Postgres
 * knows the answer as well.
 */
final class AnswerCache {
    private static final Logger LOG = LoggerFactory.getLogger(AnswerCache.class);
    private static final String PREFIX = "nkap:answer:";

    private final @Nullable RedisLink redis;

    private record Kept(int status, @Nullable String body, Map<String, String> headers, String fingerprint) {}

    /** @param redis null for no cache at all */
    AnswerCache(@Nullable RedisLink redis) {
        this.redis = redis;
    }

    Optional<StoredAnswer> find(IdempotencyKey key) {
        if (redis == null) {
            return Optional.empty();
        }
        var json = redis.get(PREFIX + key.digest());
        return json.flatMap(AnswerCache::read);
    }

    void put(IdempotencyKey key, StoredAnswer answer) {
        if (redis != null) {
            var print = Base64.getEncoder().encodeToString(answer.fingerprint());
            var kept = new Kept(answer.status(), answer.body(), answer.headers(), print);
            redis.put(PREFIX + key.digest(), Json.text(kept));
        }
    }

    private static Optional<StoredAnswer> read(String json) {
        try {
            var kept = Json.mapper().readValue(json, Kept.class);
            var print = Base64.getDecoder().decode(kept.fingerprint());
            return Optional.of(new StoredAnswer(kept.status(), kept.body(), kept.headers(), print));
        } catch (JacksonException | IllegalArgumentException | NullPointerException e) {
            LOG.warn("msg=cached_answer_unreadable reason={}", e.getClass().getSimpleName());
            return Optional.empty();
        }
    }
}
