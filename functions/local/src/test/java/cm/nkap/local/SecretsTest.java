package cm.nkap.local;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.ledger.SealedRoot;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretsTest {
    @TempDir
    Path folder;

    @Test
    void aKeptSecretIsAKeyThatSigns() throws GeneralSecurityException {
        String key = Secrets.signingKey(folder.resolve("seal.key"));
        PrivateKey signing = KeyFactory.getInstance("Ed25519")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(key)));
        var seal = new SealedRoot(1, Instant.parse("2026-11-22T13:00:00Z"), 1, 0, "0".repeat(64));

        assertThat(seal.sign(signing)).hasSizeGreaterThan(seal.toString().length() + 80);
        assertThat(Secrets.signingKey(folder.resolve("seal.key"))).isEqualTo(key);
        assertThat(Secrets.signingKey(folder.resolve("other.key"))).isNotEqualTo(key);
    }
}
