package cm.nkap.secrets;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Secrets and keys of a developer's machine: AES-256-GCM, HMAC-SHA256 and Ed25519 under keys derived from one root that is
 * kept in a folder or given. Never for production: who reads the folder has everything.
 */
public final class LocalSecretStore implements SecretStore {
    private static final Duration REFRESH = Duration.ofSeconds(1);
    private static final int DATA_KEY = 32;

    private final @Nullable LocalFolder folder;
    private final LocalKeys keys;
    private final SecretCache cache;
    private final AtomicBoolean kept = new AtomicBoolean();
    private final CountDownLatch closed = new CountDownLatch(1);

    private LocalSecretStore(@Nullable LocalFolder folder, byte[] root) {
        this.folder = folder;
        this.keys = new LocalKeys(root);
        this.cache = new SecretCache(this::newest, REFRESH, REFRESH);
    }

    /** @throws SecretsFailure.Denied when others may read its files */
    public static LocalSecretStore open(Path folder) {
        LocalFolder opened = new LocalFolder(folder.toAbsolutePath());
        return new LocalSecretStore(opened, opened.root());
    }

    /** Secrets from the folder, keys derived from these bytes instead of a root of the folder's own. */
    public static LocalSecretStore open(Path folder, byte[] root) {
        return new LocalSecretStore(new LocalFolder(folder.toAbsolutePath()), root);
    }

    /** Keys of version 1 derived from these bytes, and no secrets: the same bytes give the same store everywhere. */
    public static LocalSecretStore of(byte[] root) {
        return new LocalSecretStore(null, root);
    }

    @Override
    public Secret read(String path) {
        keep();
        return cache.read(path);
    }

    @Override
    public Secret read(String path, int version) {
        return files(path).secret(path, version);
    }

    @Override
    public void onChange(String path, Consumer<Secret> listener) {
        keep();
        cache.onChange(path, listener);
    }

    private Secret newest(String path) {
        return files(path).newest(path);
    }

    private LocalFolder files(String path) {
        if (folder == null) {
            throw new SecretsFailure.Missing(
                    "no secret " + path + ": neither VAULT_ADDR nor NKAP_LOCAL_SECRETS says where secrets are");
        }
        return folder;
    }

    @Override
    public Keyed encrypt(String key, byte[] plain, byte[] associated) {
        int newest = newestVersion(key);
        return new Keyed(newest, keys.seal(key, newest, plain, associated));
    }

    @Override
    public byte[] decrypt(String key, Keyed sealed, byte[] associated) {
        return keys.open(key, allowed(key, sealed.version()), sealed.bytes(), associated);
    }

    @Override
    public Keyed rewrap(String key, Keyed sealed, byte[] associated) {
        return encrypt(key, decrypt(key, sealed, associated), associated);
    }

    @Override
    public WrappedKey dataKey(String key) {
        byte[] fresh = keys.fresh(DATA_KEY);
        return new WrappedKey(fresh, encrypt(key, fresh, new byte[0]));
    }

    @Override
    public Keyed hash(String key, byte[] input) {
        int newest = newestVersion(key);
        return new Keyed(newest, keys.hash(key, newest, input));
    }

    @Override
    public Keyed sign(String key, byte[] input) {
        int newest = newestVersion(key);
        return new Keyed(newest, keys.sign(key, newest, input));
    }

    @Override
    public boolean isGenuine(String key, byte[] input, Keyed signature) {
        return keys.isGenuine(key, allowed(key, signature.version()), input, signature.bytes());
    }

    @Override
    public Optional<byte[]> publicKey(String key, int version) {
        return version < 1 || version > newestVersion(key)
                ? Optional.empty()
                : Optional.of(keys.publicKey(key, version));
    }

    @Override
    public int newestVersion(String key) {
        Map<String, String> said = folder == null ? Map.of() : folder.keys();
        if (!StoreKeys.ALL.contains(key) && !said.containsKey(key)) {
            throw new SecretsFailure.Missing("no key " + key);
        }
        return Integer.parseInt(said.getOrDefault(key, "1"));
    }

    private int allowed(String key, int version) {
        Map<String, String> said = folder == null ? Map.of() : folder.keys();
        if (version > newestVersion(key) || version < Integer.parseInt(said.getOrDefault(key + ".oldest", "1"))) {
            throw new SecretsFailure.Rejected("version " + version + " of the key " + key + " is not allowed");
        }
        return version;
    }

    private void keep() {
        if (folder != null && kept.compareAndSet(false, true)) {
            Thread.ofVirtual().name("local-secrets").start(() -> {
                try {
                    while (!closed.await(REFRESH.toMillis(), TimeUnit.MILLISECONDS)) {
                        cache.refresh();
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }

    @Override
    public String toString() {
        return "LocalSecretStore[" + (folder == null ? "no folder" : "folder") + "]";
    }
}
