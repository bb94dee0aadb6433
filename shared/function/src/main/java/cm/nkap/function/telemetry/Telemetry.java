package cm.nkap.function.telemetry;

import io.opentelemetry.api.OpenTelemetry;

/**
 * The telemetry of one process. Off, it is OpenTelemetry's own silence: meters and tracers can be asked for and do nothing,
 * and no class of the SDK is loaded.
 */
public final class Telemetry implements AutoCloseable {
    private static final Telemetry OFF = new Telemetry(OpenTelemetry.noop(), () -> {});

    private final OpenTelemetry api;
    private final Runnable stop;

    private Telemetry(OpenTelemetry api, Runnable stop) {
        this.api = api;
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
        return new Telemetry(sdk.api(), sdk::stop);
    }

    public OpenTelemetry api() {
        return api;
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
