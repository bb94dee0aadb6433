package cm.nkap.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;

/** Random secrets of this machine; those that stored data depends on are kept in files only their owner can read. */
final class Secrets {
    private static final int BYTES = 32;

    private Secrets() {}

    /** 32 random bytes in base64. */
    static String fresh() {
        byte[] bytes = new byte[BYTES];
        new SecureRandom().nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** The secret in the file, made at first use. */
    static String kept(Path file) {
        try {
            if (!Files.exists(file)) {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
            String kept = Files.readString(file).strip();
            if (kept.isEmpty()) {
                kept = fresh();
                Files.writeString(file, kept + "\n");
            }
            return kept;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep a secret in " + file, e);
        }
    }
}
