package cm.nkap.local;

import cm.nkap.database.Migrations;
import cm.nkap.testing.Nats;
import cm.nkap.testing.Postgres;
import cm.nkap.testing.Redis;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The servers beside the functions: started here, or those that the environment names ({@code DATABASE_URL},
 * {@code REDIS_URL}, {@code NATS_URL}).
 *
 * @param database JDBC URL without a user, as the functions want it
 * @param admin JDBC URL of the same database for somebody who may create roles and schemas
 * @param password of {@value #USER}
 */
record Servers(String database, String admin, String password, String redis, String nats) {
    static final String USER = "nkap_app";
    private static final String NAME = "nkap";
    private static final Map<String, String> POSTGRES = Map.of(
            "shared_buffers", "512MB",
            "max_connections", "200",
            "shared_preload_libraries", "pg_stat_statements");

    /** Beside the addresses that we export, so that a shell that still has them is not taken to name servers of its own. */
    private static final String OURS = "NKAP_DEV_SERVERS";

    static Servers start(Path home, Map<String, String> given, Ports ports, Progress progress) {
        String redis = named(given, "REDIS_URL")
                .orElseGet(() -> progress.told("Redis", () -> Redis.start(home.resolve("redis"), ports.from(16_379))
                        .url()));
        String nats = named(given, "NATS_URL").orElseGet(() -> nats(home, ports, progress));
        return named(given, "DATABASE_URL")
                .map(url -> new Servers(
                        withoutUser(jdbc(url)),
                        jdbc(administrator(given)),
                        given.getOrDefault("DATABASE_PASSWORD", ""),
                        redis,
                        nats))
                .orElseGet(() -> {
                    Postgres postgres = progress.told(
                            "Postgres 18",
                            () -> Postgres.start(home.resolve("postgres"), ports.from(15_432), POSTGRES));
                    create(postgres.adminUrl("postgres"));
                    return new Servers(postgres.url(NAME), postgres.adminUrl(NAME), "", redis, nats);
                });
    }

    /** Brings the database to the newest schema; returns how many migrations that took. */
    int migrate() {
        try {
            return Migrations.run(admin).stream()
                    .mapToInt(Migrations.Applied::migrations)
                    .sum();
        } catch (IllegalStateException e) {
            throw new IllegalStateException(
                    e.getMessage() + "\nWhen a migration was changed after this data was made: ./dev reset", e);
        }
    }

    /** What a developer's shell gets. The database's addresses are understood by psql, and by the JDBC driver behind "jdbc:". */
    void export(Map<String, String> environment, Map<String, String> given) {
        String url = database.substring("jdbc:".length()) + (database.contains("?") ? "&" : "?") + "user=" + USER;
        environment.put("DATABASE_URL", url);
        environment.put("DATABASE_ADMIN_URL", admin.substring("jdbc:".length()));
        environment.put("NATS_URL", nats);
        environment.put("REDIS_URL", redis);
        environment.put(
                OURS,
                Stream.of("DATABASE_URL", "NATS_URL", "REDIS_URL")
                        .filter(name -> named(given, name).isEmpty())
                        .map(environment::get)
                        .collect(Collectors.joining(" ")));
    }

    private static Optional<String> named(Map<String, String> given, String variable) {
        String value = given.getOrDefault(variable, "").strip();
        boolean ours = (" " + given.getOrDefault(OURS, "") + " ").contains(" " + value + " ");
        return value.isEmpty() || ours ? Optional.empty() : Optional.of(value);
    }

    private static String administrator(Map<String, String> given) {
        return named(given, "DATABASE_ADMIN_URL")
                .orElseThrow(
                        () -> new IllegalStateException(
                                "DATABASE_URL names a database of yours: name also, in "
                                        + "DATABASE_ADMIN_URL, the same database with a user who may create roles and schemas, or unset it"));
    }

    private static String withoutUser(String url) {
        return url.replaceAll("(?<=[?&])(user|password)=[^&]*&?", "").replaceFirst("[?&]$", "");
    }

    private static String jdbc(String url) {
        return url.startsWith("jdbc:") ? url : "jdbc:" + url;
    }

    private static String nats(Path home, Ports ports, Progress progress) {
        if (!Nats.isInstalled()) {
            progress.say("nats-server is not on this machine: fetching Debian's package, once …");
        }
        return progress.told("NATS JetStream", () -> Nats.start(home.resolve("nats"), ports.from(14_222))
                .url());
    }

    private static void create(String server) {
        try (Connection admin = DriverManager.getConnection(server);
                Statement statement = admin.createStatement();
                ResultSet found = statement.executeQuery("SELECT FROM pg_database WHERE datname = '" + NAME + "'")) {
            if (!found.next()) {
                statement.execute("CREATE DATABASE " + NAME);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("cannot create the database: " + e.getMessage(), e);
        }
    }
}
