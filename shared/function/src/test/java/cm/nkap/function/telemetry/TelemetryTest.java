package cm.nkap.function.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cm.nkap.function.Config;
import cm.nkap.testing.OtlpReceiver;
import cm.nkap.testing.Received;
import cm.nkap.testing.Until;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The real SDK and the real exporters, against a receiver that says what came. */
class TelemetryTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final OtlpReceiver receiver = OtlpReceiver.start();

    @AfterEach
    void stop() {
        receiver.close();
    }

    private Telemetry open(Map<String, String> more) {
        var env = new HashMap<>(Map.of(
                "OTEL_EXPORTER_OTLP_ENDPOINT", receiver.endpoint().toString(),
                "OTEL_BSP_SCHEDULE_DELAY", "50",
                "OTEL_BLRP_SCHEDULE_DELAY", "50",
                "OTEL_METRIC_EXPORT_INTERVAL", "200"));
        env.putAll(more);
        return Telemetry.open(Config.read(env, TelemetryConfig.class), "create-charge");
    }

    private static void tellOfEverything(Telemetry telemetry) {
        var span = telemetry.api().getTracer("test").spanBuilder("call").startSpan();
        telemetry
                .api()
                .getMeter("test")
                .counterBuilder("calls")
                .build()
                .add(3, Attributes.of(AttributeKey.stringKey("kind"), "good"));
        telemetry
                .api()
                .getLogsBridge()
                .get("test")
                .logRecordBuilder()
                .setContext(Context.root().with(span))
                .setSeverity(Severity.INFO)
                .setBody("msg=done")
                .emit();
        span.end();
    }

    @Test
    void sendsSpansMetricsAndLogsUnderTheFunctionsName() {
        try (var telemetry = open(Map.of("K_REVISION", "create-charge-00007", "NKAP_ENVIRONMENT", "staging"))) {
            tellOfEverything(telemetry);

            Until.passes(LIMIT, () -> {
                assertThat(receiver.spans()).hasSize(1);
                assertThat(receiver.points("calls")).isNotEmpty();
                assertThat(receiver.logs()).hasSize(1);
            });
        }
        var span = receiver.spans().getFirst();
        assertThat(span.service()).isEqualTo("create-charge");
        assertThat(span.resource())
                .containsEntry("service.version", "create-charge-00007")
                .containsEntry("deployment.environment.name", "staging");
        assertThat(receiver.points("calls").getFirst().value()).isEqualTo(3);
        assertThat(receiver.logs().getFirst().traceId()).isEqualTo(span.traceId());
        assertThat(receiver.logs().getFirst().spanId()).isEqualTo(span.spanId());
    }

    @Test
    void nothingIsLostWhenTheReceiverIsAwayForAMoment() {
        receiver.refuse(3);
        try (var telemetry = open(Map.of())) {
            tellOfEverything(telemetry);

            Until.passes(LIMIT, () -> {
                assertThat(receiver.refused()).isEqualTo(3);
                assertThat(receiver.spans()).hasSize(1);
                assertThat(receiver.points("calls")).isNotEmpty();
                assertThat(receiver.logs()).hasSize(1);
            });
        }
    }

    @Test
    void sendsWhatIsLeftWhenItStops() {
        try (var telemetry = open(Map.of("OTEL_BSP_SCHEDULE_DELAY", "3600000", "NKAP_TELEMETRY_STOP", "60s"))) {
            telemetry.api().getTracer("test").spanBuilder("last").startSpan().end();
        }

        Until.passes(LIMIT, () -> assertThat(receiver.spans()).hasSize(1));
    }

    @Test
    void stopsAlthoughNobodyReceives() {
        receiver.close();
        var telemetry = open(Map.of("NKAP_TELEMETRY_STOP", "100ms"));
        tellOfEverything(telemetry);

        telemetry.close();

        assertThat(receiver.spans()).isEmpty();
    }

    @Test
    void aTransactionThatManyShareHasALinkToEachOfThem() {
        var one = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        var other = "00-5bf92f3577b34da6a3ce929d0e0e4736-10f067aa0ba902b7-01";
        try (var telemetry = open(Map.of())) {
            try (var shared = telemetry.spans().transaction(false, List.of(one, "", other))) {
                telemetry
                        .spans()
                        .statement("INSERT INTO events.outbox (id) VALUES (:id)", null, Duration.ofMillis(2), null);
                shared.result("committed");
            }
            try (var own = telemetry.spans().transaction(true, List.of(one))) {
                own.unknown();
            }
            Until.passes(LIMIT, () -> assertThat(receiver.spans()).hasSize(3));
        }

        assertThat(span("transaction shared").parentId()).isEmpty();
        assertThat(span("transaction shared").links())
                .extracting(Received.Link::spanId)
                .containsExactly("00f067aa0ba902b7", "10f067aa0ba902b7");
        assertThat(span("INSERT events.outbox").parentId())
                .isEqualTo(span("transaction shared").spanId());
        assertThat(span("transaction").parentId()).isEqualTo("00f067aa0ba902b7");
        assertThat(span("transaction").attributes()).containsEntry("nkap.outcome", "unknown");
    }

    private Received.Span span(String name) {
        return receiver.spans().stream()
                .filter(span -> span.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void namesAStatementByWhatItDoesToWhich() {
        assertThat(StatementName.of("SELECT a FROM payments.charge WHERE id = :id")
                        .summary())
                .isEqualTo("SELECT payments.charge");
        assertThat(StatementName.of("WITH w AS (SELECT 1) UPDATE payments.payout SET a = 1")
                        .summary())
                .isEqualTo("UPDATE payments.payout");
        assertThat(StatementName.of("delete\nfrom shell.idempotency where x").summary())
                .isEqualTo("DELETE shell.idempotency");
        assertThat(StatementName.of("SELECT set_config('nkap.orgs', :orgs, true)")
                        .summary())
                .isEqualTo("SELECT");
    }

    @Test
    void listensToItsSettingsOnly() {
        System.setProperty("otel.service.name", "somebody-else");
        try (var telemetry = open(Map.of())) {
            tellOfEverything(telemetry);
            Until.passes(LIMIT, () -> assertThat(receiver.spans()).hasSize(1));
        } finally {
            System.clearProperty("otel.service.name");
        }

        assertThat(receiver.spans().getFirst().service()).isEqualTo("create-charge");
    }

    @Test
    void isSilentWithoutAnEndpoint() {
        var telemetry = Telemetry.open(Config.read(Map.of(), TelemetryConfig.class), "create-charge");

        assertThat(telemetry.isOn()).isFalse();
        assertThat(telemetry
                        .api()
                        .getTracer("test")
                        .spanBuilder("call")
                        .startSpan()
                        .isRecording())
                .isFalse();
    }

    @Test
    void refusesAShareThatIsNone() {
        assertThatThrownBy(() -> Config.read(Map.of("OTEL_TRACES_SAMPLER_ARG", "10"), TelemetryConfig.class))
                .hasMessageContaining("OTEL_TRACES_SAMPLER_ARG");
    }
}
