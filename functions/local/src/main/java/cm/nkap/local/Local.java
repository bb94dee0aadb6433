package cm.nkap.local;

import cm.nkap.testing.AtExit;
import cm.nkap.testing.Orphans;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The developer's machine: every function in this process, the real servers beside it, a simulated provider. Run by
 * {@code ./dev} with the folder that holds its data. Ends with the process, and leaves nothing running.
 */
public final class Local {
    private static final PrintStream TERMINAL = System.out;

    private Local() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path home =
                Files.createDirectories(Path.of(arguments[0]).toAbsolutePath().normalize());
        if (arguments.length > 1 && arguments[1].equals("--end-orphans")) {
            Orphans.endBelow(home);
            return;
        }
        if (!isAlone(home)) {
            TERMINAL.println("Nkap is running already on the data in " + home);
            System.exit(1);
        }
        logInto(Files.createDirectories(home.resolve("log")).resolve("nkap.log"));
        Logger log = LoggerFactory.getLogger(Local.class);
        try {
            run(home, log);
        } catch (RuntimeException e) {
            log.error("msg=start_failed", e);
            TERMINAL.println("Nkap cannot start: " + e.getMessage());
            System.exit(1);
        }
        new CountDownLatch(1).await();
    }

    private static void run(Path home, Logger log) {
        long began = System.nanoTime();
        Orphans.endBelow(home);
        EnvFile env = new EnvFile(home.resolve("env"));
        Path pid = home.resolve("pid");
        write(pid, ProcessHandle.current().pid() + "\n");
        AtExit.then(() -> delete(pid));
        Machine machine = Machine.start(home, Map.copyOf(System.getenv()), new Progress(Local::tell));
        AtExit.then(env::delete);
        env.write(machine.environment());
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        log.info("msg=ready ms={}", took.toMillis());
        tell("");
        tell("Nkap is ready after %.1f s: %s".formatted(took.toMillis() / 1000.0, machine.url()));
        tell("Addresses and tokens for your shell:  . .dev/env   (" + machine.tokenNames() + ")");
        tell("Its log is .dev/log/nkap.log. Try ./dev demo. End with Ctrl-C or ./dev stop.");
    }

    private static void tell(String line) {
        TERMINAL.println(line);
        TERMINAL.flush();
    }

    /** Held as long as this process lives, so that two never write the same data. */
    private static boolean isAlone(Path home) throws IOException {
        FileChannel channel =
                FileChannel.open(home.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        return channel.tryLock() != null;
    }

    /** The terminal is for people; everything that is logged or printed goes to a file, the last run's beside it. */
    private static void logInto(Path file) throws IOException {
        if (Files.exists(file)) {
            Files.move(file, file.resolveSibling("nkap.log.1"), StandardCopyOption.REPLACE_EXISTING);
        }
        PrintStream log = new PrintStream(Files.newOutputStream(file), true, StandardCharsets.UTF_8);
        System.setOut(log);
        System.setErr(log);
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + file, e);
        }
    }
}
