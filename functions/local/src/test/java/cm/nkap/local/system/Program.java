package cm.nkap.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.testing.Until;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One module as its own process, from its own jar and class path, its settings in its environment, as a container would
 * run it. A shell between it and this JVM kills it as soon as this JVM is gone or wants it gone.
 */
final class Program implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final Path ROOT = Path.of(System.getProperty("basedir", "."), "..", "..");
    private static final String KEEPER = "\"$@\" & child=$!; cat > /dev/null; kill -9 $child";

    private final String name;
    private final List<String> command;
    private final Map<String, String> environment;
    private final Path log;
    private @Nullable Process keeper;

    /** @param module its folder, for example {@code functions/payout} */
    Program(String module, String mainClass, Map<String, String> environment, Path logs) {
        Path folder = ROOT.resolve(module);
        this.name = folder.getFileName().toString();
        this.environment = new HashMap<>(environment);
        this.log = logs.resolve(name + ".log");
        List<String> all = new ArrayList<>(List.of("sh", "-c", KEEPER, "keeper"));
        all.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        all.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m", "-cp"));
        all.add(String.join(File.pathSeparator, classPath(folder)));
        all.add(mainClass);
        this.command = List.copyOf(all);
    }

    /** The module's jar and what it needs at run time, as its build wrote it down; nothing of any other function. */
    static List<String> classPath(String module) {
        return classPath(ROOT.resolve(module));
    }

    private static List<String> classPath(Path folder) {
        Path target = folder.resolve("target");
        try (Stream<Path> files = Files.list(target)) {
            List<String> parts = new ArrayList<>(files.filter(file -> file.getFileName()
                            .toString()
                            .matches(folder.getFileName() + "-[0-9].*(?<!sources|tests)\\.jar"))
                    .map(Path::toString)
                    .toList());
            assertThat(parts).as("the jar of %s; package it first", folder).hasSize(1);
            parts.addAll(Arrays.asList(
                    Files.readString(target.resolve("classpath")).strip().split(File.pathSeparator, -1)));
            return parts;
        } catch (IOException e) {
            throw new UncheckedIOException("not packaged: " + folder, e);
        }
    }

    Program start() {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().keySet().removeIf(given -> !given.equals("PATH"));
        builder.environment().putAll(environment);
        try {
            keeper = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + name, e);
        }
        return this;
    }

    /** Returns when it answers on its own port. */
    void awaitReady() {
        URI health = URI.create(url() + "/health/readiness");
        Until.holds(START_LIMIT, name + " answers, see " + log, () -> {
            try {
                return Api.send(HttpRequest.newBuilder(health)
                                        .timeout(Duration.ofSeconds(5))
                                        .build())
                                .status()
                        == 200;
            } catch (Api.Away e) {
                return false;
            }
        });
    }

    String url() {
        return "http://127.0.0.1:" + environment.get("NKAP_PORT");
    }

    /** SIGKILL; returns when it is gone. */
    void kill() {
        Process running = keeper;
        if (running != null) {
            try {
                running.getOutputStream().close();
            } catch (IOException e) {
                running.destroy();
            }
            running.onExit().join();
        }
    }

    @Override
    public void close() {
        kill();
    }
}
