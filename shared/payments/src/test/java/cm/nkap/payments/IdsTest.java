package cm.nkap.payments;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.testing.Until;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IdsTest {
    private static final String CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz";

    @Test
    void areAPrefixAnd26LettersOfCrockfordsAlphabet() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(Ids.next("ch")).matches("ch_[0-7][0-9a-hjkmnp-tv-z]{25}");
        }
    }

    @Test
    void areUuidsOfVersion7WithTheirTime() {
        long before = System.currentTimeMillis();
        String id = Ids.next("ch");
        long after = System.currentTimeMillis();

        StringBuilder bits = new StringBuilder();
        for (char c : id.substring(3).toCharArray()) {
            bits.append("%5s"
                    .formatted(Integer.toBinaryString(CROCKFORD.indexOf(c)))
                    .replace(' ', '0'));
        }
        String uuid = bits.substring(2);
        assertThat(Long.parseLong(uuid.substring(0, 48), 2)).isBetween(before, after);
        assertThat(uuid.substring(48, 52)).isEqualTo("0111");
        assertThat(uuid.substring(64, 66)).isEqualTo("10");
    }

    @Test
    void laterOnesSortAfterEarlierOnes() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            String id = Ids.next("ch");
            long made = System.currentTimeMillis();
            ids.add(id);
            Until.holds(Duration.ofSeconds(5), "the next millisecond", () -> System.currentTimeMillis() > made);
        }

        assertThat(ids).isSorted();
        assertThat(ids).allMatch(id -> id.compareTo(Ids.last("ch")) < 0);
    }

    @Test
    void areNeverTheSame() {
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 100_000; i++) {
            ids.add(Ids.next("x"));
        }
        assertThat(ids).hasSize(100_000);
    }

    @Test
    void ofJournalsSortAsTheirNumbers() {
        assertThat(Ids.journal(7)).isEqualTo("jn_00000000000000000000000007");
        assertThat(Ids.journal(9)).isLessThan(Ids.journal(10));
        assertThat(Ids.journal(Long.MAX_VALUE)).hasSize(29).isLessThan(Ids.last("jn"));
    }
}
