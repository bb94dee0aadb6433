package cm.nkap.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server process that this JVM started: its output goes to {@code <name>.log}, and {@code <name>.pid} remembers it,
 * so that a later JVM can end what a killed one left running.
 */
final class Child {
    private static final Logger log = LoggerFactory.getLogger(Child.class);
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final Process process;
    private final Path pidFile;
    private final Path logFile;

    private Child(Process process, Path pidFile, Path logFile) {
        this.process = process;
        this.pidFile = pidFile;
        this.logFile = logFile;
    }

    /** Starts a command in {@code folder}, after ending an orphan of the same name there. */
    static Child start(String name, Path folder, List<String> command) {
        return start(name, folder, command, Map.of());
    }

    /** The same with variables in its environment, where secrets are: a command line is for all to see. */
    static Child start(String name, Path folder, List<String> command, Map<String, String> environment) {
        Path pidFile = Folders.created(folder).resolve(name + ".pid");
        Path logFile = folder.resolve(name + ".log");
        endOrphan(pidFile);
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile.toFile()));
            builder.environment().putAll(environment);
            Process process = builder.start();
            process.getOutputStream().close();
            Files.writeString(pidFile, Mark.of(process.toHandle()).text());
            return new Child(process, pidFile, logFile);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + name, e);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    Path logFile() {
        return logFile;
    }

    /** Asks it to stop, insists after ten seconds. */
    void stop() {
        end(process.toHandle());
        forget(pidFile);
    }

    /** Sends it a signal such as {@code -STOP}; one that has ended does not mind. */
    void signal(String signal) {
        try {
            new ProcessBuilder("kill", signal, Long.toString(process.pid()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .onExit()
                    .join();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot send " + signal + " to process " + process.pid(), e);
        }
    }

    /** As if the machine had lost power under it. */
    void kill() {
        process.destroyForcibly().onExit().join();
        forget(pidFile);
    }

    /** Ends every process remembered by a pid file, and every Postgres, below {@code folder}. */
    static void endOrphans(Path folder) {
        List<Path> files;
        try (Stream<Path> walked = Files.walk(folder, 3, new FileVisitOption[0])) {
            files = walked.filter(file -> file.toString().endsWith(".pid")).toList();
        } catch (IOException | UncheckedIOException e) {
            log.debug("left-overs vanished while looking at {}", folder, e);
            return;
        }
        for (Path file : files) {
            if (file.endsWith("postmaster.pid")) {
                Postgres.endOrphan(file.resolveSibling("."));
            } else {
                endOrphan(file);
            }
        }
    }

    static void endOrphan(Path pidFile) {
        if (!Files.exists(pidFile)) {
            return;
        }
        try {
            Mark.parse(Files.readString(pidFile)).flatMap(Mark::process).ifPresent(orphan -> {
                log.info("ending orphan pid={} of {}", orphan.pid(), pidFile);
                end(orphan);
            });
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + pidFile, e);
        }
        forget(pidFile);
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no free port", e);
        }
    }

    private static void end(ProcessHandle process) {
        process.destroy();
        try {
            Until.holds(GRACE, "process " + process.pid() + " ends", () -> !lives(process));
        } catch (AssertionError e) {
            log.info("process pid={} did not end when asked; killing it", process.pid());
            process.destroyForcibly();
            Until.holds(GRACE, "killed process " + process.pid() + " ends", () -> !lives(process));
        }
    }

    /** False also for one that has ended but was not yet collected: an init that never collects is common in containers. */
    static boolean lives(ProcessHandle process) {
        if (!process.isAlive()) {
            return false;
        }
        Path stat = Path.of("/proc", Long.toString(process.pid()), "stat");
        if (!Files.exists(stat)) {
            return process.isAlive();
        }
        try {
            String line = Files.readString(stat, StandardCharsets.ISO_8859_1);
            return !line.substring(line.lastIndexOf(')')).startsWith(") Z");
        } catch (IOException e) {
            return false;
        }
    }

    private static void forget(Path pidFile) {
        try {
            Files.deleteIfExists(pidFile);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + pidFile, e);
        }
    }
}
