package cm.nkap.function;

import cm.nkap.testing.Until;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** The notebook in a process of its own, which may be killed. */
final class OwnProcess implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Pattern STARTED = Pattern.compile("msg=started port=(\\d+)");

    final Process process;
    final Path log;

    private OwnProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    static OwnProcess start(Map<String, String> settings, Map<String, String> more) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                FunctionApplication.class.getName()));
        var log = Files.createTempFile("notebook", ".log");
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("NKAP_"));
        builder.environment().putAll(settings);
        builder.environment().putAll(more);
        return new OwnProcess(builder.start(), log);
    }

    int port() throws IOException {
        return Until.found(START, "the process listens", () -> {
            if (!process.isAlive()) {
                throw new IllegalStateException(output());
            }
            var started = STARTED.matcher(output());
            return started.find() ? Optional.of(Integer.parseInt(started.group(1))) : Optional.empty();
        });
    }

    String output() throws IOException {
        return Files.readString(log);
    }

    int exit() throws InterruptedException {
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            throw new IllegalStateException("it does not end");
        }
        return process.exitValue();
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        Files.deleteIfExists(log);
    }
}
