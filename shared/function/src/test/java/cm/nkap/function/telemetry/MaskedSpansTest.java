package cm.nkap.function.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.function.Config;
import cm.nkap.testing.OtlpReceiver;
import cm.nkap.testing.Until;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.StatusCode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MaskedSpansTest {
    @Test
    void noPartOfASpanShowsANumberOrASecret() {
        try (OtlpReceiver receiver = OtlpReceiver.start()) {
            var config = Config.read(
                    Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.endpoint().toString()), TelemetryConfig.class);
            try (Telemetry telemetry = Telemetry.open(config, "test")) {
                var span = telemetry
                        .api()
                        .getTracer("test")
                        .spanBuilder("call 677123401")
                        .startSpan();
                span.setAttribute("url.path", "/v1/charges/237677123401")
                        .setAttribute(AttributeKey.stringArrayKey("header"), List.of("Bearer abcDEF12345678"))
                        .setAttribute("amount", 650_000_000L)
                        .addEvent(
                                "for +237 677 12 34 01", Attributes.of(AttributeKey.stringKey("x"), "password=geheim1"))
                        .recordException(new IllegalStateException("no wallet 237677123401"))
                        .setStatus(StatusCode.ERROR, "no wallet 237 677 12 34 01");
                span.end();
            }
            Until.holds(Duration.ofSeconds(30), "the span came", () -> !receiver.spans()
                    .isEmpty());

            assertThat(receiver.text())
                    .contains("2376", "01", "650000000")
                    .doesNotContain("7123401", "12 34 01", "abcDEF", "geheim");
        }
    }
}
