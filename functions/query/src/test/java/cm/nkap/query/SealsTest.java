package cm.nkap.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import cm.nkap.ledger.SealedRoot;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SealsTest {
    @Test
    void staffReadSignedRootsThatTheyKeepElsewhere() throws GeneralSecurityException {
        KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        String key = Base64.getEncoder().encodeToString(keys.getPrivate().getEncoded());
        try (Served served = new Served(Map.of("NKAP_SEAL_KEY", key))) {
            new Written(served.database).merchant(Served.DOUALA, "Boutique");
            assertThat(served.get(Served.treasury(), "/v1/seals").each("line")).isEmpty();
            served.sealAnHourAgo();

            var answer = served.get(Served.treasury(), "/v1/seals?limit=1");

            assertThat(answer.status()).isEqualTo(200);
            SealedRoot root = SealedRoot.verify(answer.at("/data/0/line"), keys.getPublic());
            assertThat(answer.at("/data/0/root")).isEqualTo(root.root());
            assertThat(answer.at("/data/0/line")).endsWith(" " + answer.at("/data/0/signature"));
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
    void rootsAreReadUnsignedWithoutAKey() {
        try (Served served = new Served()) {
            new Written(served.database).merchant(Served.DOUALA, "Boutique");
            served.sealAnHourAgo();

            var answer = served.get(Served.treasury(), "/v1/seals");

            assertThat(SealedRoot.parse(answer.at("/data/0/line")).root()).isEqualTo(answer.at("/data/0/root"));
            assertThat(answer.body().at("/data/0/signature").isNull()).isTrue();
        }
    }

    @Test
    void aKeyThatIsNoneStopsTheProcess() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SealReads("bm90IGEga2V5"))
                .withMessageContaining("NKAP_SEAL_KEY");
    }
}
