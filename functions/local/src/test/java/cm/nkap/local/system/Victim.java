package cm.nkap.local.system;

import cm.nkap.testing.AtExit;
import cm.nkap.testing.Until;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A {@link WholeProcess} that is started, killed and started again on the same port and the same surroundings. */
final class Victim implements AutoCloseable {
    /** What {@code kill -9} leaves as exit code. */
    static final int KILLED = 137;

    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final Map<String, String> settings;
    private final Path folder;
    private final int port = Surroundings.freePort();
    private @Nullable Process process;

    Victim(Surroundings surroundings, Path folder) {
        this.folder = folder;
        this.settings = new HashMap<>(surroundings.settings(port));
        settings.put("NKAP_EVENTS", "in-process");
        AtExit.then(this::kill);
    }

    Doors doors() {
        return (method, path) -> "http://127.0.0.1:" + port;
    }

    void start() {
        start(Map.of());
    }

    /** Returns when it answers. */
    void start(Map<String, String> more) {
        Properties all = new Properties();
        settings.forEach(all::setProperty);
        more.forEach(all::setProperty);
        Path file = folder.resolve("settings.properties");
        try (Writer writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
            all.store(writer, null);
            process = new ProcessBuilder(command(file))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            folder.resolve("victim.log").toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start a process", e);
        }
        // It may be killed on its way, when the timer reaches the step before anybody calls.
        Until.holds(START_LIMIT, "the process answers, see " + folder, () -> isReady() || !isAlive());
    }

    private static List<String> command(Path settings) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                WholeProcess.class.getName(),
                settings.toString());
    }

    private boolean isReady() {
        try {
            return Api.send(HttpRequest.newBuilder(doors().address("GET", "/health/readiness"))
                                    .timeout(Duration.ofSeconds(5))
                                    .build())
                            .status()
                    == 200;
        } catch (Api.Away e) {
            return false;
        }
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** Waits for its end, at most so long; true when it has ended. */
    boolean ends(Duration limit) {
        try {
            return process == null || process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    int exitCode() {
        return process == null ? -1 : process.exitValue();
    }

    /** SIGKILL: no hook runs, nothing is flushed. */
    void kill() {
        if (process != null) {
            process.destroyForcibly().onExit().join();
        }
    }

    @Override
    public void close() {
        kill();
    }
}
