package cm.nkap.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.providermock.ProviderMock;
import cm.nkap.providermock.ProviderMockConfig;
import cm.nkap.providermock.mtn.MtnConfig;
import cm.nkap.providermock.vault.VaultSimulator;
import cm.nkap.testing.Until;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The whole system with its secrets in a Vault: credentials and the key of personal data are references, no values. */
class VaultIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String SECRET = "nkap/mtn";
    private static final ProviderMock MOCK = ProviderMock.start(ProviderMockConfig.usual());
    private static final VaultSimulator VAULT = filled(MOCK.vault());
    private static final NkapSystem NKAP = NkapSystem.start(Map.of(
            "VAULT_ADDR",
            MOCK.vaultUrl(),
            "VAULT_ROLE_ID",
            VaultSimulator.ROLE_ID,
            "VAULT_SECRET_ID",
            VaultSimulator.SECRET_ID,
            "NKAP_SECRETS_REFRESH",
            "300ms",
            "NKAP_PII_KEY",
            "vault:kv/nkap/personal-data#key",
            "NKAP_MTN_API_KEY",
            "vault:kv/nkap/mtn#api_key"));

    private static VaultSimulator filled(VaultSimulator vault) {
        vault.createKey("nkap-personal-data", "aes256-gcm96");
        vault.write("nkap/personal-data", Map.of("key", "bmthcC10ZXN0cy1rZXktb2YtMzItYnl0ZXMtLi4uLi4="));
        vault.write(SECRET, Map.of("api_key", "of-last-year"));
        return vault;
    }

    @AfterAll
    static void stop() {
        NKAP.close();
        MOCK.close();
    }

    @AfterEach
    void vaultIsWell() {
        VAULT.behave();
    }

    @Test
    void newCredentialsCountWithoutARestartAndChargesGoThroughAnOutage() {
        VAULT.write(SECRET, Map.of("api_key", MtnConfig.usual().apiKey()));
        int seen = VAULT.calls("kv/data/" + SECRET);
        Until.holds(LIMIT, "the new version is read", () -> VAULT.calls("kv/data/" + SECRET) > seen + 1);
        Shop shop = NKAP.shop();

        String charge = shop.charge(10_000, Shop.somebody());

        assertThat(shop.ended(charge).path("status").asString()).isEqualTo("succeeded");
        assertThat(sealed(charge)).startsWith(2, 0, 0, 0, 1);
        int calls = VAULT.calls("transit/datakey/plaintext/nkap-personal-data");
        assertThat(calls).as("one data key for each function that seals").isBetween(1, 7);

        VAULT.misbehave("sealed", 0);
        String during = shop.charge(2_500, Shop.somebody());

        assertThat(shop.ended(during).path("status").asString()).isEqualTo("succeeded");
        assertThat(VAULT.calls("transit/datakey/plaintext/nkap-personal-data")).isEqualTo(calls);
        assertThat(VAULT.calls("transit/encrypt/nkap-personal-data")).isZero();
        NKAP.audit.passes();
    }

    private static byte[] sealed(String charge) {
        return NKAP.surroundings.app.inTransaction(tx -> {
            tx.execute("SELECT set_config('nkap.orgs', '*', true)");
            return tx.createQuery("SELECT msisdn_sealed FROM payments.charge WHERE id = :id")
                    .bind("id", charge)
                    .mapTo(byte[].class)
                    .one();
        });
    }
}
