package cm.nkap.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What every store promises, whoever keeps the secrets. */
abstract class StoreContract {
    static final String SEALING = StoreKeys.PERSONAL_DATA;
    static final String SIGNING = StoreKeys.WEBHOOKS;
    private static final byte[] PLAIN = bytes("237677123456");
    private static final byte[] OWNER = bytes("boutique-douala");

    abstract SecretStore store();

    /** A new version of a secret, as whoever looks after the secrets writes it. */
    abstract void write(String path, Map<String, String> fields);

    /** From now on this store may not read the secret, which exists. */
    abstract void deny(String path);

    abstract void rotate(String key);

    /** What was made by older versions is refused from now on. */
    abstract void retire(String key, int oldest);

    @Test
    void readsTheFieldsOfASecretAndItsVersion() {
        write("nkap/mtn", Map.of("api_user", "u1", "api_key", "k1"));

        Secret secret = store().read("nkap/mtn");

        assertThat(secret.version()).isEqualTo(1);
        assertThat(secret.field("api_key")).isEqualTo("k1");
        assertThat(secret.fields()).isEqualTo(Map.of("api_user", "u1", "api_key", "k1"));
    }

    @Test
    void seesANewVersionWithoutARestartAndTellsWhoListens() {
        write("nkap/mtn", Map.of("api_key", "k1"));
        List<Integer> heard = Collections.synchronizedList(new ArrayList<>());
        store().onChange("nkap/mtn", secret -> heard.add(secret.version()));
        assertThat(store().read("nkap/mtn").field("api_key")).isEqualTo("k1");

        write("nkap/mtn", Map.of("api_key", "k2"));

        Waits.until(() -> store().read("nkap/mtn").field("api_key").equals("k2"));
        Waits.until(() -> heard.equals(List.of(2)));
        assertThat(store().read("nkap/mtn", 1).field("api_key")).isEqualTo("k1");
    }

    @Test
    void tellsMissingFromDenied() {
        write("nkap/secret", Map.of("field", "value"));
        deny("nkap/secret");
        write("nkap/mtn", Map.of("api_key", "k1"));

        assertThatThrownBy(() -> store().read("nkap/nothing")).isInstanceOf(SecretsFailure.Missing.class);
        assertThatThrownBy(() -> store().read("nkap/mtn", 7)).isInstanceOf(SecretsFailure.Missing.class);
        assertThatThrownBy(() -> store().read("nkap/mtn").field("other")).isInstanceOf(SecretsFailure.Missing.class);
        assertThatThrownBy(() -> store().read("nkap/secret")).isInstanceOf(SecretsFailure.Denied.class);
        assertThatThrownBy(() -> store().dataKey("nkap-nobody")).isInstanceOf(SecretsFailure.Missing.class);
    }

    @Test
    void opensWhatItSealedForTheSameOwnerOnly() {
        Keyed sealed = store().encrypt(SEALING, PLAIN, OWNER);

        assertThat(store().decrypt(SEALING, sealed, OWNER)).isEqualTo(PLAIN);
        assertThat(store().encrypt(SEALING, PLAIN, OWNER)).isNotEqualTo(sealed);
        assertThatThrownBy(() -> store().decrypt(SEALING, sealed, bytes("librairie-yaounde")))
                .isInstanceOf(SecretsFailure.Rejected.class);
        byte[] changed = sealed.bytes();
        changed[changed.length - 1] ^= 1;
        assertThatThrownBy(() -> store().decrypt(SEALING, new Keyed(1, changed), OWNER))
                .isInstanceOf(SecretsFailure.Rejected.class);
        assertThatThrownBy(() -> store().decrypt(SEALING, new Keyed(9, sealed.bytes()), OWNER))
                .isInstanceOf(SecretsFailure.Rejected.class);
    }

    @Test
    void rotationKeepsOldThingsReadableUntilTheirVersionIsRetired() {
        Keyed old = store().encrypt(SEALING, PLAIN, OWNER);

        rotate(SEALING);

        Keyed fresh = store().encrypt(SEALING, PLAIN, OWNER);
        assertThat(store().newestVersion(SEALING)).isEqualTo(2);
        assertThat(List.of(old.version(), fresh.version())).containsExactly(1, 2);
        assertThat(store().decrypt(SEALING, old, OWNER)).isEqualTo(PLAIN);
        Keyed again = store().rewrap(SEALING, old, OWNER);
        assertThat(again.version()).isEqualTo(2);
        retire(SEALING, 2);
        assertThat(store().decrypt(SEALING, again, OWNER)).isEqualTo(PLAIN);
        assertThatThrownBy(() -> store().decrypt(SEALING, old, OWNER)).isInstanceOf(SecretsFailure.Rejected.class);
    }

    @Test
    void aDataKeyComesBackFromItsWrappedForm() {
        WrappedKey made = store().dataKey(SEALING);

        assertThat(made.plain())
                .hasSize(32)
                .isNotEqualTo(store().dataKey(SEALING).plain());
        assertThat(store().decrypt(SEALING, made.wrapped(), new byte[0])).isEqualTo(made.plain());
        rotate(SEALING);
        Keyed again = store().rewrap(SEALING, made.wrapped(), new byte[0]);
        assertThat(store().decrypt(SEALING, again, new byte[0])).isEqualTo(made.plain());
    }

    @Test
    void hashesAlikeUnderOneVersionOfAKey() {
        Keyed hash = store().hash(SEALING, PLAIN);

        assertThat(store().hash(SEALING, PLAIN)).isEqualTo(hash);
        assertThat(hash.bytes()).hasSize(32);
        assertThat(store().hash(SEALING, OWNER)).isNotEqualTo(hash);
        assertThat(store().hash(SIGNING, PLAIN)).isNotEqualTo(hash);
        rotate(SEALING);
        assertThat(store().hash(SEALING, PLAIN).version()).isEqualTo(2);
    }

    @Test
    void signaturesHoldOverARotationAndAreCheckedWithoutTheStore() throws Exception {
        Keyed signature = store().sign(SIGNING, PLAIN);
        rotate(SIGNING);

        assertThat(store().isGenuine(SIGNING, PLAIN, signature)).isTrue();
        assertThat(store().isGenuine(SIGNING, OWNER, signature)).isFalse();
        assertThat(store().sign(SIGNING, PLAIN).version()).isEqualTo(2);
        assertThat(Waits.isSigned(store().publicKey(SIGNING, 1).orElseThrow(), PLAIN, signature.bytes()))
                .isTrue();
        assertThat(Waits.isSigned(store().publicKey(SIGNING, 2).orElseThrow(), PLAIN, signature.bytes()))
                .isFalse();
        assertThat(store().publicKey(SIGNING, 3)).isEmpty();
    }

    @Test
    void printsNoSecret() {
        write("nkap/mtn", Map.of("api_key", "canary-7Q"));
        Secret secret = store().read("nkap/mtn");
        WrappedKey key = store().dataKey(SEALING);

        assertThat(secret.toString()).contains("api_key").doesNotContain("canary-7Q");
        assertThat(key.toString()).matches("WrappedKey\\[vault:v1:\\(\\d+ bytes\\)]");
        assertThat(store().toString()).doesNotContain("canary");
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
