package cm.nkap.ledger;

import cm.nkap.testing.AtExit;
import cm.nkap.testing.TestDatabase;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A {@link PosterProcess} seen from outside: what it said until it ended or was killed. */
final class Poster implements AutoCloseable {
    private final Process process;
    private final List<Line> lines = new ArrayList<>();
    private final Thread reader;

    /** @param seq 0 when it was refused */
    record Line(String key, long seq, String verdict) {}

    private Poster(Process process) {
        this.process = process;
        this.reader = Thread.ofPlatform().daemon().start(this::listen);
        AtExit.then(() -> process.toHandle().destroyForcibly());
    }

    /** @param order how it shuffles and repeats what it posts; 0 for each once and in order */
    static Poster start(TestDatabase database, String name, long seed, int many, long order) {
        try {
            Process process = new ProcessBuilder(List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-XX:+UseSerialGC",
                            "-Xmx128m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            PosterProcess.class.getName(),
                            database.url(),
                            database.user(),
                            name,
                            Long.toString(seed),
                            Integer.toString(many),
                            Long.toString(order)))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            Writer parent = process.outputWriter(StandardCharsets.UTF_8);
            parent.write(database.password() + "\n");
            parent.flush();
            return new Poster(process);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start a process that posts", e);
        }
    }

    private void listen() {
        try (BufferedReader said = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = said.readLine(); line != null; line = said.readLine()) {
                String[] words = line.split(" ", -1);
                if (words.length == 3) {
                    Line whole = new Line(words[0], Long.parseLong(words[1]), words[2]);
                    synchronized (lines) {
                        lines.add(whole);
                    }
                }
            }
        } catch (IOException e) {
            System.out.println("a poster's last words were cut off: " + e);
        }
    }

    List<Line> said() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** All it said, once it has ended by itself. */
    List<Line> saidToTheEnd() throws InterruptedException {
        process.waitFor();
        reader.join();
        return said();
    }

    /** SIGKILL: nothing is flushed, nobody is told. */
    List<Line> kill() throws InterruptedException {
        process.toHandle().destroyForcibly();
        return saidToTheEnd();
    }

    @Override
    public void close() {
        process.toHandle().destroyForcibly();
    }
}
