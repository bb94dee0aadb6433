package cm.nkap.function;

import cm.nkap.events.Envelope;
import cm.nkap.events.NatsSettings;
import cm.nkap.events.Outbox;
import cm.nkap.events.Publisher;
import cm.nkap.function.limits.LimitConfig;
import cm.nkap.function.limits.RateLimits;
import cm.nkap.function.telemetry.JvmGauges;
import cm.nkap.function.telemetry.ShellMetrics;
import cm.nkap.function.telemetry.Telemetry;
import cm.nkap.function.telemetry.TelemetryConfig;
import cm.nkap.secrets.SecretStore;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What every function of a process shares, wired by hand. Nothing here connects before it is used. */
final class Shell implements AutoCloseable {
    private final SecretStore secrets;
    private final Settings settings;
    private final Telemetry telemetry;
    private final ShellMetrics metrics;
    private final @Nullable Publisher publisher;
    private final @Nullable RedisLink redis;
    private final RateLimits limits;
    private final Database database;
    private final Operations operations;

    /** Settings of the shell itself that are not the database's or the server's. */
    record ShellConfig(
            @Setting(env = "NATS_URL") @Nullable String natsUrl,

            @Setting(env = "REDIS_URL", secret = true) @Nullable
            String redisUrl,

            @Nullable String killAt) {}

    Shell(Map<String, String> env) {
        secrets = SecretsConfig.open(env);
        settings = new Settings(env, secrets);
        telemetry = Telemetry.open(settings.read(TelemetryConfig.class), FunctionModules.process(env));
        metrics = telemetry.isOn() ? ShellMetrics.of(telemetry.api()) : ShellMetrics.silent();
        var config = settings.read(ShellConfig.class);
        if (config.killAt() != null) {
            Step.arm(config.killAt());
        }
        var redisUrl = config.redisUrl();
        redis = redisUrl == null ? null : new RedisLink(redisUrl, telemetry.spans());
        limits = new RateLimits(
                settings.read(LimitConfig.class), redis == null ? null : new RedisLeases(redis), metrics::refused);
        var nats = config.natsUrl();
        publisher = nats == null ? null : new Publisher(NatsSettings.of(nats, "nkap"), this::confirm, telemetry.api());
        database = Database.open(settings.read(DatabaseConfig.class), this::publish, metrics, telemetry.spans());
        operations = new Operations(database, new AnswerCache(redis), settings.read(BatchConfig.class), metrics);
        if (telemetry.isOn()) {
            ShellGauges.watch(telemetry.api().getMeter("cm.nkap.function"), database.connections(), redis, secrets);
            JvmGauges.watch(telemetry.api().getMeter("cm.nkap.jvm"));
        }
    }

    private void publish(List<Envelope> events) {
        if (publisher != null) {
            publisher.publish(events);
        }
    }

    private void confirm(Collection<String> ids) {
        Outbox.confirmer(work -> database.run(Orgs.all(), tx -> work.accept(tx.handle())))
                .accept(ids);
    }

    Settings settings() {
        return settings;
    }

    ShellMetrics metrics() {
        return metrics;
    }

    Telemetry telemetry() {
        return telemetry;
    }

    SecretStore secrets() {
        return secrets;
    }

    Database database() {
        return database;
    }

    Operations operations() {
        return operations;
    }

    RateLimits limits() {
        return limits;
    }

    Optional<Publisher> publisher() {
        return Optional.ofNullable(publisher);
    }

    @Override
    public void close() {
        if (publisher != null) {
            publisher.close();
        }
        if (redis != null) {
            redis.close();
        }
        database.close();
        secrets.close();
        telemetry.close();
    }
}
