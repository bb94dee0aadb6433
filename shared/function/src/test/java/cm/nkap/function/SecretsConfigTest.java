package cm.nkap.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cm.nkap.secrets.LocalSecretStore;
import cm.nkap.secrets.SecretStore;
import cm.nkap.secrets.StoreKeys;
import cm.nkap.secrets.VaultSecretStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecretsConfigTest {
    private static final byte[] NOTHING = new byte[0];
    private static final byte[] PLAIN = "x".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path folder;

    @Test
    void productionWithoutAVaultDoesNotStartAndSaysWhy() {
        assertThatThrownBy(() -> FunctionApplication.start(
                        Map.of("NKAP_ENVIRONMENT", "production", "NKAP_LOCAL_SECRETS", folder.toString())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("NKAP_ENVIRONMENT is production and VAULT_ADDR is not set");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void productionSpeaksToVaultOverTlsOnly() {
        assertThatThrownBy(() -> SecretsConfig.open(Map.of(
                        "NKAP_ENVIRONMENT",
                        "production",
                        "VAULT_ADDR",
                        "http://127.0.0.1:8200",
                        "NKAP_VAULT_KUBERNETES_ROLE",
                        "nkap")))
                .hasMessageContaining("VAULT_ADDR is not https");
    }

    @ParameterizedTest
    @CsvSource({
        "VAULT_SECRET_ID, s, VAULT_ROLE_ID or NKAP_VAULT_KUBERNETES_ROLE",
        "VAULT_ROLE_ID, r, VAULT_SECRET_ID or VAULT_SECRET_ID_FILE"
    })
    void aVaultNeedsOneWayIn(String name, String value, String told) {
        assertThatThrownBy(() -> SecretsConfig.open(Map.of("VAULT_ADDR", "https://127.0.0.1:8200", name, value)))
                .hasMessageContaining(told);
    }

    @Test
    void opensWhatTheEnvironmentNames() {
        try (SecretStore vault = SecretsConfig.open(
                        Map.of("VAULT_ADDR", "https://127.0.0.1:8200", "NKAP_VAULT_KUBERNETES_ROLE", "nkap"));
                SecretStore local = SecretsConfig.open(Map.of("NKAP_LOCAL_SECRETS", folder.toString()))) {
            assertThat(vault).isInstanceOf(VaultSecretStore.class);
            assertThat(local).isInstanceOf(LocalSecretStore.class);
        }
    }

    @Test
    void processesOfOneMachineShareTheirKeysByTheKeyOfPersonalData() {
        Map<String, String> env = Map.of("NKAP_PII_KEY", Base64.getEncoder().encodeToString(new byte[32]));

        try (SecretStore one = SecretsConfig.open(env);
                SecretStore other = SecretsConfig.open(env);
                SecretStore stranger = SecretsConfig.open(Map.of())) {
            var sealed = one.encrypt(StoreKeys.PERSONAL_DATA, PLAIN, NOTHING);
            assertThat(other.decrypt(StoreKeys.PERSONAL_DATA, sealed, NOTHING)).isEqualTo(PLAIN);
            assertThatThrownBy(() -> stranger.decrypt(StoreKeys.PERSONAL_DATA, sealed, NOTHING))
                    .hasMessageContaining("not sealed by this key");
        }
    }
}
