package cm.nkap.local.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The reader of queries refuses what Prometheus would refuse, and what would silently show nothing. */
class PromQlTest {
    private static final Map<String, Set<String>> KNOWN =
            Map.of("calls_total", Set.of("job", "route"), "took_bucket", Set.of("job", "le"));

    @Test
    void knowsTheLabelsOfAResult() {
        assertThat(PromQl.read("sum by (route) (rate(calls_total{job=~\"a\"}[5m])) / 2 > 0.5", KNOWN))
                .isEqualTo(new PromQl.Read(Set.of("calls_total"), Set.of("route")));
        assertThat(PromQl.read("histogram_quantile(0.9, sum by (le, job) (rate(took_bucket[5m])))", KNOWN)
                        .labels())
                .containsExactly("job");
        assertThat(PromQl.read("(sum(increase(calls_total[1h])) or vector(0)) == 0", KNOWN)
                        .labels())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nobody_counts_this",
                "calls_total{rout=\"x\"}",
                "sum by (method) (calls_total)",
                "rate(calls_total)",
                "rate(calls_total[5x])",
                "sum(calls_total",
                "calls_total calls_total",
                "calls_total{route=x}",
                "sum(calls_total) / on (route) calls_total",
                "histogram_quantile(0.9, sum by (job) (rate(took_bucket[5m])))",
                "median(calls_total)",
                "calls_total &"
            })
    void refusesWhatIsWrong(String query) {
        assertThatThrownBy(() -> PromQl.read(query, KNOWN)).isInstanceOf(PromQl.Wrong.class);
    }
}
