package cm.nkap.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cm.nkap.providermock.vault.VaultSimulator;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Vault's troubles do to us: nothing for what is known already, and a quick, clear end for the rest. */
class VaultOutageTest {
    private static final String KEY = StoreKeys.PERSONAL_DATA;
    private static final byte[] PLAIN = StoreContract.bytes("x");
    private static final int SLOW_MILLIS = 30_000;

    private final VaultUnderTest under = new VaultUnderTest();
    private final VaultSimulator vault = under.vault();

    @AfterEach
    void close() {
        under.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sealed", "error", "down", "html", "rate_limited"})
    void secretsAlreadyReadServeOnAndOthersAreUnavailable(String trouble) {
        vault.write("nkap/mtn", Map.of("api_key", "k1"));
        vault.write("nkap/orange", Map.of("api_key", "o1"));
        SecretStore store = under.store();
        assertThat(store.read("nkap/mtn").field("api_key")).isEqualTo("k1");

        vault.misbehave(trouble, 0);

        assertThatThrownBy(() -> store.read("nkap/orange")).isInstanceOf(SecretsFailure.Unavailable.class);
        assertThatThrownBy(() -> store.encrypt(KEY, PLAIN, PLAIN)).isInstanceOf(SecretsFailure.Unavailable.class);
        assertThat(store.read("nkap/mtn").field("api_key")).isEqualTo("k1");
        vault.behave();
        Waits.until(() -> canRead(store, "nkap/orange"));
    }

    @Test
    void nothingServesLongerThanTheBoundOfAnOutage() {
        vault.write("nkap/mtn", Map.of("api_key", "k1"));
        SecretStore store = under.store(
                VaultUnderTest.ROLE,
                new VaultSettings.Patience(
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(1),
                        Duration.ofMillis(100),
                        Duration.ofMillis(800)));
        assertThat(store.read("nkap/mtn").version()).isEqualTo(1);

        vault.misbehave("sealed", 0);

        Waits.until(() -> !canRead(store, "nkap/mtn"));
    }

    @Test
    void aShortTroubleIsNotNoticed() {
        SecretStore store = under.store();
        vault.misbehaveOnce("error", 2);

        Keyed sealed = store.encrypt(KEY, PLAIN, PLAIN);

        vault.misbehaveOnce("sealed", 2);
        assertThat(store.decrypt(KEY, sealed, PLAIN)).isEqualTo(PLAIN);
    }

    @Test
    void aSlowVaultHoldsNobodyLongerThanTheDeadline() {
        vault.write("nkap/mtn", Map.of("api_key", "k1"));
        SecretStore store = under.store();
        assertThat(store.read("nkap/mtn").version()).isEqualTo(1);
        vault.misbehave("none", SLOW_MILLIS);

        long began = System.nanoTime();
        assertThatThrownBy(() -> store.encrypt(KEY, PLAIN, PLAIN)).isInstanceOf(SecretsFailure.Unavailable.class);

        assertThat(store.read("nkap/mtn").field("api_key")).isEqualTo("k1");
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofMillis(SLOW_MILLIS));
    }

    @Test
    void dataKeysSealAndOpenThroughAnOutage() {
        SecretStore store = under.store();
        SealingKeys keys =
                new SealingKeys(store, KEY, new SealingKeys.Bounds(Duration.ofMillis(1), Duration.ofHours(1), 1_000));
        SealingKeys.Current before = keys.current();

        vault.misbehave("sealed", 0);

        Waits.until(() -> keys.current().wrapped().equals(keys.current().wrapped()));
        assertThat(keys.open(before.wrapped())).isEqualTo(before.key());
        assertThat(keys.open(keys.current().wrapped())).isEqualTo(keys.current().key());
    }

    @Test
    void dataKeysChangeAfterTheirTimeWithoutMakingAnybodyWait() {
        SecretStore store = under.store();
        SealingKeys keys =
                new SealingKeys(store, KEY, new SealingKeys.Bounds(Duration.ofMillis(1), Duration.ofHours(1), 1_000));
        SealingKeys.Current first = keys.current();
        vault.rotateKey(KEY);

        Waits.until(() -> keys.current().wrapped().version() == 2);

        assertThat(keys.newestVersion()).isEqualTo(2);
        assertThat(keys.open(first.wrapped())).isEqualTo(first.key());
    }

    @Test
    void oneDataKeySealsAMillionThingsWithOneCall() {
        SecretStore store = under.store();
        SealingKeys keys = new SealingKeys(store, KEY, SealingKeys.Bounds.USUAL);

        for (int i = 0; i < 10_000; i++) {
            SealingKeys.Current current = keys.current();
            assertThat(keys.open(current.wrapped())).isSameAs(current.key());
        }

        assertThat(vault.calls("transit/datakey/plaintext/" + KEY)).isEqualTo(1);
        assertThat(vault.calls("transit/decrypt/" + KEY)).isZero();
    }

    private static boolean canRead(SecretStore store, String path) {
        try {
            return store.read(path).version() > 0;
        } catch (SecretsFailure.Unavailable _) {
            return false;
        }
    }
}
