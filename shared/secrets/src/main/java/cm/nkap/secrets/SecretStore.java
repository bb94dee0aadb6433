package cm.nkap.secrets;

import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The one door to secrets and keys: a Vault, or the developer's own machine. Secrets are read by path; keys are used by
 * name and never read. Every method throws {@link SecretsFailure.Denied}, {@link SecretsFailure.Missing},
 * {@link SecretsFailure.Unavailable} or, where bytes are handed in, {@link SecretsFailure.Rejected}; none of them waits
 * longer than the deadline of the store. Safe for use by many threads.
 */
public interface SecretStore extends AutoCloseable {
    /**
     * The newest version of a secret. Kept in memory and looked at again every so often, so a new version is seen
     * without a restart; while the store cannot be reached the last one serves on, for a bounded time.
     *
     * @param path below the mount of secrets, for example {@code nkap/mtn}
     */
    Secret read(String path);

    /** One version, current or not; never kept in memory. */
    Secret read(String path, int version);

    /** Calls back after each version of this secret that is new to this process. Asks for it once to begin with. */
    void onChange(String path, Consumer<Secret> listener);

    /** @param associated bytes that decryption must be given again, for example the id of the row it is kept in */
    Keyed encrypt(String key, byte[] plain, byte[] associated);

    /** Opens what any version of the key sealed that is still allowed. */
    byte[] decrypt(String key, Keyed sealed, byte[] associated);

    /** The same content under the newest version of the key; the plain text stays inside the store. */
    Keyed rewrap(String key, Keyed sealed, byte[] associated);

    /** A fresh 256-bit key to seal many things with on this machine, together with its sealed form to be stored. */
    WrappedKey dataKey(String key);

    /** Hash under a key: who lacks the key can neither compute nor check it. */
    Keyed hash(String key, byte[] input);

    /** Ed25519 signature. */
    Keyed sign(String key, byte[] input);

    boolean isGenuine(String key, byte[] input, Keyed signature);

    /** The 32 bytes of an Ed25519 public key, for those who check signatures without us. Empty: no such version. */
    Optional<byte[]> publicKey(String key, int version);

    /** The newest version of a key: what was made by an older one should be made again. */
    int newestVersion(String key);

    /** How many calls of the store failed since the start, by the kind of failure; empty where nothing can fail. */
    default Map<String, Long> failures() {
        return Map.of();
    }

    @Override
    void close();
}
