package cm.nkap.database;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.output.MigrateResult;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Brings a database to the state that this class path expects: roles, the schema {@code nkap}, then the migrations of
 * every module that ships a {@code db/migrations.list}. Forward only; run again it changes nothing.
 *
 * <p>Needs an administrator's connection, so it is an operator's job before a rollout and never a function's.
 */
public final class Migrations {
    private static final Pattern SCHEMA = Pattern.compile("[a-z][a-z_]*");

    /** What one schema went through; {@code version} is where it stands now, "none" when it has no migration. */
    public record Applied(String schema, int migrations, String version) {}

    private Migrations() {}

    /**
     * Runs everything.
     *
     * @param adminUrl JDBC URL, with user and password as parameters, of a role that may create roles
     * @throws IllegalStateException when the database refuses; nothing of the failed step remains
     */
    public static List<Applied> run(String adminUrl) {
        bootstrap(adminUrl);
        List<Applied> done = new ArrayList<>();
        for (String schema : schemas()) {
            done.add(migrate(adminUrl, schema));
        }
        return List.copyOf(done);
    }

    /** Sets the password of {@code nkap_app}; only its SCRAM verifier travels to the server and into its log. */
    public static void setAppPassword(String adminUrl, String password) {
        try (Connection admin = DriverManager.getConnection(adminUrl)) {
            admin.unwrap(PGConnection.class).alterUserPassword("nkap_app", password.toCharArray(), "scram-sha-256");
        } catch (SQLException e) {
            throw new IllegalStateException("cannot set the password of nkap_app: " + e.getMessage(), e);
        }
    }

    /** The schemas that modules on this class path bring, in the order in which they are migrated. */
    public static SortedSet<String> schemas() {
        SortedSet<String> schemas = new TreeSet<>();
        try {
            ClassLoader loader = Thread.currentThread().getContextClassLoader();
            for (URL list : Collections.list(loader.getResources("db/migrations.list"))) {
                addSchemas(list, schemas);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read db/migrations.list", e);
        }
        return schemas;
    }

    private static void addSchemas(URL list, SortedSet<String> schemas) throws IOException {
        try (InputStream in = list.openStream()) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                String schema = line.strip();
                if (schema.isEmpty() || schema.startsWith("#")) {
                    continue;
                }
                if (!SCHEMA.matcher(schema).matches()) {
                    throw new IllegalStateException(list + " names a schema that is not lower-case: " + schema);
                }
                schemas.add(schema);
            }
        }
    }

    private static void bootstrap(String adminUrl) {
        try (Connection admin = DriverManager.getConnection(adminUrl)) {
            admin.setAutoCommit(false);
            execute(admin, bootstrapSql());
            for (String schema : schemas()) {
                execute(admin, "CREATE SCHEMA IF NOT EXISTS " + schema + " AUTHORIZATION nkap_owner");
                execute(admin, "GRANT USAGE ON SCHEMA " + schema + " TO nkap_app");
            }
            admin.commit();
        } catch (SQLException e) {
            throw new IllegalStateException("cannot prepare roles and schemas: " + e.getMessage(), e);
        }
    }

    private static Applied migrate(String adminUrl, String schema) {
        Flyway flyway = Flyway.configure()
                .dataSource(asOwner(adminUrl))
                .schemas(schema)
                .createSchemas(false)
                .table("migration")
                .locations("classpath:db/migration/" + schema)
                .validateMigrationNaming(true)
                .failOnMissingLocations(true)
                .load();
        MigrateResult result;
        try {
            result = flyway.migrate();
        } catch (FlywayException e) {
            throw new IllegalStateException("schema " + schema + " cannot be migrated: " + firstLines(e), e);
        }
        String version = result.targetSchemaVersion == null ? result.initialSchemaVersion : result.targetSchemaVersion;
        return new Applied(schema, result.migrationsExecuted, version == null ? "none" : version);
    }

    /** Flyway's reason without its advertisement. */
    private static String firstLines(FlywayException e) {
        return String.valueOf(e.getMessage())
                .lines()
                .filter(line -> !line.contains("://"))
                .limit(10)
                .collect(Collectors.joining("\n"));
    }

    /** What a migration makes belongs to the owner, not to whoever runs it. */
    private static DataSource asOwner(String adminUrl) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(adminUrl);
        String given = source.getOptions();
        source.setOptions((given == null ? "" : given + " ") + "-c role=nkap_owner");
        return source;
    }

    private static void execute(Connection admin, String sql) throws SQLException {
        try (Statement statement = admin.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String bootstrapSql() {
        try (InputStream in = Migrations.class.getResourceAsStream("bootstrap.sql")) {
            if (in == null) {
                throw new IllegalStateException("bootstrap.sql is missing from the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read bootstrap.sql", e);
        }
    }

    /** For operators: reads DATABASE_ADMIN_URL and, when the role needs one, DATABASE_APP_PASSWORD. */
    public static void main(String[] args) {
        System.exit(operate(
                System.getenv("DATABASE_ADMIN_URL"), System.getenv("DATABASE_APP_PASSWORD"), System.out, System.err));
    }

    static int operate(@Nullable String adminUrl, @Nullable String appPassword, PrintStream out, PrintStream err) {
        if (adminUrl == null || adminUrl.isBlank()) {
            err.println("Set DATABASE_ADMIN_URL, for example"
                    + " jdbc:postgresql://db.example:5432/nkap?user=admin&password=…&sslmode=verify-full");
            return 2;
        }
        for (Applied applied : run(adminUrl)) {
            out.printf(
                    "%-10s %s, now at version %s%n",
                    applied.schema(),
                    applied.migrations() == 0 ? "nothing to do" : applied.migrations() + " migration(s) applied",
                    applied.version());
        }
        if (appPassword != null && !appPassword.isEmpty()) {
            setAppPassword(adminUrl, appPassword);
            out.println("password of nkap_app set");
        }
        return 0;
    }
}
