package cm.nkap.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cm.nkap.providermock.vault.VaultSimulator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VaultLoginTest {
    private static final String KEY = StoreKeys.PERSONAL_DATA;
    private static final byte[] PLAIN = StoreContract.bytes("x");

    private final VaultUnderTest under = new VaultUnderTest();
    private final VaultSimulator vault = under.vault();

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        under.close();
    }

    @Test
    void fiftyThreadsLogInOnce() throws InterruptedException, ExecutionException {
        SecretStore store = under.store();
        vault.misbehave("none", 50);

        List<Future<Keyed>> sealed = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 50; i++) {
                sealed.add(threads.submit(() -> store.encrypt(KEY, PLAIN, PLAIN)));
            }
        }

        for (Future<Keyed> one : sealed) {
            assertThat(one.get().version()).isEqualTo(1);
        }
        assertThat(vault.logins()).isEqualTo(1);
    }

    @Test
    void nothingConnectsBeforeItIsUsed() {
        SecretStore store = under.store();

        assertThat(vault.logins()).isZero();
        assertThat(store.encrypt(KEY, PLAIN, PLAIN).version()).isEqualTo(1);
    }

    @Test
    void aRevokedTokenIsReplacedWithoutAFailure() throws InterruptedException, ExecutionException {
        SecretStore store = under.store();
        Keyed sealed = store.encrypt(KEY, PLAIN, PLAIN);

        vault.revokeTokens();
        List<Future<byte[]>> opened = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 20; i++) {
                opened.add(threads.submit(() -> store.decrypt(KEY, sealed, PLAIN)));
            }
        }

        for (Future<byte[]> one : opened) {
            assertThat(one.get()).isEqualTo(PLAIN);
        }
        assertThat(vault.logins()).isEqualTo(2);
    }

    @Test
    void aTokenIsRenewedAheadOfItsEnd() {
        vault.tokensLive(Duration.ofSeconds(3), Duration.ofHours(1));
        SecretStore store = under.store();
        assertThat(store.encrypt(KEY, PLAIN, PLAIN).version()).isEqualTo(1);

        Waits.until(() -> vault.renewals() >= 2);

        assertThat(store.encrypt(KEY, PLAIN, PLAIN).version()).isEqualTo(1);
        assertThat(vault.logins()).isEqualTo(1);
    }

    @Test
    void aTokenThatCannotLiveLongerIsReplacedAheadOfItsEnd() {
        vault.tokensLive(Duration.ofSeconds(3), Duration.ofSeconds(3));
        SecretStore store = under.store();
        assertThat(store.encrypt(KEY, PLAIN, PLAIN).version()).isEqualTo(1);

        Waits.until(() -> vault.logins() >= 2);

        assertThat(store.encrypt(KEY, PLAIN, PLAIN).version()).isEqualTo(1);
    }

    @Test
    void aWrongSecretIsDeniedAndSaysSo() {
        SecretStore store = under.store(
                new VaultSettings.Login.AppRole(
                        "approle", VaultSimulator.ROLE_ID, new VaultSettings.Source.Given("canary-7Q")),
                VaultUnderTest.QUICK);

        assertThatThrownBy(() -> store.encrypt(KEY, PLAIN, PLAIN))
                .isInstanceOf(SecretsFailure.Denied.class)
                .hasMessageContaining("log in")
                .hasMessageNotContaining("canary-7Q");
    }

    @Test
    void aNewSecretIdInTheFileIsUsedAtTheNextLogin() throws IOException {
        Path file = Files.writeString(folder.resolve("secret-id"), VaultSimulator.SECRET_ID + "\n");
        SecretStore store = under.store(
                new VaultSettings.Login.AppRole(
                        "approle", VaultSimulator.ROLE_ID, new VaultSettings.Source.InFile(file)),
                VaultUnderTest.QUICK);
        assertThat(store.encrypt(KEY, PLAIN, PLAIN).version()).isEqualTo(1);

        vault.secretId("another");
        Files.writeString(file, "another");
        vault.revokeTokens();

        assertThat(store.encrypt(KEY, PLAIN, PLAIN).version()).isEqualTo(1);
    }

    @Test
    void aPodLogsInWithTheTokenThatKubernetesWroteLast() throws IOException {
        Path file = Files.writeString(folder.resolve("token"), VaultSimulator.POD_TOKEN);
        SecretStore store = under.store(
                new VaultSettings.Login.Kubernetes(
                        "kubernetes", VaultSimulator.KUBERNETES_ROLE, new VaultSettings.Source.InFile(file)),
                VaultUnderTest.QUICK);
        assertThat(store.encrypt(KEY, PLAIN, PLAIN).version()).isEqualTo(1);

        vault.podToken("rotated");
        Files.writeString(file, "rotated");
        vault.revokeTokens();

        assertThat(store.encrypt(KEY, PLAIN, PLAIN).version()).isEqualTo(1);
    }

    @Test
    void everyCallNamesItsNamespace() {
        vault.namespace("payments");

        assertThat(under.store(new VaultSettings(
                                under.address(),
                                "payments",
                                null,
                                VaultUnderTest.ROLE,
                                "kv",
                                "transit",
                                VaultUnderTest.QUICK))
                        .encrypt(KEY, PLAIN, PLAIN)
                        .version())
                .isEqualTo(1);
        assertThatThrownBy(() -> under.store().encrypt(KEY, PLAIN, PLAIN)).isInstanceOf(SecretsFailure.Denied.class);
    }
}
