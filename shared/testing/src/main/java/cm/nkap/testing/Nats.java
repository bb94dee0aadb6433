package cm.nkap.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * NATS with JetStream on the loopback. The binary is looked for by {@link NatsBinary}; a server that somebody else runs
 * is used when NKAP_TEST_NATS_URL is set.
 */
public final class Nats implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static @Nullable Nats shared;

    private final URI url;
    private final Path folder;
    private @Nullable Child server;

    private Nats(URI url, Path folder) {
        this.url = url;
        this.folder = folder;
    }

    /** The one server that all tests of this JVM share; the one of NKAP_TEST_NATS_URL when that is set. */
    public static synchronized Nats shared() {
        Nats running = shared;
        if (running == null) {
            running = Given.natsUrl()
                    .map(given -> new Nats(URI.create(given), Path.of(".")))
                    .orElseGet(() -> start(Folders.temporary("nats"), 0));
            shared = running;
        }
        return running;
    }

    /**
     * Starts a server that keeps its streams in {@code folder/store}.
     *
     * @param port 0 for any free one
     */
    public static Nats start(Path folder, int port) {
        int chosen = port == 0 ? Child.freePort() : port;
        Nats nats = new Nats(URI.create("nats://127.0.0.1:" + chosen), folder.toAbsolutePath());
        nats.open();
        AtExit.then(nats::close);
        return nats;
    }

    /** False when the first start on this machine has to fetch the server, which takes a while. */
    public static boolean isInstalled() {
        return NatsBinary.here().isPresent();
    }

    /** As NATS_URL wants it. */
    public String url() {
        return url.toString();
    }

    /** Stops and starts it on the same port; streams and consumers stay. */
    public synchronized void restart() {
        own().stop();
        open();
    }

    /** As if its machine had lost power, then back on the same port; what it had not synced may be gone. */
    public synchronized void crash() {
        own().kill();
        open();
    }

    /** Loses every stream and consumer, as a lost disk would, and comes back empty on the same port. */
    public synchronized void wipe() {
        own().kill();
        Folders.delete(folder.resolve("store"));
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

    private Child own() {
        Child running = server;
        if (running == null) {
            throw new IllegalStateException("the server of NKAP_TEST_NATS_URL is not ours to stop");
        }
        return running;
    }

    private void open() {
        String port = Integer.toString(url.getPort());
        String name = "nkap-" + UUID.randomUUID();
        List<String> command = List.of(
                NatsBinary.find().toString(),
                "--name",
                name,
                "-js",
                "-sd",
                folder.resolve("store").toString(),
                "-a",
                "127.0.0.1",
                "-p",
                port);
        Child started = Child.start("nats", folder, command);
        server = started;
        Until.holds(START_LIMIT, "nats answers on port " + port + ", log " + started.logFile(), () -> {
            if (!started.isAlive()) {
                throw new IllegalStateException("nats-server ended at once; see " + started.logFile());
            }
            return isReady(name);
        });
    }

    /** It greets each connection with what it offers; JetStream is in there once its streams are recovered. */
    private boolean isReady(String name) {
        try (Socket socket = new Socket(url.getHost(), url.getPort());
                BufferedReader greeting =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
            socket.setSoTimeout(2_000);
            String info = greeting.readLine();
            return info != null
                    && info.startsWith("INFO ")
                    && info.contains(name)
                    && info.contains("\"jetstream\":true");
        } catch (IOException e) {
            return false;
        }
    }
}
