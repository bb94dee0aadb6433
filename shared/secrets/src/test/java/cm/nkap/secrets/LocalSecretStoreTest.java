package cm.nkap.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalSecretStoreTest extends StoreContract {
    @TempDir
    private Path folder;

    private LocalSecretStore store;
    private int signing = 1;
    private int sealing = 1;

    @BeforeEach
    void open() {
        store = LocalSecretStore.open(folder);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Override
    SecretStore store() {
        return store;
    }

    @Override
    void write(String path, Map<String, String> fields) {
        Path versions = folder.resolve("kv").resolve(path);
        int next = 1;
        while (Files.exists(versions.resolve(next + ".properties"))) {
            next++;
        }
        String text = fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + field.getValue() + "\n")
                .collect(Collectors.joining());
        put(versions.resolve(next + ".properties"), text);
    }

    @Override
    void deny(String path) {
        permit(folder.resolve("kv").resolve(path).resolve("1.properties"), "rw-r--r--");
    }

    @Override
    void rotate(String key) {
        if (key.equals(SIGNING)) {
            signing++;
        } else {
            sealing++;
        }
        put(folder.resolve("keys.properties"), SIGNING + "=" + signing + "\n" + SEALING + "=" + sealing + "\n");
    }

    @Override
    void retire(String key, int oldest) {
        put(folder.resolve("keys.properties"), key + "=" + sealing + "\n" + key + ".oldest=" + oldest + "\n");
    }

    @Test
    void keepsItsKeysOverARestart() {
        Keyed sealed = store.encrypt(SEALING, bytes("x"), bytes("org"));
        Keyed signature = store.sign(SIGNING, bytes("x"));
        store.close();

        try (LocalSecretStore again = LocalSecretStore.open(folder)) {
            assertThat(again.decrypt(SEALING, sealed, bytes("org"))).isEqualTo(bytes("x"));
            assertThat(again.isGenuine(SIGNING, bytes("x"), signature)).isTrue();
        }
    }

    @Test
    void refusesARootThatOthersMayRead() {
        permit(folder.resolve("root.key"), "rw-r-----");

        assertThatThrownBy(() -> LocalSecretStore.open(folder))
                .isInstanceOf(SecretsFailure.Denied.class)
                .hasMessageContaining("chmod 600");
    }

    @Test
    void neverLeavesItsFolder() throws IOException {
        Files.createDirectories(folder.resolve("other"));
        put(folder.resolve("other/1.properties"), "a=b\n");

        assertThatThrownBy(() -> store.read("../other")).isInstanceOf(SecretsFailure.Missing.class);
    }

    @Test
    void withoutAFolderItHasKeysButNoSecrets() {
        try (LocalSecretStore here = LocalSecretStore.of(bytes("the same root"));
                LocalSecretStore there = LocalSecretStore.of(bytes("the same root"))) {
            Keyed sealed = here.encrypt(SEALING, bytes("x"), bytes("org"));

            assertThat(there.decrypt(SEALING, sealed, bytes("org"))).isEqualTo(bytes("x"));
            assertThatThrownBy(() -> here.read("nkap/mtn"))
                    .isInstanceOf(SecretsFailure.Missing.class)
                    .hasMessageContaining("VAULT_ADDR");
        }
    }

    @Test
    void makesTheKeysThatTheStandardMakesOfASeed() {
        byte[] seed = HexFormat.of().parseHex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");

        // RFC 8032, section 7.1, test 1
        assertThat(HexFormat.of().formatHex(LocalKeys.publicKey(seed)))
                .isEqualTo("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    }

    private static void put(Path file, String text) {
        try {
            Files.createDirectories(file.resolveSibling("."));
            Files.writeString(file, text);
            permit(file, "rw-------");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void permit(Path file, String who) {
        try {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(who));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
