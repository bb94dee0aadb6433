package cm.nkap.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JournalTest {
    private static final List<Posting> LEGS = List.of(Posting.debit("a", 5), Posting.credit("b", 5));

    @ParameterizedTest
    @ValueSource(longs = {0, Posting.MOST + 1, -Posting.MOST - 1, Long.MIN_VALUE, Long.MAX_VALUE})
    void aLegMovesSomethingAndNotTooMuch(long amount) {
        assertThatThrownBy(() -> new Posting("a", amount)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Posting.MOST + 1, Long.MIN_VALUE})
    void aDebitOrCreditIsNamedByAPositiveAmount(long amount) {
        assertThatThrownBy(() -> Posting.debit("a", amount)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Posting.credit("a", amount)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatCouldBeNoJournalIsRefusedBeforeItHarmsABatch() {
        assertThatThrownBy(() -> new Journal("", "kind", "tenant", null, LEGS)).hasMessageContaining("key");
        assertThatThrownBy(() -> new Journal("k".repeat(201), "kind", "tenant", null, LEGS))
                .hasMessageContaining("201");
        assertThatThrownBy(() -> new Journal("k", "", "tenant", null, LEGS)).hasMessageContaining("kind");
        assertThatThrownBy(() -> new Journal("k", "kind", "", null, LEGS)).hasMessageContaining("tenant");
        assertThatThrownBy(() -> new Journal("k", "kind", "tenant", null, LEGS, 0L))
                .hasMessageContaining("reverses");
        assertThatThrownBy(() ->
                        new Journal("k", "kind", "tenant", null, Collections.nCopies(1_001, Posting.debit("a", 1))))
                .hasMessageContaining("legs");
        assertThatThrownBy(() -> new Journal("k\0", "kind", "tenant", null, LEGS))
                .hasMessageContaining("cannot be stored");
        assertThatThrownBy(() -> new Journal("k", "kind", "tenant", "\ud83d", LEGS))
                .hasMessageContaining("cannot be stored");
        assertThatThrownBy(() -> new Journal("k", "kind", "tenant", null, LEGS).withEffective(LocalDate.MAX))
                .hasMessageContaining("no day");
    }

    @Test
    void knowsWhetherItBalances() {
        assertThat(new Journal("k", "kind", "tenant", null, LEGS).balances()).isTrue();
        assertThat(new Journal("k", "kind", "tenant", null, LEGS.subList(0, 1)).balances())
                .isFalse();
    }

    @Test
    void noTwoContentsHaveOneFingerprint() {
        Set<String> prints = new HashSet<>();
        prints.add(print("kind", "tenant", null, LEGS, null));
        prints.add(print("kind", "tenant", "ch_", LEGS, null));
        prints.add(print("kind", "tenant", "ch_1", LEGS, null));
        prints.add(print("kind", "tenant", "ch_1", LEGS, 1L));
        prints.add(print("kind", "tenant", "ch_1", LEGS, 2L));
        prints.add(print("kindt", "enant", "ch_1", LEGS, null));
        prints.add(print("kind", "tenan", "tch_1", LEGS, null));
        prints.add(print("kind", "tenant", "ch_1", LEGS.reversed(), null));
        prints.add(print("kind", "tenant", "ch_1", LEGS.subList(0, 1), null));
        prints.add(print("kind", "tenant", "ch_1", List.of(Posting.debit("a", 6), Posting.credit("b", 6)), null));
        prints.add(print("kind", "tenant", "ch_1", List.of(Posting.debit("a", 5), Posting.credit("c", 5)), null));

        assertThat(prints).hasSize(11);
    }

    @Test
    void theKeyIsNotPartOfTheContent() {
        assertThat(new Journal("k", "kind", "tenant", null, LEGS).fingerprint())
                .isEqualTo(new Journal("other", "kind", "tenant", null, LEGS).fingerprint());
    }

    private static String print(
            String kind, String tenant, @Nullable String payment, List<Posting> legs, @Nullable Long reverses) {
        return HexFormat.of().formatHex(new Journal("k", kind, tenant, payment, legs, reverses).fingerprint());
    }
}
