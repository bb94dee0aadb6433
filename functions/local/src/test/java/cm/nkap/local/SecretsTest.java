package cm.nkap.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretsTest {
    @TempDir
    Path folder;

    @Test
    void aSecretIsMadeOnceAndKept() {
        String secret = Secrets.kept(folder.resolve("pii.key"));

        assertThat(Base64.getDecoder().decode(secret)).hasSize(32);
        assertThat(Secrets.kept(folder.resolve("pii.key"))).isEqualTo(secret);
        assertThat(Secrets.kept(folder.resolve("other.key"))).isNotEqualTo(secret);
    }
}
