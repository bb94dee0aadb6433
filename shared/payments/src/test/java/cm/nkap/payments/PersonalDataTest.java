package cm.nkap.payments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cm.nkap.providers.Msisdn;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PersonalDataTest {
    private static final String ORG = "boutique-douala";
    private static final Msisdn NUMBER = new Msisdn("237677123456");
    private final PersonalData data = new PersonalData(key(1));

    @Test
    void opensWhatItSealed() {
        assertThat(data.open(data.seal(NUMBER, ORG), ORG)).isEqualTo(NUMBER);
        assertThat(data.open(data.seal("{\"a\":1}".getBytes(StandardCharsets.UTF_8), "cb_1"), "cb_1"))
                .asString()
                .isEqualTo("{\"a\":1}");
        assertThat(data.open(data.seal(new byte[0], "cb_1"), "cb_1")).isEmpty();
    }

    @Test
    void opensForItsOwnerOnly() {
        SealedNumber sealed = data.seal(NUMBER, ORG);

        assertThatThrownBy(() -> data.open(sealed, "librairie-yaounde")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> data.open(sealed, "")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void opensWhatWasSealedBeforeThereWereDataKeys() {
        // written by the release before
        byte[] old = HexFormat.of()
                .parseHex("010e7cfacc54b9ee13c1895fca7606bbfbd22df219cb797c89c8d7379552e2223ddd4e11563a46b9c0");

        assertThat(data.open(new SealedNumber(old, new byte[0], ""), ORG)).isEqualTo(NUMBER);
        assertThatThrownBy(() -> new PersonalData(key(2)).open(old, ORG)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void theVersionOfTheKeyLeadsTheSealedBytes() {
        byte[] sealed = data.seal(NUMBER, ORG).sealed();

        assertThat(Arrays.copyOf(sealed, 5)).containsExactly(2, 0, 0, 0, 1).isEqualTo(SealedBytes.begin(1));
        assertThat(sealed).hasSizeLessThan(120);
    }

    @Test
    void noticesEveryChangedByte() {
        byte[] sealed = data.seal(NUMBER, ORG).sealed();

        for (int i = 0; i < sealed.length; i++) {
            byte[] tampered = sealed.clone();
            tampered[i] ^= 1;
            assertThatThrownBy(() -> data.open(tampered, ORG)).isInstanceOf(IllegalStateException.class);
        }
        for (int length = 0; length < sealed.length; length++) {
            byte[] cut = Arrays.copyOf(sealed, length);
            assertThatThrownBy(() -> data.open(cut, ORG)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void anotherKeyOpensNothing() {
        byte[] sealed = data.seal(NUMBER, ORG).sealed();

        assertThatThrownBy(() -> new PersonalData(key(2)).open(sealed, ORG)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void sealsTheSameNumberDifferentlyEachTime() {
        Set<String> sealed = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            sealed.add(HexFormat.of().formatHex(data.seal(NUMBER, ORG).sealed()));
        }
        assertThat(sealed).hasSize(1_000);
    }

    @Test
    void hashesTheSameNumberAlikeUnderOneKeyOnly() {
        assertThat(data.hash(NUMBER)).isEqualTo(data.seal(NUMBER, ORG).hash()).hasSize(32);
        assertThat(new PersonalData(key(1)).hash(NUMBER)).isEqualTo(data.hash(NUMBER));
        assertThat(new PersonalData(key(2)).hash(NUMBER)).isNotEqualTo(data.hash(NUMBER));
        assertThat(data.hash(new Msisdn("237677123457"))).isNotEqualTo(data.hash(NUMBER));
        // pinned: rows written by earlier releases are searched by it
        assertThat(HexFormat.of().formatHex(data.hash(NUMBER)))
                .isEqualTo("70f689b66445499d87c639bb1da21c8bb4eed3a4a89d1d1d1029db7cf9f81072");
    }

    @Test
    void showsANumberMaskedOnly() {
        SealedNumber sealed = data.seal(NUMBER, ORG);

        assertThat(sealed.masked()).isEqualTo("2376••••••56");
        assertThat(sealed).hasToString("2376••••••56");
        assertThat(new String(sealed.sealed(), StandardCharsets.ISO_8859_1)).doesNotContain("677123456");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 16, 31, 33, 64})
    void takesAKeyOf32BytesOnly(int bytes) {
        assertThatThrownBy(() -> new PersonalData(new byte[bytes])).hasMessageContaining(bytes + " bytes");
    }

    private static byte[] key(int fill) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) fill);
        return key;
    }
}
