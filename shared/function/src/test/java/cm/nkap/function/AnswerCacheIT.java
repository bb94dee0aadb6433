package cm.nkap.function;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.testing.Redis;
import cm.nkap.testing.Until;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AnswerCacheIT {
    private static final String NOTE = "{\"text\":\"hello\",\"amount\":500}";
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final String key = UUID.randomUUID().toString();

    @Test
    void redisAnswersRepeatsAndItsLossChangesNothing() throws Exception {
        var redis = Redis.start(Files.createTempDirectory("redis"), 0);
        try (var cached = new Running(Map.of("REDIS_URL", redis.url()))) {
            // The first calls find no connection yet; it is made behind their backs.
            Until.holds(LIMIT, "an answer is cached", () -> {
                cached.post(NOTE);
                return redisKeys(redis) > 0;
            });
            var first = cached.post(key, NOTE);
            Until.holds(LIMIT, "the answer is cached", () -> redisKeys(redis) > 1);
            cached.execute("UPDATE shell.idempotency SET body = replace(body, 'hello', 'from postgres')");
            assertThat(cached.post(key, NOTE).body()).as("from redis").isEqualTo(first.body());
            assertThat(cached.post(key, "{\"text\":\"x\",\"amount\":1}").statusCode())
                    .isEqualTo(422);

            redis.flush();
            assertThat(cached.post(key, NOTE).body()).contains("from postgres");

            redis.close();
            long notes = cached.count("notebook.note");
            for (int i = 0; i < 5; i++) {
                assertThat(cached.post(key, NOTE).body()).contains("from postgres");
            }
            assertThat(cached.post(NOTE).statusCode()).isEqualTo(201);
            assertThat(cached.count("notebook.note")).isEqualTo(notes + 1);
        }
    }

    private static long redisKeys(Redis redis) {
        var client = io.lettuce.core.RedisClient.create(redis.url());
        try (client;
                var connection = client.connect()) {
            return connection.sync().dbsize();
        }
    }
}
