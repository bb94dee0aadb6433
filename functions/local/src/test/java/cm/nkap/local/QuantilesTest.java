package cm.nkap.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class QuantilesTest {
    @Test
    void areTheExactRanksInMilliseconds() {
        Quantiles quantiles = Quantiles.of(
                LongStream.rangeClosed(1, 200).map(ms -> (201 - ms) * 1_000_000).toArray());

        assertThat(quantiles).isEqualTo(new Quantiles(200, 100, 190, 198, 200));
    }

    @Test
    void ofOneAreThatOne() {
        assertThat(Quantiles.of(new long[] {5_000_000})).isEqualTo(new Quantiles(1, 5, 5, 5, 5));
    }
}
