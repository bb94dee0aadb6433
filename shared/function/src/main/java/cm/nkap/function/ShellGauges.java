package cm.nkap.function;

import cm.nkap.secrets.SecretStore;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.Meter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the shell's parts are like at the moment of an export. Nobody is asked in between. */
final class ShellGauges {
    private static final AttributeKey<String> POOL = AttributeKey.stringKey("db.client.connection.pool.name");
    private static final AttributeKey<String> STATE = AttributeKey.stringKey("db.client.connection.state");
    private static final AttributeKey<String> KIND = AttributeKey.stringKey("kind");
    private static final List<String> KINDS = List.of("unavailable", "denied", "missing", "rejected");
    private static final String NAME = "nkap";

    private ShellGauges() {}

    static void watch(Meter meter, ConnectionPool pool, @Nullable RedisLink redis, SecretStore secrets) {
        watch(meter, pool);
        meter.counterBuilder("nkap.secrets.failures")
                .setDescription("Calls to the store of secrets that failed")
                .setUnit("{call}")
                .buildWithCallback(seen -> {
                    var failures = secrets.failures();
                    // A store that cannot fail says nothing; alerts still want a series.
                    KINDS.forEach(kind -> seen.record(failures.getOrDefault(kind, 0L), Attributes.of(KIND, kind)));
                });
        if (redis != null) {
            watch(meter, redis);
        }
    }

    private static void watch(Meter meter, ConnectionPool pool) {
        var all = Attributes.of(POOL, NAME);
        var used = Attributes.of(POOL, NAME, STATE, "used");
        var idle = Attributes.of(POOL, NAME, STATE, "idle");
        meter.upDownCounterBuilder("db.client.connection.count")
                .setDescription("Places for connections, at work and free")
                .setUnit("{connection}")
                .buildWithCallback(seen -> {
                    int now = pool.used();
                    seen.record(now, used);
                    seen.record(pool.most() - now, idle);
                });
        meter.upDownCounterBuilder("db.client.connection.max")
                .setDescription("Most connections")
                .setUnit("{connection}")
                .buildWithCallback(seen -> seen.record(pool.most(), all));
        meter.upDownCounterBuilder("db.client.connection.pending_requests")
                .setDescription("Callers that wait for a connection")
                .setUnit("{request}")
                .buildWithCallback(seen -> seen.record(pool.waiting(), all));
        meter.counterBuilder("db.client.connection.timeouts")
                .setDescription("Callers refused because no connection came free in time")
                .setUnit("{timeout}")
                .buildWithCallback(seen -> seen.record(pool.timeouts(), all));
    }

    private static void watch(Meter meter, RedisLink redis) {
        meter.gaugeBuilder("nkap.redis.connected")
                .ofLongs()
                .setDescription("1 while commands are tried, 0 while Redis is away or left alone")
                .setUnit("{connection}")
                .buildWithCallback(seen -> seen.record(redis.isThere() ? 1 : 0));
        meter.counterBuilder("nkap.redis.rests")
                .setDescription("How often Redis was left alone for some seconds after failures")
                .setUnit("{rest}")
                .buildWithCallback(seen -> seen.record(redis.rests()));
    }
}
