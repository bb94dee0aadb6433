package cm.nkap.function.telemetry;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.internal.AutoConfigureUtil;
import io.opentelemetry.sdk.autoconfigure.spi.internal.DefaultConfigProperties;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The SDK, configured by our settings and by nothing else. */
final class SdkTelemetry {
    private static final Logger LOG = LoggerFactory.getLogger(SdkTelemetry.class);

    private final OpenTelemetrySdk sdk;
    private final TelemetryConfig config;
    private final Runnable endLogs;

    private SdkTelemetry(OpenTelemetrySdk sdk, TelemetryConfig config) {
        this.endLogs = config.logs().equals("none") ? () -> {} : OtlpLogs.begin(sdk.getSdkLoggerProvider());
        this.sdk = sdk;
        this.config = config;
    }

    static SdkTelemetry start(TelemetryConfig config, String service) {
        var version = SdkTelemetry.class.getPackage().getImplementationVersion();
        var properties = config.properties(service, version == null ? "development" : version);
        var builder = AutoConfiguredOpenTelemetrySdk.builder().disableShutdownHook();
        // The SDK would also read this process's environment and system properties.
        AutoConfigureUtil.setConfigPropertiesCustomizer(
                builder, _ -> DefaultConfigProperties.createFromMap(properties));
        var tails = new ArrayList<TailSampling>();
        builder.addSamplerCustomizer((_, _) -> new RatioOrLater(config.ratio()));
        builder.addSpanExporterCustomizer((exporter, _) -> new MaskedSpans(exporter));
        builder.addSpanProcessorCustomizer((processor, _) -> {
            var tail = new TailSampling(processor, config.traceSlow(), config.spansWaiting());
            tails.add(tail);
            return tail;
        });
        var sdk = builder.build().getOpenTelemetrySdk();
        sdk.getMeter("cm.nkap.function")
                .counterBuilder("nkap.trace.spans.dropped")
                .setUnit("{span}")
                .setDescription("Spans of ordinary traces that were not sampled")
                .buildWithCallback(seen -> seen.record(
                        tails.stream().mapToLong(TailSampling::dropped).sum()));
        return new SdkTelemetry(sdk, config);
    }

    OpenTelemetry api() {
        return sdk;
    }

    void stop() {
        endLogs.run();
        var done = sdk.shutdown().join(config.stopLimit().toMillis(), TimeUnit.MILLISECONDS);
        if (!done.isDone()) {
            LOG.warn("msg=telemetry_left_behind after={}", config.stopLimit());
        }
    }
}
