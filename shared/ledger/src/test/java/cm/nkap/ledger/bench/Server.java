package cm.nkap.ledger.bench;

import cm.nkap.testing.AtExit;
import cm.nkap.testing.Postgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A Postgres 18 of the benchmark's own, on the loopback, as durable as in production; gone when the JVM ends. */
final class Server {
    /** Others may use the same server. */
    private static final String PREFIX = "bench_" + ProcessHandle.current().pid() + "_";

    /** Until this JVM ends. */
    private static @Nullable FileLock held;

    private final Postgres postgres;
    private final Map<String, String> settings;
    private final long pid;
    /** Kept open: opening one in the middle of a measurement would be measured. */
    private final Connection session;

    private final Map<String, String> templates = new HashMap<>();
    private int copies;

    /** A database of it. */
    record Database(Server server, String name) {
        String adminUrl() {
            return server.postgres.adminUrl(name);
        }

        /** As the application's role, which owns nothing. */
        String appUrl() {
            return adminUrl() + "&options=-c%20role%3Dnkap_app";
        }

        Connection admin() throws SQLException {
            return DriverManager.getConnection(adminUrl());
        }

        void execute(String sql) throws SQLException {
            try (Connection admin = admin();
                    Statement statement = admin.createStatement()) {
                statement.execute(sql);
            }
        }

        int port() {
            return server.postgres.port();
        }
    }

    private Server(Postgres postgres, Map<String, String> settings, long pid) throws SQLException {
        this.postgres = postgres;
        this.settings = settings;
        this.pid = pid;
        this.session = database("postgres").admin();
    }

    /**
     * Starts it.
     *
     * @param isKept whether its data stays, for a later run to go on with
     * @throws IllegalStateException when another run uses the folder
     */
    static Server start(Path folder, boolean isKept) throws SQLException {
        lock(folder);
        if (!isKept) {
            AtExit.then(() -> delete(folder));
        }
        long buffers = Math.clamp(Machine.memoryMegabytes() / 5, 128, 4_096);
        Map<String, String> settings = new TreeMap<>(Map.of(
                "shared_buffers", buffers + "MB",
                "max_wal_size", "8GB",
                "checkpoint_timeout", "15min",
                "max_connections", "300"));
        Postgres postgres = Postgres.start(folder, 0, settings);
        try {
            long pid = Long.parseLong(Files.readAllLines(folder.resolve("pg18/postmaster.pid"))
                    .getFirst()
                    .strip());
            return new Server(postgres, settings, pid);
        } catch (IOException e) {
            throw new UncheckedIOException("postgres left no pid file", e);
        }
    }

    /** The one that all tests of this JVM share; its processes are not watched. */
    static Server shared() throws SQLException {
        return new Server(Postgres.shared(), Map.of(), 0);
    }

    long pid() {
        return pid;
    }

    Database database(String name) {
        return new Database(this, name);
    }

    /** A fresh copy of what the contender installs. */
    Database copyOf(Contender contender, Chart chart) throws SQLException {
        String template = templates.get(contender.schema());
        if (template == null) {
            template = PREFIX + "template_" + templates.size();
            run("CREATE DATABASE " + template);
            contender.install(database(template), chart);
            templates.put(contender.schema(), template);
        }
        String copy = PREFIX + ++copies;
        run("CREATE DATABASE " + copy + " TEMPLATE " + template);
        contender.prepare(database(copy));
        return database(copy);
    }

    /** With a checkpoint, so that no measurement pays for another one's pages. */
    void drop(Database database) throws SQLException {
        run("DROP DATABASE " + database.name() + " WITH (FORCE)");
    }

    /** Drops what copies were made of. */
    void dropTemplates() throws SQLException {
        for (String template : templates.values()) {
            forget(template);
        }
        templates.clear();
    }

    /** Whether it has a database of this name already. */
    boolean has(String name) throws SQLException {
        return "t".equals(answer("SELECT EXISTS (SELECT FROM pg_database WHERE datname = '" + name + "')"));
    }

    void create(String name) throws SQLException {
        run("CREATE DATABASE " + name);
    }

    void rename(String name, String to) throws SQLException {
        run("ALTER DATABASE " + name + " RENAME TO " + to);
    }

    void forget(String name) throws SQLException {
        run("DROP DATABASE IF EXISTS " + name);
    }

    String size(String name) throws SQLException {
        return answer("SELECT pg_size_pretty(pg_database_size('" + name + "'))");
    }

    /** Bytes of write-ahead log since ever. */
    long wal() throws SQLException {
        return Long.parseLong(answer("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint"));
    }

    String text() throws SQLException {
        return answer("SELECT version()").replaceFirst(",.*", "") + ", fsync " + answer("SHOW fsync")
                + ", synchronous_commit " + answer("SHOW synchronous_commit") + ", full_page_writes "
                + answer("SHOW full_page_writes") + ", data checksums " + answer("SHOW data_checksums") + ", "
                + settings;
    }

    private String answer(String query) throws SQLException {
        try (Statement statement = session.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    private void run(String sql) throws SQLException {
        try (Statement statement = session.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void lock(Path folder) {
        try {
            Files.createDirectories(folder);
            FileChannel channel = FileChannel.open(
                    folder.resolveSibling(folder.getFileName() + ".lock"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE);
            held = channel.tryLock();
            if (held == null) {
                channel.close();
                throw new IllegalStateException("another benchmark runs in " + folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot use " + folder, e);
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + folder, e);
        }
    }
}
