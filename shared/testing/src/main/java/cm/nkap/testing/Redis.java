package cm.nkap.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.embedded.core.ExecutableProvider;

/**
 * Redis on the loopback, without persistence: whatever is in it may vanish at any moment, and must be allowed to. Takes
 * redis-server from the PATH, else the 6.2 that a library brings.
 */
public final class Redis implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static @Nullable Redis shared;

    private final URI url;
    private final Path folder;
    private @Nullable Child server;

    private Redis(URI url, Path folder) {
        this.url = url;
        this.folder = folder;
    }

    /** The one server that all tests of this JVM share; the one of NKAP_TEST_REDIS_URL when that is set. */
    public static synchronized Redis shared() {
        Redis running = shared;
        if (running == null) {
            running = Given.redisUrl()
                    .map(given -> new Redis(URI.create(given), Path.of(".")))
                    .orElseGet(() -> start(Folders.temporary("redis"), 0));
            shared = running;
        }
        return running;
    }

    /**
     * Starts a server.
     *
     * @param folder for its log and pid file
     * @param port 0 for any free one
     */
    public static Redis start(Path folder, int port) {
        int chosen = port == 0 ? Child.freePort() : port;
        Redis redis = new Redis(URI.create("redis://127.0.0.1:" + chosen), folder.toAbsolutePath());
        redis.open();
        AtExit.then(redis::close);
        return redis;
    }

    /** As REDIS_URL wants it. */
    public String url() {
        return url.toString();
    }

    /** Forgets everything. */
    public void flush() {
        String answer = ask("FLUSHALL");
        if (!answer.startsWith("+OK")) {
            throw new IllegalStateException("FLUSHALL: " + answer);
        }
    }

    /** Stops and starts it on the same port; everything is forgotten. A given server is only flushed. */
    public synchronized void restart() {
        if (server == null) {
            flush();
            return;
        }
        close();
        open();
    }

    @Override
    public synchronized void close() {
        Child running = server;
        server = null;
        if (running != null) {
            running.stop();
        }
    }

    private synchronized void open() {
        // Before its executable is unpacked again under it.
        Child.endOrphan(folder.resolve("redis.pid"));
        String port = Integer.toString(url.getPort());
        List<String> command = List.of(
                executable(Folders.created(folder)),
                "--bind",
                "127.0.0.1",
                "--port",
                port,
                "--save",
                "",
                "--appendonly",
                "no",
                "--daemonize",
                "no",
                "--maxmemory",
                "256mb",
                "--maxmemory-policy",
                "allkeys-lru",
                "--dir",
                folder.toString());
        Child started = Child.start("redis", folder, command);
        server = started;
        Until.holds(START_LIMIT, "redis answers on port " + port + ", log " + started.logFile(), () -> {
            if (!started.isAlive()) {
                throw new IllegalStateException("redis ended at once; see " + started.logFile());
            }
            return answers(started.pid());
        });
    }

    /** The one that we started, and not somebody else's on the same port. */
    private boolean answers(long pid) {
        try {
            return ask("INFO server").contains("process_id:" + pid + "\r\n");
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    private String ask(String command) {
        try (Socket socket = new Socket(url.getHost(), url.getPort() < 0 ? 6379 : url.getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
            byte[] answer = new byte[4096];
            int length = Math.max(0, socket.getInputStream().read(answer));
            return new String(answer, 0, length, StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException("redis does not answer at " + url.getAuthority(), e);
        }
    }

    private static String executable(Path folder) {
        for (String place : Given.commandFolders()) {
            Path candidate = Path.of(place, "redis-server");
            if (!place.isEmpty() && Files.isExecutable(candidate)) {
                return candidate.toString();
            }
        }
        try {
            File unpacked = Folders.created(folder.resolve("bin")).toFile();
            return ExecutableProvider.newJarResourceProvider(unpacked).get().getAbsolutePath();
        } catch (IOException e) {
            throw new UncheckedIOException("no redis-server on the PATH and none for this system in the jar", e);
        }
    }
}
