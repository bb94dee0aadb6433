package cm.nkap.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A root outlives the database as one line of text. */
class SealedRootTest {
    private static final String ROOT = "0123456789abcdef".repeat(4);
    private static final SealedRoot SEAL = new SealedRoot(17, Instant.parse("2026-11-22T13:00:00Z"), 1041, 2210, ROOT);
    private static final String TEXT = "nkap-ledger-seal/v1 17 2026-11-22T13:00:00Z 1041 2210 " + ROOT;

    @Test
    void isOneLineThatIsReadBack() {
        assertThat(SEAL).hasToString(TEXT);
        assertThat(SEAL.message()).asString().isEqualTo(TEXT);
        assertThat(SealedRoot.parse(TEXT)).isEqualTo(SEAL);
        assertThat(SealedRoot.parse(TEXT + " c2lnbmF0dXJl\n")).isEqualTo(SEAL);
    }

    @Test
    void isSignedAndKnownByTheKeyOnly() throws GeneralSecurityException {
        KeyPair ours = keys();
        String line = SEAL.sign(ours.getPrivate());

        assertThat(line).startsWith(TEXT + " ").doesNotContain("\n");
        assertThat(SealedRoot.verify(line, ours.getPublic())).isEqualTo(SEAL);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SealedRoot.verify(line, keys().getPublic()))
                .withMessageContaining("not signed by this key");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SealedRoot.verify(line.replace(" 2210 ", " 2211 "), ours.getPublic()))
                .withMessageContaining("not signed by this key");
        assertThatIllegalArgumentException().isThrownBy(() -> SealedRoot.verify(TEXT, ours.getPublic()));
        assertThatIllegalArgumentException().isThrownBy(() -> SealedRoot.verify(TEXT + " ?", ours.getPublic()));
        assertThatIllegalArgumentException().isThrownBy(() -> SealedRoot.verify(TEXT + " AAAA", ours.getPublic()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nkap-ledger-seal/v2 17 2026-11-22T13:00:00Z 1041 2210 %s",
                "nkap-ledger-seal/v1 17 2026-11-22T13:00:00Z 1041 2210",
                "nkap-ledger-seal/v1 17 2026-11-22T13:00:00Z 1041 2210 %s a b",
                "nkap-ledger-seal/v1 017 2026-11-22T13:00:00Z 1041 2210 %s",
                "nkap-ledger-seal/v1 17 2026-11-22T13:00:00.000Z 1041 2210 %s",
                "nkap-ledger-seal/v1 17 today 1041 2210 %s",
                "nkap-ledger-seal/v1 0 2026-11-22T13:00:00Z 1041 2210 %s",
                "nkap-ledger-seal/v1 17 2026-11-22T13:00:00Z 1041 1000 %s",
                "nkap-ledger-seal/v1 17 2026-11-22T13:00:00Z 1041 2210 0%s",
                "nkap-ledger-seal/v1 17 2026-11-22T13:00:00Z 1041 x %s"
            })
    void refusesEveryOtherText(String line) {
        assertThatIllegalArgumentException().isThrownBy(() -> SealedRoot.parse(line.formatted(ROOT)));
    }

    private static KeyPair keys() throws GeneralSecurityException {
        return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    }
}
