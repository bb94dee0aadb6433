package cm.nkap.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Finds nats-server: NATS_SERVER_BIN, the PATH, the places where packages put it, our cache; else fetches Debian's own
 * package into the cache, signature-checked, without root and without touching the system's package lists.
 */
final class NatsBinary {
    private static final Path KEYRING = Path.of("/usr/share/keyrings/debian-archive-keyring.gpg");
    // trixie's build needs only an old libc, so it also runs on bookworm, whose own is three feature releases older.
    private static final List<String> SUITES = List.of("trixie", "bookworm");
    private static final String HOW_TO_GET_ONE =
            "nats-server was not found. Install it (Debian and Ubuntu: apt-get install nats-server;"
                    + " macOS: brew install nats-server; others: the release from nats.io), or name it with NATS_SERVER_BIN=/path/to/nats-server.";

    private NatsBinary() {}

    static Path find() {
        return here().orElseGet(() -> cached(Folders.cache("nats")));
    }

    /** The binary, when nothing has to be fetched for it. */
    static Optional<Path> here() {
        Optional<Path> named = Given.natsBinary();
        if (named.isPresent() && !Files.isExecutable(named.get())) {
            throw new IllegalStateException("NATS_SERVER_BIN names no executable: " + named.get());
        }
        return named.or(NatsBinary::installed)
                .or(() -> Optional.of(inCache(Folders.cache("nats"))).filter(Files::isExecutable));
    }

    private static Optional<Path> installed() {
        return Stream.of(Given.commandFolders())
                .filter(place -> !place.isEmpty())
                .map(place -> Path.of(place, "nats-server"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static Path inCache(Path cache) {
        return cache.resolve("root/usr/sbin/nats-server");
    }

    /** One JVM fetches, the others wait for it. */
    private static synchronized Path cached(Path cache) {
        Path binary = inCache(cache);
        try (FileChannel channel =
                        FileChannel.open(cache.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            if (lock.isValid() && !Files.isExecutable(binary)) {
                fetch(cache);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(HOW_TO_GET_ONE, e);
        }
        if (!Files.isExecutable(binary)) {
            throw new IllegalStateException(HOW_TO_GET_ONE);
        }
        return binary;
    }

    private static void fetch(Path cache) throws IOException {
        Optional<String> mirror = mirror();
        if (mirror.isEmpty() || !Files.exists(KEYRING)) {
            return;
        }
        System.err.println("nats-server is not on this machine: fetching Debian's package, once (about 20 MB) …");
        for (String suite : SUITES) {
            Path work = cache.resolve("fetch");
            Folders.delete(work);
            boolean unpacked = fetch(work, mirror.get(), suite);
            if (unpacked) {
                Folders.delete(cache.resolve("root"));
                Files.move(work.resolve("root"), cache.resolve("root"));
            }
            Folders.delete(work);
            if (unpacked) {
                return;
            }
        }
    }

    private static boolean fetch(Path work, String mirror, String suite) throws IOException {
        Folders.created(work.resolve("lists/partial"));
        Folders.created(work.resolve("cache/archives/partial"));
        Path sources = Files.writeString(
                work.resolve("sources.list"), "deb [signed-by=" + KEYRING + "] " + mirror + " " + suite + " main\n");
        List<String> apt = List.of(
                "apt-get",
                "-qq",
                "-o",
                "Dir::Etc::sourcelist=" + sources,
                "-o",
                "Dir::Etc::sourceparts=/dev/null",
                "-o",
                "Dir::State::lists=" + work.resolve("lists"),
                "-o",
                "Dir::State::status=/dev/null",
                "-o",
                "Dir::Cache=" + work.resolve("cache"),
                "-o",
                "Debug::NoLocking=1",
                "-o",
                "APT::Sandbox::User=",
                "-o",
                "Acquire::Languages=none");
        return run(work, apt, "update")
                && run(work, apt, "download", "nats-server")
                && unpack(work)
                && run(work, List.of(work.resolve("root/usr/sbin/nats-server").toString()), "--version");
    }

    private static boolean unpack(Path work) throws IOException {
        List<Path> packages;
        try (Stream<Path> files = Files.list(work)) {
            packages = files.filter(file -> file.toString().endsWith(".deb")).toList();
        }
        return packages.size() == 1
                && run(work, List.of("dpkg-deb"), "-x", packages.getFirst().toString(), "root");
    }

    private static boolean run(Path folder, List<String> command, String... arguments) throws IOException {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(all)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            folder.resolveSibling("fetch.log").toFile()))
                    .start();
            if (!process.waitFor(5, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                return false;
            }
            return process.exitValue() == 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while fetching nats-server", e);
        }
    }

    /** The Debian mirror that this machine already uses: the first one that is not for security updates. */
    private static Optional<String> mirror() throws IOException {
        Path modern = Path.of("/etc/apt/sources.list.d/debian.sources");
        Path old = Path.of("/etc/apt/sources.list");
        for (Path file : List.of(modern, old)) {
            if (!Files.isReadable(file)) {
                continue;
            }
            Optional<String> mirror = Files.readAllLines(file).stream()
                    .map(String::strip)
                    .filter(line -> line.startsWith("URIs:") || line.startsWith("deb "))
                    .flatMap(line -> Stream.of(line.split("\\s+")))
                    .filter(word -> word.startsWith("http") && !word.contains("security"))
                    .findFirst();
            if (mirror.isPresent()) {
                return mirror;
            }
        }
        return Optional.empty();
    }
}
