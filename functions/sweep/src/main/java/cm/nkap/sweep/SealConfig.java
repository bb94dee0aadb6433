package cm.nkap.sweep;

import cm.nkap.function.Setting;
import org.jspecify.annotations.Nullable;

/**
 * Whether there is a key that outlives this process. Without any of these the store makes keys up, and what they sign
 * proves nothing, so seals stay unsigned.
 *
 * @param vault where the keys are
 * @param localSecrets the developer's folder of secrets
 * @param piiKey the developer's root of all keys
 */
record SealConfig(
        @Setting(env = "VAULT_ADDR") @Nullable String vault,
        @Nullable String localSecrets,
        @Setting(secret = true) @Nullable String piiKey) {
    boolean hasKey() {
        return vault != null || localSecrets != null || piiKey != null;
    }
}
