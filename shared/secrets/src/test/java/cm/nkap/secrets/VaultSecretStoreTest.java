package cm.nkap.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cm.nkap.providermock.vault.VaultSimulator;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VaultSecretStoreTest extends StoreContract {
    private final VaultUnderTest under = new VaultUnderTest();
    private final VaultSimulator vault = under.vault();
    private SecretStore store;

    @BeforeEach
    void open() {
        store = under.store();
    }

    @AfterEach
    void close() {
        under.close();
    }

    @Override
    SecretStore store() {
        return store;
    }

    @Override
    void write(String path, Map<String, String> fields) {
        vault.write(path, fields);
    }

    @Override
    void deny(String path) {
        vault.policy(
                "nkap",
                Map.of(
                        "kv/data/nkap/*",
                        Set.of("read"),
                        "kv/data/" + path,
                        Set.of("deny"),
                        "transit/*",
                        Set.of("read", "update")));
    }

    @Override
    void rotate(String key) {
        vault.rotateKey(key);
    }

    @Override
    void retire(String key, int oldest) {
        vault.oldestToDecrypt(key, oldest);
    }

    @Test
    void aDeletedSecretIsMissing() {
        vault.write("nkap/mtn", Map.of("api_key", "k1"));
        assertThat(store.read("nkap/mtn").version()).isEqualTo(1);

        vault.delete("nkap/mtn");

        Waits.until(() -> {
            try {
                return store.read("nkap/mtn").version() < 0;
            } catch (SecretsFailure.Missing _) {
                return true;
            }
        });
    }

    @Test
    void aDeniedKeyIsNotAMissingOne() {
        vault.createKey("other-key", "aes256-gcm96");

        assertThatThrownBy(() -> store.encrypt("other-key", bytes("x"), bytes("")))
                .isInstanceOf(SecretsFailure.Denied.class)
                .hasMessageContaining("transit/encrypt/other-key")
                .hasMessageContaining("permission denied");
        assertThat(vault.logins()).as("a refusal is no reason to log in again").isEqualTo(1);
    }

    @Test
    void whatIsSealedIsInNoMessage() {
        Keyed sealed = store.encrypt(SEALING, bytes("canary-7Q"), bytes("org"));

        assertThatThrownBy(() -> store.decrypt(SEALING, sealed, bytes("other")))
                .hasMessageContaining("message authentication failed")
                .hasMessageNotContaining(sealed.text());
    }
}
