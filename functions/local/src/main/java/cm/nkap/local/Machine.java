package cm.nkap.local;

import cm.nkap.database.Migrations;
import cm.nkap.events.AllOrgs;
import cm.nkap.events.DeadLetters;
import cm.nkap.events.Dispatcher;
import cm.nkap.events.DispatcherSettings;
import cm.nkap.events.NatsSettings;
import cm.nkap.events.Subscriptions;
import cm.nkap.function.FunctionApplication;
import cm.nkap.payments.PersonalData;
import cm.nkap.providermock.ProviderMock;
import cm.nkap.providermock.ProviderMockConfig;
import cm.nkap.testing.AtExit;
import cm.nkap.testing.Nats;
import cm.nkap.testing.Postgres;
import cm.nkap.testing.Redis;
import cm.nkap.testing.TokenIssuer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;

/** Everything that runs for the developer, started in the order in which the parts need each other. */
final class Machine {
    private static final String DATABASE = "nkap";
    private static final String APP_USER = "nkap_app";
    private static final Map<String, String> POSTGRES = Map.of(
            "shared_buffers", "512MB",
            "max_connections", "200",
            "shared_preload_libraries", "pg_stat_statements");

    private final Map<String, String> tokens;
    private final Map<String, String> environment = new LinkedHashMap<>();

    private Machine(Map<String, String> tokens) {
        this.tokens = tokens;
    }

    /**
     * Starts all of it; what starts is stopped when this process ends, in the opposite order.
     *
     * @param home keeps all data
     * @param given the environment: {@code NKAP_…} settings in it win over ours
     * @param progress told what is there
     */
    static Machine start(Path home, Map<String, String> given, Consumer<String> progress) {
        Ports ports = new Ports();
        Postgres postgres = told(
                progress, "Postgres 18", () -> Postgres.start(home.resolve("postgres"), ports.from(15_432), POSTGRES));
        Redis redis = told(progress, "Redis", () -> Redis.start(home.resolve("redis"), ports.from(16_379)));
        Nats nats = nats(home, ports, progress);
        told(progress, "migrations", () -> migrate(postgres));
        ProviderMock mtn = told(progress, "MTN simulator", () -> simulator(home, ports.from(8_089)));
        AtExit.then(mtn::close);

        Path keys = created(home.resolve("keys"));
        TokenIssuer issuer = TokenIssuer.open(keys.resolve("issuer.jwk"));
        String jwksUrl = issuer.serve(ports.from(8_180));
        AtExit.then(issuer::close);
        String piiKey = Secrets.kept(keys.resolve("pii.key"));

        LocalSettings settings = new LocalSettings(ports.from(LocalSettings.port(given)));
        settings.servers(postgres.url(DATABASE), APP_USER, redis.url(), nats.url());
        settings.identity(TokenIssuer.ISSUER, TokenIssuer.AUDIENCE, jwksUrl);
        settings.provider(mtn.url());
        String eventSecret = Secrets.fresh();
        settings.secrets(piiKey, eventSecret);
        settings.overridden(given);

        Jdbi app = Jdbi.create(postgres.url(DATABASE), APP_USER, "");
        told(progress, "demo organisations", () -> {
            new LocalSeeds(new PersonalData(Base64.getDecoder().decode(piiKey))).plant(app);
            return true;
        });
        FunctionApplication functions = told(progress, "functions", () -> FunctionApplication.start(settings.all()));
        AtExit.then(functions::close);
        deliver(nats, app, functions);
        Ticker ticker = Ticker.start(settings.url(), eventSecret);
        AtExit.then(ticker::close);
        Machine machine = new Machine(Tokens.mint(issuer));
        machine.describe(settings, postgres, redis, nats, mtn);
        return machine;
    }

    private static Nats nats(Path home, Ports ports, Consumer<String> progress) {
        if (!Nats.isInstalled()) {
            progress.accept("nats-server is not on this machine: fetching Debian's package, once …");
        }
        return told(progress, "NATS JetStream", () -> Nats.start(home.resolve("nats"), ports.from(14_222)));
    }

    /** What {@code .dev/env} exports. */
    Map<String, String> environment() {
        return environment;
    }

    String url() {
        return environment.getOrDefault("NKAP_URL", "");
    }

    String tokenNames() {
        return tokens.keySet().stream().map(name -> "$" + name).collect(Collectors.joining(", "));
    }

    private void describe(LocalSettings settings, Postgres postgres, Redis redis, Nats nats, ProviderMock mtn) {
        environment.put("NKAP_URL", settings.url());
        environment.putAll(tokens);
        environment.put("NKAP_MERCHANT", LocalSeeds.DOUALA_MERCHANT);
        environment.put("NKAP_MERCHANT2", LocalSeeds.YAOUNDE_MERCHANT);
        environment.put("NKAP_PROVIDER_MOCK_URL", mtn.url());
        environment.put("NKAP_EVENT_SECRET", settings.all().getOrDefault("NKAP_EVENT_SECRET", ""));
        // Understood by psql as it is, and by the JDBC driver behind "jdbc:".
        String database = postgres.url(DATABASE).substring("jdbc:".length());
        environment.put("DATABASE_URL", database + "?user=" + APP_USER);
        environment.put("DATABASE_ADMIN_URL", database + "?user=postgres");
        environment.put("NATS_URL", nats.url());
        environment.put("REDIS_URL", redis.url());
    }

    private static ProviderMock simulator(Path home, int port) {
        return ProviderMock.start(ProviderMockConfig.usual()
                .withPort(port)
                .withOpening(LocalSeeds.OPENING_FLOAT)
                .withDataDirectory(created(home.resolve("simulator"))));
    }

    private static void deliver(Nats nats, Jdbi app, FunctionApplication functions) {
        Dispatcher dispatcher = Dispatcher.start(
                NatsSettings.of(nats.url(), "nkap-local-dispatcher"),
                DispatcherSettings.DEFAULT,
                Subscriptions.ALL,
                functions.inProcess(),
                new DeadLetters(AllOrgs.of(app)));
        AtExit.then(dispatcher::close);
    }

    private static int migrate(Postgres postgres) {
        String server = postgres.adminUrl("postgres");
        try (Connection admin = DriverManager.getConnection(server);
                Statement statement = admin.createStatement();
                ResultSet found =
                        statement.executeQuery("SELECT FROM pg_database WHERE datname = '" + DATABASE + "'")) {
            if (!found.next()) {
                statement.execute("CREATE DATABASE " + DATABASE);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("cannot create the database: " + e.getMessage(), e);
        }
        try {
            return Migrations.run(postgres.adminUrl(DATABASE)).stream()
                    .mapToInt(Migrations.Applied::migrations)
                    .sum();
        } catch (IllegalStateException e) {
            throw new IllegalStateException(
                    e.getMessage() + "\nWhen a migration was changed after this data was made: ./dev reset", e);
        }
    }

    private static <T> T told(Consumer<String> progress, String what, Supplier<T> start) {
        long began = System.nanoTime();
        T started = start.get();
        progress.accept("%-20s %5.1f s".formatted(what, (System.nanoTime() - began) / 1e9));
        return started;
    }

    private static Path created(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot create " + folder, e);
        }
    }
}
