package cm.nkap.secrets;

import cm.nkap.providermock.ProviderMock;
import cm.nkap.providermock.ProviderMockConfig;
import cm.nkap.providermock.vault.VaultSimulator;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A simulated Vault with our keys, and stores that speak to it. */
final class VaultUnderTest implements AutoCloseable {
    static final VaultSettings.Login ROLE = new VaultSettings.Login.AppRole(
            "approle", VaultSimulator.ROLE_ID, new VaultSettings.Source.Given(VaultSimulator.SECRET_ID));
    static final VaultSettings.Patience QUICK = new VaultSettings.Patience(
            Duration.ofSeconds(2),
            Duration.ofSeconds(3),
            Duration.ofSeconds(4),
            Duration.ofMillis(300),
            Duration.ofHours(1));

    private final ProviderMock mock = ProviderMock.start(ProviderMockConfig.usual());
    private final List<SecretStore> stores = new ArrayList<>();

    VaultUnderTest() {
        vault().createKey(StoreKeys.PERSONAL_DATA, "aes256-gcm96");
        vault().createKey(StoreKeys.WEBHOOKS, "ed25519");
    }

    VaultSimulator vault() {
        return mock.vault();
    }

    URI address() {
        return URI.create(mock.vaultUrl());
    }

    VaultSecretStore store() {
        return store(ROLE, QUICK);
    }

    VaultSecretStore store(VaultSettings.Login login, VaultSettings.Patience patience) {
        return store(new VaultSettings(address(), null, null, login, "kv", "transit", patience));
    }

    VaultSecretStore store(VaultSettings settings) {
        VaultSecretStore store = new VaultSecretStore(settings);
        stores.add(store);
        return store;
    }

    @Override
    public void close() {
        vault().behave();
        stores.forEach(SecretStore::close);
        mock.close();
    }
}
