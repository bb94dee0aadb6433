package cm.nkap.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.function.Config;
import cm.nkap.function.Database;
import cm.nkap.function.DatabaseConfig;
import cm.nkap.function.FunctionApplication;
import cm.nkap.function.Orgs;
import cm.nkap.ledger.Ledger;
import cm.nkap.ledger.SealedRoot;
import cm.nkap.ledger.Seals;
import cm.nkap.payments.ChartOfAccounts;
import cm.nkap.providermock.ProviderMock;
import cm.nkap.providermock.ProviderMockConfig;
import cm.nkap.providermock.vault.VaultSimulator;
import cm.nkap.secrets.StoreKeys;
import cm.nkap.testing.ServedFunction;
import cm.nkap.testing.Until;
import java.net.http.HttpRequest.BodyPublishers;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Seals are signed under the key of the store, whichever it is, and never at the cost of being late. */
class SealSigningTest {
    private static final String SECRET = "only the timer knows";
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String ED25519 = "302a300506032b6570032100";

    @Test
    void theDevelopersOwnKeySigns() throws SQLException, GeneralSecurityException {
        String root = Base64.getEncoder().encodeToString(new byte[32]);
        try (var served = served(Map.of("NKAP_PII_KEY", root));
                var database = database(served)) {
            anHourPasses(served);

            assertThat(sealed(served)).isEqualTo("1");

            Seals.Signed seal = seals(database).getFirst();
            assertThat(SealedRoot.verify(seal.line(), key(seal))).isEqualTo(seal.root());
        }
    }

    @Test
    void whereNoKeyOutlivesTheProcessNothingIsSigned() throws SQLException {
        try (var served = served(Map.of());
                var database = database(served)) {
            anHourPasses(served);

            assertThat(sealed(served)).isEqualTo("1");

            assertThat(seals(database).getFirst().signature()).isEmpty();
        }
    }

    @Test
    void booksAreSealedWhileTheVaultIsAwayAndSignedWhenItIsBack() throws SQLException, GeneralSecurityException {
        try (var mock = ProviderMock.start(ProviderMockConfig.usual());
                var served = served(inVault(mock));
                var database = database(served)) {
            VaultSimulator vault = mock.vault();
            vault.createKey(StoreKeys.LEDGER_SEALS, "ed25519");
            vault.misbehave("sealed", 0);
            anHourPasses(served);

            assertThat(sealed(served)).isEqualTo("1");
            assertThat(seals(database).getFirst().signature()).as("away").isEmpty();

            vault.behave();
            Until.holds(LIMIT, "the waiting seal is signed", () -> isSigned(served, database));
            Seals.Signed first = seals(database).getFirst();
            assertThat(SealedRoot.verify(first.line(), key(first))).isEqualTo(first.root());

            vault.rotateKey(StoreKeys.LEDGER_SEALS);
            anotherHourIsSealed(served, database);
            Until.holds(LIMIT, "the second seal is signed", () -> isSigned(served, database));

            List<Seals.Signed> both = seals(database);
            assertThat(both).hasSize(2);
            assertThat(both.getLast().signature().orElseThrow().keyVersion()).isEqualTo(2);
            assertThat(SealedRoot.verify(both.getFirst().line(), key(both.getFirst())))
                    .as("under the first version still")
                    .isEqualTo(first.root());
            assertThat(SealedRoot.verify(both.getLast().line(), key(both.getLast())))
                    .isEqualTo(both.getLast().root());
        }
    }

    private static Map<String, String> inVault(ProviderMock mock) {
        return Map.of(
                "VAULT_ADDR",
                mock.vaultUrl(),
                "VAULT_ROLE_ID",
                VaultSimulator.ROLE_ID,
                "VAULT_SECRET_ID",
                VaultSimulator.SECRET_ID,
                "NKAP_VAULT_READ_TIMEOUT",
                "20s",
                "NKAP_VAULT_DEADLINE",
                "30s");
    }

    /** Sweeps once more; whether the last seal has its signature then. */
    private static boolean isSigned(ServedFunction<FunctionApplication> served, Database database) {
        sealed(served);
        return seals(database).getLast().signature().isPresent();
    }

    private static void anHourPasses(ServedFunction<FunctionApplication> served) throws SQLException {
        asAdmin(served, "UPDATE ledger.awaiting_seal SET since = since - interval '1 hour'");
    }

    private static void anotherHourIsSealed(ServedFunction<FunctionApplication> served, Database database)
            throws SQLException {
        database.run(Orgs.all(), tx -> new Ledger()
                .open(tx.handle(), List.of(ChartOfAccounts.ofMerchant("mer_1", "boutique-douala"))));
        asAdmin(served, "SELECT ledger.seal_until(date_trunc('hour', now(), 'UTC') + interval '1 hour')");
    }

    private static void asAdmin(ServedFunction<FunctionApplication> served, String sql) throws SQLException {
        try (Connection admin = served.database().admin().getConnection();
                Statement statement = admin.createStatement()) {
            statement.execute(sql);
        }
    }

    private static ServedFunction<FunctionApplication> served(Map<String, String> more) {
        var settings = new HashMap<>(more);
        settings.put("NKAP_EVENT_SECRET", SECRET);
        return ServedFunction.start(
                settings, FunctionApplication::start, FunctionApplication::port, FunctionApplication::close);
    }

    private static Database database(ServedFunction<FunctionApplication> served) {
        var database = Database.open(Config.read(served.settings(), DatabaseConfig.class), events -> {});
        database.run(Orgs.all(), tx -> new Ledger().open(tx.handle(), ChartOfAccounts.platform()));
        return database;
    }

    private static List<Seals.Signed> seals(Database database) {
        return database.read(Orgs.all(), tx -> new Seals().signedAfter(tx.handle(), 0, 10));
    }

    private static PublicKey key(Seals.Signed seal) throws GeneralSecurityException {
        String raw = HexFormat.of().formatHex(seal.signature().orElseThrow().publicKey());
        return KeyFactory.getInstance("Ed25519")
                .generatePublic(new X509EncodedKeySpec(HexFormat.of().parseHex(ED25519 + raw)));
    }

    private static String sealed(ServedFunction<FunctionApplication> served) {
        var answer = served.send(served.to("/internal/sweep")
                .header("x-nkap-event-secret", SECRET)
                .POST(BodyPublishers.noBody()));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.at("sealed");
    }
}
