package cm.nkap.function.telemetry;

import cm.nkap.function.Setting;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where telemetry goes and how much of it. Names and forms are OpenTelemetry's own where it has one. Nothing is measured,
 * recorded or loaded without an endpoint.
 *
 * @param endpoint a receiver of OTLP over HTTP with protobuf, for example {@code http://127.0.0.1:4318}
 * @param headers {@code name=value,…}, sent with every export
 * @param samplerArg share of ordinary traces that are kept, 0 to 1; what failed, was slow or stayed unknown is always kept
 * @param traceSlow from when on a part of a trace counts as slow
 * @param spansWaiting spans held back until it is known whether their trace is kept; beyond that each is judged alone
 * @param stopLimit how long a stop waits until what is left has been sent
 * @param revision what the platform calls this version of the function
 */
public record TelemetryConfig(
        @Setting(env = "OTEL_EXPORTER_OTLP_ENDPOINT") @Nullable
        URI endpoint,

        @Setting(env = "OTEL_EXPORTER_OTLP_HEADERS", secret = true) @Nullable
        String headers,

        @Setting(env = "OTEL_EXPORTER_OTLP_CERTIFICATE") @Nullable
        String certificate,

        @Setting(env = "OTEL_EXPORTER_OTLP_COMPRESSION", orElse = "gzip")
        String compression,

        @Setting(env = "OTEL_EXPORTER_OTLP_TIMEOUT", orElse = "10000")
        String timeout,

        @Setting(env = "OTEL_TRACES_EXPORTER", orElse = "otlp")
        String traces,

        @Setting(env = "OTEL_METRICS_EXPORTER", orElse = "otlp")
        String metrics,

        @Setting(env = "OTEL_LOGS_EXPORTER", orElse = "otlp")
        String logs,

        @Setting(env = "OTEL_TRACES_SAMPLER_ARG", orElse = "1")
        String samplerArg,

        @Setting(env = "OTEL_METRIC_EXPORT_INTERVAL", orElse = "60000")
        String metricInterval,

        @Setting(env = "OTEL_BSP_SCHEDULE_DELAY", orElse = "5000")
        String spanDelay,

        @Setting(env = "OTEL_BLRP_SCHEDULE_DELAY", orElse = "1000")
        String logDelay,

        @Setting(env = "OTEL_SERVICE_NAME") @Nullable String serviceName,

        @Setting(env = "OTEL_RESOURCE_ATTRIBUTES") @Nullable String resourceAttributes,

        @Setting(orElse = "1s") Duration traceSlow,
        @Setting(orElse = "20000") int spansWaiting,

        @Setting(env = "NKAP_TELEMETRY_STOP", orElse = "3s") Duration stopLimit,

        @Setting(env = "NKAP_ENVIRONMENT", orElse = "development")
        String environment,

        @Setting(env = "K_REVISION") @Nullable String revision) {

    public TelemetryConfig {
        if (!samplerArg.matches("0(\\.[0-9]{1,9})?|1(\\.0{1,9})?")) {
            throw new IllegalArgumentException("OTEL_TRACES_SAMPLER_ARG is a share between 0 and 1");
        }
        if (spansWaiting < 1) {
            throw new IllegalArgumentException("NKAP_SPANS_WAITING is at least 1");
        }
        for (var exporter : List.of(traces, metrics, logs)) {
            if (!exporter.equals("otlp") && !exporter.equals("none")) {
                throw new IllegalArgumentException("OTEL_TRACES_EXPORTER, _METRICS_ and _LOGS_ are otlp or none");
            }
        }
    }

    double ratio() {
        return Double.parseDouble(samplerArg);
    }

    /** The same for the SDK, by the SDK's names. */
    Map<String, String> properties(String service, String version) {
        var properties = new HashMap<String, String>();
        properties.put("otel.exporter.otlp.protocol", "http/protobuf");
        put(properties, "otel.exporter.otlp.endpoint", endpoint == null ? null : endpoint.toString());
        put(properties, "otel.exporter.otlp.headers", headers);
        put(properties, "otel.exporter.otlp.certificate", certificate);
        properties.put("otel.exporter.otlp.compression", compression);
        properties.put("otel.exporter.otlp.timeout", timeout);
        properties.put("otel.traces.exporter", traces);
        properties.put("otel.metrics.exporter", metrics);
        properties.put("otel.logs.exporter", logs);
        properties.put("otel.metric.export.interval", metricInterval);
        properties.put("otel.bsp.schedule.delay", spanDelay);
        properties.put("otel.blrp.schedule.delay", logDelay);
        properties.put("otel.propagators", "tracecontext");
        properties.put("otel.service.name", serviceName == null ? service : serviceName);
        var said = resourceAttributes == null ? "" : "," + resourceAttributes;
        properties.put(
                "otel.resource.attributes",
                "service.namespace=nkap,service.version=" + (revision == null ? version : revision)
                        + ",deployment.environment.name=" + environment + said);
        return properties;
    }

    private static void put(Map<String, String> properties, String name, @Nullable String value) {
        if (value != null) {
            properties.put(name, value);
        }
    }
}
