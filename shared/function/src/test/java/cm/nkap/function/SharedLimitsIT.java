package cm.nkap.function;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.function.limits.LimitConfig;
import cm.nkap.function.limits.RateLimits;
import cm.nkap.testing.Redis;
import cm.nkap.testing.Until;
import io.lettuce.core.RedisClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two processes' limits on one real Redis. */
class SharedLimitsIT {
    private static final int RATE = 100;
    private static final int BURST = 2;
    private static final int PROCESSES = 2;
    private static final Duration LIMIT = Duration.ofSeconds(20);
    /** For each process three tenths of a second's calls, as the documentation promises. */
    private static final long OVER = PROCESSES * 3L * RATE / 10;

    private static final LimitConfig CONFIG = new LimitConfig(RATE, RATE, 0, 0, Duration.ofSeconds(BURST), PROCESSES);
    private static int people;

    @SuppressWarnings("NullAway.Init") // made before the first test
    private static Redis redis;

    @SuppressWarnings("NullAway.Init") // made before the first test
    private static Path folder;

    private final Caller caller = new Caller("somebody-" + ++people, "shop", Set.of(Role.MERCHANT), "server");
    private final List<RedisLink> links = List.of(new RedisLink(redis.url()), new RedisLink(redis.url()));
    private final List<RateLimits> processes = links.stream()
            .map(link -> new RateLimits(CONFIG, new RedisLeases(link), _ -> {}))
            .toList();

    @BeforeAll
    static void start() throws IOException {
        folder = Files.createTempDirectory("redis-limits");
        redis = Redis.start(folder, 0);
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    @BeforeEach
    void connected() {
        links.forEach(link -> Until.holds(LIMIT, "connected", () -> {
            link.put("there", "yes");
            return link.get("there").isPresent();
        }));
    }

    @AfterEach
    void close() {
        links.forEach(RedisLink::close);
    }

    /** What a run of calls, four times what is allowed, was answered. */
    private record Run(long admitted, long refused, double seconds, long longestNanos) {}

    private Run run(Duration time) {
        long began = System.nanoTime();
        long[] counts = new long[2];
        long longest = 0;
        for (int i = 0; System.nanoTime() - began < time.toNanos(); i++) {
            long before = System.nanoTime();
            boolean admitted = processes.get(i % PROCESSES).take(caller, "POST").admitted();
            longest = Math.max(longest, System.nanoTime() - before);
            counts[admitted ? 0 : 1]++;
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1) / (4 * RATE));
        }
        var run = new Run(counts[0], counts[1], (System.nanoTime() - began) / 1e9, longest);
        return run;
    }

    private static void keepsTheSharedBudget(Run run) {
        double allowed = RATE * (BURST + run.seconds);
        assertThat((double) run.admitted)
                .as("%s", run)
                .isLessThanOrEqualTo(allowed + OVER)
                .isGreaterThanOrEqualTo(RATE);
    }

    @Test
    void twoProcessesTogetherKeepTheBudget() {
        keepsTheSharedBudget(run(Duration.ofSeconds(3)));
    }

    @Test
    void aBudgetThatOneUsedUpIsUsedUpForTheOther() {
        int admitted = 0;
        for (int i = 0; i < 10 * RATE; i++) {
            admitted += processes.getFirst().take(caller, "POST").admitted() ? 1 : 0;
        }
        long began = System.nanoTime();
        int elsewhere = 0;
        for (int i = 0; i < RATE; i++) {
            elsewhere += processes.getLast().take(caller, "POST").admitted() ? 1 : 0;
        }

        assertThat(admitted).isGreaterThan(RATE);
        double seconds = (System.nanoTime() - began) / 1e9;
        assertThat((double) elsewhere).isLessThanOrEqualTo(RATE * seconds + OVER);
    }

    @Test
    void anOutageNeitherOpensNorBlocksAndEndsByItself() {
        run(Duration.ofMillis(500));

        redis.close();
        var without = run(Duration.ofSeconds(2));
        redis = Redis.start(folder, URI.create(redis.url()).getPort());

        double parts = RATE * (BURST + without.seconds);
        assertThat((double) without.admitted)
                .as("%s", without)
                .isLessThanOrEqualTo(parts + OVER)
                .isGreaterThanOrEqualTo(RATE / 2.0);
        assertThat(without.longestNanos).isLessThan(LIMIT.toNanos());
        Until.holds(LIMIT, "budgets are shared again", () -> {
            processes.forEach(process -> process.take(caller, "POST"));
            return !keys().isEmpty();
        });
    }

    @Test
    void aKeyOfAnotherKindInRedisStillLeavesALimit() {
        var first = run(Duration.ofMillis(200));
        var key = keys().getFirst();
        try (var client = RedisClient.create(redis.url());
                var connection = client.connect()) {
            connection.sync().del(key);
            connection.sync().hset(key, "not", "a number");
        }

        var second = run(Duration.ofSeconds(1));

        assertThat(first.admitted).isPositive();
        assertThat((double) second.admitted).isLessThanOrEqualTo(RATE * (BURST + second.seconds) + OVER);
    }

    private static List<String> keys() {
        try (var client = RedisClient.create(redis.url());
                var connection = client.connect()) {
            return connection.sync().keys("nkap:limit:*");
        }
    }
}
