package cm.nkap.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShrinkTest {
    private static final List<Integer> HUNDRED = IntStream.range(0, 100).boxed().toList();

    @Test
    void leavesWhatIsNeededToFail() {
        assertThat(Shrink.shrink(HUNDRED, n -> List.of(), 1_000, some -> some.containsAll(List.of(3, 50, 99))))
                .containsExactly(3, 50, 99);
    }

    @Test
    void makesStepsSmallerToo() {
        assertThat(Shrink.shrink(HUNDRED, n -> n > 0 ? List.of(n - 1) : List.of(), 10_000, some -> some.stream()
                        .anyMatch(n -> n >= 40)))
                .containsExactly(40);
    }

    @Test
    void givesUpAfterSoManyTries() {
        int[] runs = new int[1];
        Shrink.shrink(HUNDRED, n -> List.of(), 10, some -> ++runs[0] > 0 && some.contains(7));
        assertThat(runs[0]).isLessThanOrEqualTo(10);
    }
}
