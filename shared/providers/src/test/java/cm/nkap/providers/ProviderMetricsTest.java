package cm.nkap.providers;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.providers.GuardedProvider.Limits;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a dashboard learns of a provider: each call with its outcome, and each guard. */
class ProviderMetricsTest {
    private static final Exchange NONE = Exchange.none("test");
    private static final Limits LIMITS = new Limits(2, 2, 10, 50, Duration.ofHours(1), 2, 1_000, Duration.ofSeconds(5));
    private static final AttributeKey<String> CALL = AttributeKey.stringKey("call");
    private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("outcome");
    private static final AttributeKey<String> ANSWER = AttributeKey.stringKey("answer");

    private final InMemoryMetricReader reader = InMemoryMetricReader.create();
    private final SdkMeterProvider meters =
            SdkMeterProvider.builder().registerMetricReader(reader).build();
    private final Mute inner = new Mute();
    private final Provider provider = new GuardedProvider(inner, LIMITS, meters.get("cm.nkap.providers"));

    @AfterEach
    void stop() {
        meters.close();
    }

    @Test
    void countsEachCallWithItsAnswerAndTellsOfTheCircuit() {
        inner.answer = new SubmitAnswer.Accepted(NONE);
        collect();
        inner.answer = new SubmitAnswer.Unknown("timeout", NONE);
        for (int i = 0; i < 6; i++) {
            collect();
        }
        provider.status(new StatusRequest(Operation.COLLECTION, UUID.randomUUID()));

        assertThat(calls(seen("nkap.provider.call.duration")))
                .containsEntry("collect ok accepted", 1L)
                .containsEntry("collect unknown unknown", 4L)
                .containsEntry("collect not_asked not_sent", 2L)
                .containsEntry("status ok pending", 1L);
        assertThat(gauge(seen("nkap.provider.circuit.state")))
                .containsEntry("collect", 2L)
                .containsEntry("disburse", 0L);
        assertThat(gauge(seen("nkap.provider.calls.free"))).containsEntry("status", 2L);
        assertThat(seen("nkap.provider.turn.wait").getHistogramData().getPoints())
                .hasSize(1);
        assertThat(reader.collectAllMetrics())
                .flatMap(metric -> metric.getData().getPoints())
                .allSatisfy(point ->
                        assertThat(point.getAttributes().asMap().toString()).doesNotContain("ch_", "237677"));
    }

    private void collect() {
        provider.collect(new CollectRequest(
                UUID.randomUUID(),
                "ch_1",
                1_000,
                new Msisdn("237677123401"),
                "Nkap ch_1",
                URI.create("http://127.0.0.1/cb")));
    }

    private MetricData seen(String name) {
        return reader.collectAllMetrics().stream()
                .filter(metric -> metric.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Map<String, Long> calls(MetricData metric) {
        Map<String, Long> calls = new HashMap<>();
        metric.getHistogramData().getPoints().forEach(point -> {
            Attributes of = point.getAttributes();
            calls.put(of.get(CALL) + " " + of.get(OUTCOME) + " " + of.get(ANSWER), point.getCount());
            assertThat(point.getBoundaries()).as("the bar of the reference").contains(0.3, 3.0);
        });
        return calls;
    }

    private static Map<String, Long> gauge(MetricData metric) {
        Map<String, Long> levels = new HashMap<>();
        metric.getLongGaugeData()
                .getPoints()
                .forEach(
                        point -> levels.put(String.valueOf(point.getAttributes().get(CALL)), point.getValue()));
        return levels;
    }

    private static final class Mute implements Provider {
        private SubmitAnswer answer = new SubmitAnswer.Accepted(NONE);

        @Override
        public ProviderName name() {
            return ProviderName.MTN;
        }

        @Override
        public SubmitAnswer collect(CollectRequest request) {
            return answer;
        }

        @Override
        public SubmitAnswer disburse(DisburseRequest request) {
            return answer;
        }

        @Override
        public StatusAnswer status(StatusRequest request) {
            return new StatusAnswer.Pending("PENDING", true, NONE);
        }

        @Override
        public BalanceAnswer balance(Operation product) {
            return new BalanceAnswer.Unavailable("nobody asked", NONE);
        }
    }
}
