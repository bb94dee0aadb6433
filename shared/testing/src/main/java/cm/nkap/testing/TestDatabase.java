package cm.nkap.testing;

import cm.nkap.database.Migrations;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A database of its own for a test, in tens of milliseconds: a copy of one that this JVM migrated once from all
 * {@code db/migrations.list} on the class path. Use {@link #app()} for what the code under test does; only
 * {@link #admin()} sees past row-level security.
 */
public final class TestDatabase implements AutoCloseable {
    private static final String APP_USER = "nkap_app";
    private static final AtomicInteger count = new AtomicInteger();
    private static final String PREFIX = "nkap_test_" + ProcessHandle.current().pid() + "_";
    private static @Nullable String template;

    private final Postgres postgres;
    private final String name;

    private TestDatabase(Postgres postgres, String name) {
        this.postgres = postgres;
        this.name = name;
    }

    /** A migrated database without rows, on the shared server. */
    public static TestDatabase create() {
        Postgres postgres = Postgres.shared();
        String name = PREFIX + count.incrementAndGet();
        sql(postgres, "CREATE DATABASE " + name + " TEMPLATE " + template(postgres));
        // A copy does not take over what its template grants on the database itself.
        sql(postgres, "REVOKE ALL ON DATABASE " + name + " FROM PUBLIC");
        sql(postgres, "GRANT CONNECT ON DATABASE " + name + " TO nkap_app, nkap_owner");
        return new TestDatabase(postgres, name);
    }

    /** One on a server of the test's own, which it may kill. */
    public static TestDatabase createOn(Postgres own) {
        String name = PREFIX + count.incrementAndGet();
        sql(own, "CREATE DATABASE " + name);
        Migrations.run(own.adminUrl(name));
        return new TestDatabase(own, name);
    }

    /** JDBC URL without a user, as DATABASE_URL wants it. */
    public String url() {
        return postgres.url(name);
    }

    /** Where its server listens, for a proxy in between. */
    public int port() {
        return URI.create(url().substring("jdbc:".length())).getPort();
    }

    public String user() {
        return APP_USER;
    }

    public String password() {
        return Given.databasePassword();
    }

    /** JDBC URL of the administrator, user included. */
    public String adminUrl() {
        return postgres.adminUrl(name);
    }

    /** Connections of the application's role, neither owner nor able to bypass row-level security. */
    public DataSource app() {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(url());
        source.setUser(user());
        source.setPassword(password());
        return source;
    }

    /** Connections of the administrator: to prepare a test or to look behind the policies, never to run our code. */
    public DataSource admin() {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(adminUrl());
        return source;
    }

    /** What a process that uses this database finds in its environment. */
    public Map<String, String> settings() {
        return Map.of("DATABASE_URL", url(), "DATABASE_USER", user(), "DATABASE_PASSWORD", password());
    }

    /** Drops it, whoever is still connected. */
    @Override
    public void close() {
        sql(postgres, "DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
    }

    private static synchronized String template(Postgres postgres) {
        String made = template;
        if (made == null) {
            made = PREFIX + "template";
            sql(postgres, "DROP DATABASE IF EXISTS " + made + " WITH (FORCE)");
            sql(postgres, "CREATE DATABASE " + made);
            Migrations.run(postgres.adminUrl(made));
            if (postgres.port() == 0) {
                String leaving = made;
                AtExit.then(() -> sql(postgres, "DROP DATABASE IF EXISTS " + leaving + " WITH (FORCE)"));
            }
            template = made;
        }
        return made;
    }

    private static void sql(Postgres postgres, String statement) {
        try (Connection admin = DriverManager.getConnection(postgres.adminUrl("postgres"));
                Statement ready = admin.createStatement()) {
            ready.execute(statement);
        } catch (SQLException e) {
            throw new IllegalStateException(statement + ": " + e.getMessage(), e);
        }
    }
}
