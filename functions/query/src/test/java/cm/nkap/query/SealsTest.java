package cm.nkap.query;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.ledger.SealedRoot;
import cm.nkap.ledger.Seals;
import cm.nkap.secrets.Keyed;
import cm.nkap.secrets.LocalSecretStore;
import cm.nkap.secrets.StoreKeys;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;

class SealsTest {
    @Test
    void staffReadSignedRootsThatTheyKeepElsewhere() throws GeneralSecurityException {
        try (Served served = new Served();
                LocalSecretStore keys = LocalSecretStore.of(new byte[32])) {
            new Written(served.database).merchant(Served.DOUALA, "Boutique");
            assertThat(served.get(Served.treasury(), "/v1/seals").each("line")).isEmpty();
            served.sealAnHourAgo();
            sign(served, keys);

            var answer = served.get(Served.treasury(), "/v1/seals?limit=1");

            assertThat(answer.status()).isEqualTo(200);
            var key = KeyFactory.getInstance("Ed25519")
                    .generatePublic(
                            new X509EncodedKeySpec(Base64.getDecoder().decode(answer.at("/data/0/public_key"))));
            SealedRoot root = SealedRoot.verify(answer.at("/data/0/line"), key);
            assertThat(answer.at("/data/0/root")).isEqualTo(root.root());
            assertThat(answer.at("/data/0/line")).endsWith(" " + answer.at("/data/0/signature"));
            assertThat(answer.body().at("/data/0/key_version").intValue()).isEqualTo(1);
            assertThat(root.number()).isEqualTo(1);
            assertThat(served.get(Served.treasury(), "/v1/seals?after=1").each("line"))
                    .isEmpty();
            assertThat(served.get(Served.treasury(), "/v1/seals?after=one").status())
                    .isEqualTo(400);
            assertThat(served.get(Served.merchant(Served.DOUALA), "/v1/seals").status())
                    .isEqualTo(403);
        }
    }

    @Test
    void aRootThatWaitsForItsSignatureIsReadWithoutOne() {
        try (Served served = new Served()) {
            new Written(served.database).merchant(Served.DOUALA, "Boutique");
            served.sealAnHourAgo();

            var answer = served.get(Served.treasury(), "/v1/seals");

            assertThat(SealedRoot.parse(answer.at("/data/0/line")).root()).isEqualTo(answer.at("/data/0/root"));
            assertThat(answer.body().at("/data/0/signature").isNull()).isTrue();
            assertThat(answer.body().at("/data/0/key_version").isNull()).isTrue();
            assertThat(answer.body().at("/data/0/public_key").isNull()).isTrue();
        }
    }

    /** As sweep does. */
    private static void sign(Served served, LocalSecretStore keys) {
        var seals = new Seals();
        Jdbi.create(served.copy.app()).useTransaction(tx -> {
            tx.execute("SELECT set_config('nkap.orgs', '*', true)");
            for (SealedRoot seal : seals.unsigned(tx, 10)) {
                Keyed made = keys.sign(StoreKeys.LEDGER_SEALS, seal.message());
                byte[] key =
                        keys.publicKey(StoreKeys.LEDGER_SEALS, made.version()).orElseThrow();
                assertThat(seals.sign(tx, new Seals.Signature(seal.number(), made.version(), key, made.bytes())))
                        .isTrue();
            }
        });
    }
}
