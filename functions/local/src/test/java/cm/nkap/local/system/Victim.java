package cm.nkap.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.testing.AtExit;
import cm.nkap.testing.Until;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import org.jspecify.annotations.Nullable;

/** A {@link WholeProcess} that is started, killed and started again on the same port and the same surroundings. */
final class Victim implements AutoCloseable {
    /** What {@code kill -9} leaves as exit code. */
    static final int KILLED = 137;

    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final Map<String, String> settings;
    private final Path folder;
    private final Path recording;
    private final String classPath;
    private final int port = Surroundings.freePort();
    private @Nullable Process process;

    Victim(Surroundings surroundings, Path folder) {
        this.folder = folder;
        this.recording = folder.resolve("classes.aot");
        this.classPath = jars(folder);
        this.settings = new HashMap<>(surroundings.settings(port));
        settings.put("NKAP_EVENTS", "in-process");
        // Nobody hangs here, and what a killed process left is taken up sooner.
        settings.put("NKAP_LEASE", "2s");
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

    /** The first process records what it loads, so that each of the many after it starts in half the time. */
    private List<String> command(Path file) {
        boolean recorded = Files.exists(recording);
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                (recorded ? "-XX:AOTCache=" : "-XX:AOTCacheOutput=") + recording,
                "-cp",
                classPath,
                WholeProcess.class.getName(),
                file.toString());
    }

    /** This JVM's class path with its folders as jars: a recording holds for jars only. */
    private static String jars(Path folder) {
        List<String> jars = new ArrayList<>();
        for (String part : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path jar = folder.resolve("part-" + jars.size() + ".jar");
            if (part.isEmpty()) {
                continue;
            }
            if (Files.isDirectory(Path.of(part))) {
                int failed = ToolProvider.findFirst("jar")
                        .orElseThrow()
                        .run(System.out, System.err, "--create", "--file", jar.toString(), "-C", part, ".");
                assertThat(failed).isZero();
                jars.add(jar.toString());
            } else {
                jars.add(part);
            }
        }
        return String.join(File.pathSeparator, jars);
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

    /** Lets it end by itself. */
    void retire() throws IOException {
        if (process != null) {
            process.getOutputStream().close();
            process.onExit().join();
        }
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
