package cm.nkap.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * PostgreSQL 18 on this machine, on the loopback only and as durable as in production (fsync and synchronous commit are
 * on, also for tests: what a crash test proves must hold there). Needs no installation; as root it needs
 * {@code unshare}.
 */
public final class Postgres implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Postgres.class);
    private static final Pattern URL = Pattern.compile("(jdbc:postgresql://[^/?]+/)([^?]*)(\\?.*)?");
    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final Map<String, String> DURABLE = Map.of(
            "listen_addresses", "127.0.0.1",
            "unix_socket_directories", "",
            "fsync", "on",
            "synchronous_commit", "on",
            "full_page_writes", "on",
            "jit", "off",
            "max_wal_size", "2GB");
    private static final Map<String, String> FOR_TESTS = Map.of("shared_buffers", "256MB", "max_connections", "200");
    private static @Nullable Postgres shared;

    private final String adminUrl;
    private final Path folder;
    private final Map<String, String> settings;
    private final int port;
    private @Nullable EmbeddedPostgres server;

    private Postgres(String adminUrl, Path folder, int port, Map<String, String> settings) {
        this.adminUrl = adminUrl;
        this.folder = folder;
        this.port = port;
        this.settings = settings;
    }

    /**
     * The one server that all tests of this JVM share, started at first use and gone with the JVM; the one of
     * NKAP_TEST_DATABASE_ADMIN_URL when that is set.
     */
    public static synchronized Postgres shared() {
        Postgres running = shared;
        if (running == null) {
            running = Given.databaseAdminUrl()
                    .map(Postgres::given)
                    .orElseGet(() -> start(Folders.temporary("postgres"), 0, FOR_TESTS));
            shared = running;
        }
        return running;
    }

    /**
     * Starts a server that keeps its data in {@code folder}; ends an orphan that a killed run left there.
     *
     * @param port 0 for any free one
     * @param settings what postgresql.conf would say, over our own durable settings
     * @throws IllegalStateException when it cannot start; its log is {@code folder/postgres.log}
     */
    public static Postgres start(Path folder, int port, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(DURABLE);
        all.putAll(settings);
        int chosen = port == 0 ? Child.freePort() : port;
        String url = "jdbc:postgresql://127.0.0.1:" + chosen + "/postgres?user=postgres";
        Postgres postgres = new Postgres(url, folder.toAbsolutePath().normalize(), chosen, Map.copyOf(all));
        postgres.open();
        AtExit.then(postgres::close);
        return postgres;
    }

    /** A server that somebody else runs; closing and restarting leave it alone. */
    public static Postgres given(String adminUrl) {
        if (!URL.matcher(adminUrl).matches()) {
            throw new IllegalArgumentException("not a PostgreSQL JDBC URL: NKAP_TEST_DATABASE_ADMIN_URL");
        }
        return new Postgres(adminUrl, Path.of("."), 0, Map.of());
    }

    /** JDBC URL, administrator included, of one of its databases. */
    public String adminUrl(String database) {
        Matcher parts = URL.matcher(adminUrl);
        if (!parts.matches()) {
            throw new IllegalStateException("not a PostgreSQL JDBC URL");
        }
        return parts.group(1) + database + (parts.group(3) == null ? "" : parts.group(3));
    }

    /** JDBC URL of one of its databases without a user, as DATABASE_URL wants it. */
    public String url(String database) {
        String url = adminUrl(database);
        int query = url.indexOf('?');
        return query < 0 ? url : url.substring(0, query);
    }

    /** 0 when the server is a given one. */
    public int port() {
        return port;
    }

    /** Stops it, unless it was killed, and starts it on the same port and data; connections break, committed rows stay. */
    public synchronized void restart() {
        if (port != 0) {
            close();
            open();
        }
    }

    /**
     * As if the machine had lost power under it: the server and all its processes at once, nothing is written any more
     * and nobody is told. {@link #restart} brings it back; a server that somebody else runs is left alone.
     */
    public synchronized void kill() {
        if (server == null) {
            return;
        }
        ProcessHandle postmaster = serverOf(data()).orElseThrow(() -> new IllegalStateException("no server to kill"));
        // Held still first, so that it starts no process that is not on the list.
        signal(postmaster, "-STOP");
        List<ProcessHandle> all =
                Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList();
        all.forEach(ProcessHandle::destroyForcibly);
        Until.holds(START_LIMIT, "killed postgres ends", () -> all.stream().noneMatch(Child::lives));
        try {
            // Where nobody collects the dead, its number looks alive to the next server.
            Files.deleteIfExists(data().resolve("postmaster.pid"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot clear up after the killed postgres", e);
        }
        close();
    }

    /** Stops it; its data stays in the folder. */
    @Override
    public synchronized void close() {
        EmbeddedPostgres running = server;
        server = null;
        if (running != null) {
            try {
                running.close();
            } catch (IOException e) {
                throw new UncheckedIOException("cannot stop postgres", e);
            }
        }
    }

    private synchronized void open() {
        Folders.created(folder);
        Path data = data();
        Path ready = folder.resolve("pg18.ready");
        endOrphan(data);
        if (!Files.exists(ready)) {
            // A first start that was cut off leaves half a cluster, which the server would take for a whole one.
            Folders.delete(data);
        }
        ProcessBuilder.Redirect output =
                ProcessBuilder.Redirect.appendTo(folder.resolve("postgres.log").toFile());
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(false)
                .setOverrideWorkingDirectory(Folders.cache("postgres").toFile())
                .setPort(port)
                .setPGStartupWait(START_LIMIT)
                .setOutputRedirector(output)
                .setErrorRedirector(output)
                .setLocaleConfig("locale-provider", "builtin")
                .setLocaleConfig("builtin-locale", "C.UTF-8")
                .setLocaleConfig("locale", "C");
        settings.forEach(builder::setServerConfig);
        try {
            server = builder.start();
            Files.writeString(ready, "");
        } catch (IOException | IllegalStateException e) {
            throw new IllegalStateException(
                    "postgres did not start; see " + folder.resolve("postgres.log")
                            + ". In a container that forbids user namespaces run as a user other than root.",
                    e);
        }
    }

    private Path data() {
        // The major version is in the name: 19 cannot open what 18 wrote.
        return folder.resolve("pg18");
    }

    /** Ends the server of a data folder whose JVM was killed; a process that only has its number is left alone. */
    static void endOrphan(Path data) {
        Path folder = data.toAbsolutePath().normalize();
        serverOf(folder).ifPresent(orphan -> {
            log.info("ending orphan postgres pid={} of {}", orphan.pid(), folder);
            // SIGTERM would wait for its clients; SIGINT is the fast shutdown, with a checkpoint.
            signal(orphan, "-INT");
            Until.holds(START_LIMIT, "orphan postgres " + orphan.pid() + " ends", () -> !Child.lives(orphan));
        });
    }

    private static void signal(ProcessHandle server, String signal) {
        try {
            new ProcessBuilder("kill", signal, Long.toString(server.pid()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .onExit()
                    .join();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot send " + signal + " to postgres " + server.pid(), e);
        }
    }

    private static Optional<ProcessHandle> serverOf(Path data) {
        Path pidFile = data.resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return Optional.empty();
        }
        try {
            List<String> lines = Files.readAllLines(pidFile);
            return lines.isEmpty()
                    ? Optional.empty()
                    : ProcessHandle.of(Long.parseLong(lines.getFirst().strip()))
                            .filter(Child::lives)
                            .filter(process -> isServer(process.info(), data));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + pidFile, e);
        }
    }

    private static boolean isServer(ProcessHandle.Info process, Path data) {
        String line = process.commandLine().orElse("");
        return line.contains("postgres") && line.contains(data.toString());
    }
}
