package cm.nkap.function;

import cm.nkap.secrets.LocalSecretStore;
import cm.nkap.secrets.SecretStore;
import cm.nkap.secrets.VaultSecretStore;
import cm.nkap.secrets.VaultSettings;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where secrets are kept. With {@code VAULT_ADDR} in a Vault, entered by AppRole or by the account of the pod; without it
 * on this machine, which a production environment refuses.
 *
 * @param environment {@code production} turns the shortcuts of a developer's machine off
 * @param vaultCacert file with the certificates of the authority behind Vault's own
 * @param vaultSecretIdFile read at each login, so that it can be replaced
 * @param vaultKubernetesRole log in as the pod, under this role
 * @param vaultDeadline longest time of one call with all its repetitions
 * @param secretsRefresh how soon a new version of a secret is seen
 * @param secretsOutage how long secrets already read serve while Vault is away
 * @param localSecrets the developer's folder of secrets
 * @param piiKey root of the local keys, so that every process of a machine has the same
 */
record SecretsConfig(
        @Nullable String environment,
        @Setting(env = "VAULT_ADDR") @Nullable URI vaultAddress,
        @Setting(env = "VAULT_NAMESPACE") @Nullable String vaultNamespace,
        @Setting(env = "VAULT_CACERT") @Nullable String vaultCacert,

        @Setting(env = "VAULT_ROLE_ID", secret = true) @Nullable
        String vaultRoleId,

        @Setting(env = "VAULT_SECRET_ID", secret = true) @Nullable
        String vaultSecretId,

        @Setting(env = "VAULT_SECRET_ID_FILE") @Nullable String vaultSecretIdFile,

        @Setting(orElse = "approle") String vaultApproleMount,

        @Nullable String vaultKubernetesRole,

        @Setting(orElse = "kubernetes") String vaultKubernetesMount,

        @Setting(orElse = "/var/run/secrets/kubernetes.io/serviceaccount/token")
        String vaultPodTokenFile,

        @Setting(orElse = "kv") String vaultSecretsMount,
        @Setting(orElse = "transit") String vaultKeysMount,
        @Setting(orElse = "1s") Duration vaultConnectTimeout,
        @Setting(orElse = "2s") Duration vaultReadTimeout,
        @Setting(orElse = "5s") Duration vaultDeadline,
        @Setting(orElse = "30s") Duration secretsRefresh,
        @Setting(orElse = "12h") Duration secretsOutage,
        @Nullable String localSecrets,
        @Setting(secret = true) @Nullable String piiKey) {

    private static final String PRODUCTION = "production";
    private static final int ROOT_BYTES = 32;

    SecretsConfig {
        if (PRODUCTION.equals(environment)) {
            if (vaultAddress == null) {
                throw new IllegalArgumentException("NKAP_ENVIRONMENT is production and VAULT_ADDR is not set: secrets"
                        + " kept on this machine are for developers");
            }
            if (!"https".equals(vaultAddress.getScheme())) {
                throw new IllegalArgumentException("NKAP_ENVIRONMENT is production and VAULT_ADDR is not https");
            }
        }
        if (vaultAddress != null && (vaultRoleId == null) == (vaultKubernetesRole == null)) {
            throw new IllegalArgumentException(
                    "with VAULT_ADDR goes either VAULT_ROLE_ID or NKAP_VAULT_KUBERNETES_ROLE");
        }
        if (vaultRoleId != null && (vaultSecretId == null) == (vaultSecretIdFile == null)) {
            throw new IllegalArgumentException(
                    "with VAULT_ROLE_ID goes either VAULT_SECRET_ID or VAULT_SECRET_ID_FILE");
        }
    }

    /** Opens the store that the environment names. Nothing connects before it is used. */
    static SecretStore open(Map<String, String> env) {
        return Config.read(env, SecretsConfig.class).store();
    }

    private SecretStore store() {
        if (vaultAddress != null) {
            return new VaultSecretStore(new VaultSettings(
                    vaultAddress,
                    vaultNamespace,
                    vaultCacert == null ? null : Path.of(vaultCacert),
                    login(),
                    vaultSecretsMount,
                    vaultKeysMount,
                    new VaultSettings.Patience(
                            vaultConnectTimeout, vaultReadTimeout, vaultDeadline, secretsRefresh, secretsOutage)));
        }
        Optional<byte[]> given = Optional.ofNullable(piiKey)
                .filter(key -> SecretReference.in(key).isEmpty())
                .map(Base64.getDecoder()::decode);
        if (localSecrets == null) {
            return LocalSecretStore.of(given.orElseGet(SecretsConfig::random));
        }
        Path folder = Path.of(localSecrets);
        return given.map(root -> LocalSecretStore.open(folder, root)).orElseGet(() -> LocalSecretStore.open(folder));
    }

    private VaultSettings.Login login() {
        if (vaultRoleId != null) {
            return new VaultSettings.Login.AppRole(
                    vaultApproleMount,
                    vaultRoleId,
                    vaultSecretId == null
                            ? new VaultSettings.Source.InFile(Path.of(String.valueOf(vaultSecretIdFile)))
                            : new VaultSettings.Source.Given(vaultSecretId));
        }
        return new VaultSettings.Login.Kubernetes(
                vaultKubernetesMount,
                String.valueOf(vaultKubernetesRole),
                new VaultSettings.Source.InFile(Path.of(vaultPodTokenFile)));
    }

    private static byte[] random() {
        byte[] root = new byte[ROOT_BYTES];
        new SecureRandom().nextBytes(root);
        return root;
    }

    @Override
    public String toString() {
        return "SecretsConfig[" + Config.printed(this) + "]";
    }
}
