package cm.nkap.function.telemetry;

import io.opentelemetry.api.OpenTelemetry;

/**
 * The telemetry of one process. Off, it is OpenTelemetry's own silence: meters and tracers can be asked for and do nothing,
 * and no class of the SDK is loaded.
 */
public final class Telemetry implements AutoCloseable {
    private static final Telemetry OFF = new Telemetry(OpenTelemetry.noop(), Spans.none(), () -> {});

    private final OpenTelemetry api;
    private final Spans spans;
    private final Runnable stop;

    private Telemetry(OpenTelemetry api, Spans spans, Runnable stop) {
        this.api = api;
        this.spans = spans;
        this.stop = stop;
    }

    public static Telemetry off() {
        return OFF;
    }

    /** @param service this process in the telemetry unless OTEL_SERVICE_NAME says otherwise: its function */
    public static Telemetry open(TelemetryConfig config, String service) {
        if (config.endpoint() == null) {
            return OFF;
        }
        var sdk = SdkTelemetry.start(config, service);
        var tracer = sdk.api().getTracer("cm.nkap.function");
        return new Telemetry(sdk.api(), Spans.of(tracer, config.traceSlow()), sdk::stop);
    }

    public OpenTelemetry api() {
        return api;
    }

    public Spans spans() {
        return spans;
    }

    public boolean isOn() {
        return this != OFF;
    }

    /** Sends what is left, as far as that goes in a limited time, and ends. */
    @Override
    public void close() {
        stop.run();
    }
}
