package cm.nkap.function;

import cm.nkap.function.telemetry.Spans;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to Redis that nobody ever waits for: it is made in the background, a command gets fifty milliseconds,
 * and after a few failures in a row Redis is left alone for some seconds.
 */
final class RedisLink implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RedisLink.class);
    private static final long COMMAND_MILLIS = 50;
    private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int FAILURES_ALLOWED = 3;
    private static final SetArgs ONE_DAY = SetArgs.Builder.ex(Duration.ofDays(1));

    private final String url;
    private final Spans spans;
    private final AtomicBoolean connecting = new AtomicBoolean();
    private final AtomicInteger failures = new AtomicInteger();
    private final LongAdder rests = new LongAdder();
    private volatile long restUntil = System.nanoTime();
    private volatile @Nullable Open open;
    private volatile boolean closed;

    private record Open(
            ClientResources resources, RedisClient client, StatefulRedisConnection<String, String> connection) {
        void close() {
            connection.close();
            client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
            end(resources);
        }
    }

    RedisLink(String url) {
        this(url, Spans.none());
    }

    RedisLink(String url, Spans spans) {
        this.url = url;
        this.spans = spans;
    }

    /** Whether a command would be tried now. */
    boolean isThere() {
        return open != null && System.nanoTime() - restUntil >= 0;
    }

    /** How often Redis was left alone since the start. */
    long rests() {
        return rests.sum();
    }

    Optional<String> get(String key) {
        var ready = ready();
        if (ready == null) {
            return Optional.empty();
        }
        var told = spans.redis("GET");
        try {
            var value = ready.connection.async().get(key).get(COMMAND_MILLIS, TimeUnit.MILLISECONDS);
            failures.set(0);
            told.accept(null);
            return Optional.ofNullable(value);
        } catch (TimeoutException | ExecutionException | RedisException e) {
            told.accept(e);
            failed(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Optional.empty();
    }

    /** Does not wait for the outcome. */
    void put(String key, String value) {
        var ready = ready();
        if (ready != null) {
            try {
                var unwatched = ready.connection.async().set(key, value, ONE_DAY);
                LOG.trace("msg=answer_cached pending={}", !unwatched.isDone());
            } catch (RedisException e) {
                failed(e);
            }
        }
    }

    /**
     * Runs a script on one key, by its digest; the future fails when Redis is away, is late or refuses. Does not wait.
     *
     * @return the whole numbers that it returned
     */
    CompletableFuture<List<Long>> run(String script, String key, String... arguments) {
        var ready = ready();
        if (ready == null) {
            return CompletableFuture.failedFuture(new RedisException("no connection to Redis"));
        }
        try {
            var commands = ready.connection.async();
            String[] keys = {key};
            var told = spans.redis("EVALSHA");
            CompletionStage<List<Long>> known =
                    commands.evalsha(commands.digest(script), ScriptOutputType.MULTI, keys, arguments);
            return known.exceptionallyCompose(e -> isUnknownScript(e)
                            ? commands.eval(script, ScriptOutputType.MULTI, keys, arguments)
                            : CompletableFuture.failedFuture(e))
                    .toCompletableFuture()
                    .orTimeout(COMMAND_MILLIS, TimeUnit.MILLISECONDS)
                    .whenComplete((said, e) -> {
                        told.accept(e);
                        judged(e);
                    });
        } catch (RedisException e) {
            failed(e);
            return CompletableFuture.failedFuture(e);
        }
    }

    private static boolean isUnknownScript(Throwable e) {
        return e instanceof RedisNoScriptException || e.getCause() instanceof RedisNoScriptException;
    }

    private void judged(@Nullable Throwable failure) {
        if (failure == null) {
            failures.set(0);
        } else {
            failed(failure);
        }
    }

    private @Nullable Open ready() {
        if (closed || System.nanoTime() - restUntil < 0) {
            return null;
        }
        var ready = open;
        if (ready == null && connecting.compareAndSet(false, true)) {
            Thread.ofVirtual().name("redis-connect").start(this::connect);
        }
        return ready;
    }

    private void connect() {
        var resources = ClientResources.builder()
                .ioThreadPoolSize(2)
                .computationThreadPoolSize(2)
                .build();
        try {
            var client = RedisClient.create(resources, RedisURI.create(url));
            client.setOptions(ClientOptions.builder()
                    .maintNotificationsConfig(MaintNotificationsConfig.disabled())
                    .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                    .requestQueueSize(1_000)
                    .socketOptions(SocketOptions.builder()
                            .connectTimeout(Duration.ofSeconds(1))
                            .build())
                    .build());
            open = new Open(resources, client, client.connect(StringCodec.UTF8));
            if (closed) {
                close();
            }
        } catch (RuntimeException e) {
            end(resources);
            rest(e);
            connecting.set(false);
        }
    }

    private static void end(ClientResources resources) {
        if (!resources.shutdown(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS)) {
            LOG.warn("msg=redis_threads_linger");
        }
    }

    private void failed(Throwable e) {
        if (failures.incrementAndGet() >= FAILURES_ALLOWED) {
            rest(e);
        }
    }

    private void rest(Throwable e) {
        failures.set(0);
        rests.increment();
        restUntil = System.nanoTime() + REST_NANOS;
        LOG.warn("msg=redis_rests reason={}", e.getClass().getSimpleName());
    }

    @Override
    public void close() {
        closed = true;
        var ready = open;
        open = null;
        if (ready != null) {
            ready.close();
        }
    }
}
