package cm.nkap.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Keycloak unpacked and built for a quick start, once for each version and machine, in our cache. The distribution is a
 * zip that Maven fetches ({@code nkap.keycloak} names its folder). It is run by its own class and not by its script: a
 * killed script leaves its server behind.
 */
final class KeycloakInstall {
    private static final int BUILD_MINUTES = 10;
    private static final List<String> OPTIONS = List.of("--db=dev-file", "--health-enabled=true");

    private KeycloakInstall() {}

    /** @throws IllegalStateException when there is neither an installation nor a distribution to make one from */
    static Path find() {
        Path zip = distribution()
                .orElseThrow(() -> new IllegalStateException(
                        "Keycloak's distribution is not here. Maven fetches it:  mvn -pl functions/local"
                                + " dependency:copy@keycloak   Or name one that runs with NKAP_TEST_KEYCLOAK_URL."));
        String name = zip.getFileName().toString().replaceFirst("\\.zip$", "");
        return installed(zip, Folders.cache("keycloak").resolve(name));
    }

    private static Optional<Path> distribution() {
        Path folder = Path.of(System.getProperty("nkap.keycloak", "target/keycloak"));
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(folder)) {
            // An older version may still lie beside the one that Maven copied last.
            return files.filter(file -> file.toString().endsWith(".zip")).max(Comparator.naturalOrder());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look into " + folder, e);
        }
    }

    /** One JVM makes it, the others wait; one that was cut off in the middle is made again. */
    private static synchronized Path installed(Path zip, Path home) {
        Path ready = home.resolve("nkap.ready");
        try (FileChannel channel = FileChannel.open(
                        home.resolveSibling("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            if (lock.isValid() && !Files.exists(ready)) {
                System.err.println("Unpacking Keycloak, once …");
                Folders.delete(home);
                unpack(zip, Folders.created(home));
                build(home);
                Files.writeString(ready, String.join(" ", OPTIONS));
            }
            return home;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot install Keycloak in " + home, e);
        }
    }

    /** Without the folder that the zip has at its top. */
    private static void unpack(Path zip, Path home) throws IOException {
        try (ZipFile file = new ZipFile(zip.toFile())) {
            Enumeration<? extends ZipEntry> entries = file.entries();
            while (entries.hasMoreElements()) {
                ZipEntry entry = entries.nextElement();
                Path target = home.resolve(
                                entry.getName().substring(entry.getName().indexOf('/') + 1))
                        .normalize();
                if (!target.startsWith(home)) {
                    throw new IOException("the zip would write outside its folder: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                } else {
                    Files.createDirectories(target.resolveSibling("."));
                    try (InputStream content = file.getInputStream(entry)) {
                        Files.copy(content, target);
                    }
                }
            }
        }
    }

    private static void build(Path home) throws IOException {
        List<String> command = new ArrayList<>(command(home, List.of("-Dquarkus.launch.rebuild=true")));
        command.add("build");
        command.addAll(OPTIONS);
        Path log = home.resolve("build.log");
        Process process = new ProcessBuilder(command)
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            if (!process.waitFor(BUILD_MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IOException("Keycloak cannot be built; see " + log);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while building Keycloak", e);
        }
    }

    /** What its script would run, with flags for a quick start and little memory. */
    static List<String> command(Path home, List<String> flags) {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of(
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xms64m",
                "-Xmx512m",
                "-XX:MetaspaceSize=96M",
                "-XX:+ExitOnOutOfMemoryError",
                "-Dfile.encoding=UTF-8",
                "-Duser.language=en",
                "-Duser.country=US",
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "-Djava.util.concurrent.ForkJoinPool.common.threadFactory="
                        + "io.quarkus.bootstrap.forkjoin.QuarkusForkJoinWorkerThreadFactory",
                "-Dpicocli.disable.closures=true",
                "-Dquarkus-log-max-startup-records=10000",
                "--enable-native-access=ALL-UNNAMED",
                "-Dkc.home.dir=" + home,
                "-Djboss.server.config.dir=" + home.resolve("conf")));
        for (String opened : List.of("java.util", "java.util.concurrent", "java.security", "java.lang")) {
            command.add("--add-opens=java.base/" + opened + "=ALL-UNNAMED");
        }
        command.addAll(flags);
        command.addAll(List.of(
                "-cp",
                home.resolve("lib/quarkus-run.jar").toString(),
                "io.quarkus.bootstrap.runner.QuarkusEntryPoint"));
        return command;
    }
}
