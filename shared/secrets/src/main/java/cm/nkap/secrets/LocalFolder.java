package cm.nkap.secrets;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The developer's folder of secrets: {@code root.key}, {@code keys.properties} with the newest version of each key, and
 * {@code kv/nkap/mtn/2.properties}, one file per version of a secret. Files that others may read are refused.
 */
final class LocalFolder {
    private static final int ROOT_BYTES = 32;
    private static final String ENDING = ".properties";
    private static final Set<PosixFilePermission> OWNERS = PosixFilePermissions.fromString("rw-------");

    private final Path folder;

    LocalFolder(Path folder) {
        this.folder = folder;
        try {
            Files.createDirectories(folder.resolve("kv"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot create " + folder, e);
        }
    }

    /** Made at first use and kept. */
    byte[] root() {
        Path file = folder.resolve("root.key");
        try {
            if (!Files.exists(file)) {
                byte[] fresh = new byte[ROOT_BYTES];
                new SecureRandom().nextBytes(fresh);
                FileAttribute<?> mine = PosixFilePermissions.asFileAttribute(OWNERS);
                Path made = Files.createTempFile(folder, "root", ".new", mine);
                Files.writeString(made, Base64.getEncoder().encodeToString(fresh) + "\n");
                Files.move(made, file);
            }
            refuseIfOpen(file);
            return Base64.getDecoder().decode(Files.readString(file).strip());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep a key in " + file, e);
        }
    }

    /** What {@code keys.properties} says, or nothing without it. */
    Map<String, String> keys() {
        Path file = folder.resolve("keys" + ENDING);
        return Files.exists(file) ? properties(file) : Map.of();
    }

    Secret newest(String path) {
        try (Stream<Path> files = Files.list(versions(path))) {
            OptionalInt newest = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("[1-9][0-9]{0,8}\\.properties"))
                    .mapToInt(name -> Integer.parseInt(name.substring(0, name.length() - ENDING.length())))
                    .max();
            return secret(
                    path, newest.orElseThrow(() -> new SecretsFailure.Missing("no version of the secret " + path)));
        } catch (NoSuchFileException _) {
            throw new SecretsFailure.Missing("no secret " + path);
        } catch (IOException e) {
            throw new SecretsFailure.Unavailable("cannot list the secret " + path, e);
        }
    }

    Secret secret(String path, int version) {
        Path file = versions(path).resolve(version + ENDING);
        if (!Files.exists(file)) {
            throw new SecretsFailure.Missing("no version " + version + " of the secret " + path);
        }
        refuseIfOpen(file);
        return new Secret(path, version, properties(file));
    }

    private Path versions(String path) {
        Path below = folder.resolve("kv");
        Path found = below.resolve(path).normalize();
        if (!found.startsWith(below)) {
            throw new SecretsFailure.Missing("no secret " + path);
        }
        return found;
    }

    private static void refuseIfOpen(Path file) {
        try {
            if (!OWNERS.containsAll(Files.getPosixFilePermissions(file))) {
                throw new SecretsFailure.Denied("others may use " + file + "; close it with: chmod 600");
            }
        } catch (IOException e) {
            throw new SecretsFailure.Unavailable("cannot look at " + file, e);
        }
    }

    private static Map<String, String> properties(Path file) {
        Properties read = new Properties();
        try (var reader = Files.newBufferedReader(file)) {
            read.load(reader);
        } catch (IOException e) {
            throw new SecretsFailure.Unavailable("cannot read " + file, e);
        }
        Map<String, String> fields = new HashMap<>();
        read.stringPropertyNames().forEach(name -> fields.put(name, read.getProperty(name)));
        return fields;
    }
}
