package cm.nkap.ledger.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The SQL files of the benchmark. */
final class Scripts {
    private Scripts() {}

    static String text(String name) {
        try (InputStream in = Scripts.class.getResourceAsStream("/bench/" + name)) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + name, e);
        }
    }
}
