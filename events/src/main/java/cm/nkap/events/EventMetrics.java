package cm.nkap.events;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/** Publishing and delivery in numbers, by function and by client of NATS; silent with a silent meter. */
final class EventMetrics {
    /** Upper bounds in seconds, from the first byte to the end of patience. */
    private static final List<Double> SECONDS =
            List.of(0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 300.0);

    private static final AttributeKey<String> FUNCTION = AttributeKey.stringKey("function");
    private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("outcome");
    private static final AttributeKey<String> RESULT = AttributeKey.stringKey("result");
    private static final AttributeKey<String> KIND = AttributeKey.stringKey("kind");
    private static final AttributeKey<String> CLIENT = AttributeKey.stringKey("client");
    private static final double NANOS = 1e9;

    private final Meter meter;
    private final DoubleHistogram deliveries;
    private final LongCounter failures;
    private final LongCounter published;

    EventMetrics(Meter meter) {
        this.meter = meter;
        this.deliveries = meter.histogramBuilder("nkap.event.delivery.duration")
                .setDescription("From taking an event from NATS to its end, with all repetitions")
                .setUnit("s")
                .setExplicitBucketBoundariesAdvice(SECONDS)
                .build();
        this.failures = meter.counterBuilder("nkap.event.delivery.failures")
                .setDescription("Tries that a function did not take; each is repeated or parked")
                .setUnit("{try}")
                .build();
        this.published = meter.counterBuilder("nkap.event.published")
                .setDescription("Events that left their process, and those left to sweep")
                .setUnit("{event}")
                .build();
    }

    /** A series that begins with its first event has no rate of it. */
    void beginAtZero(String function) {
        for (DeliveryFailed.Kind kind : DeliveryFailed.Kind.values()) {
            failures.add(0, Attributes.of(FUNCTION, function, KIND, kind.name().toLowerCase(Locale.ROOT)));
        }
    }

    void delivered(String function, long began) {
        ended(function, "delivered", began);
    }

    void parked(String function, long began) {
        ended(function, "parked", began);
    }

    private void ended(String function, String outcome, long began) {
        deliveries.record((System.nanoTime() - began) / NANOS, Attributes.of(FUNCTION, function, OUTCOME, outcome));
    }

    void failed(String function, DeliveryFailed.Kind kind) {
        failures.add(1, Attributes.of(FUNCTION, function, KIND, kind.name().toLowerCase(Locale.ROOT)));
    }

    void beginPublishingAtZero() {
        List.of("confirmed", "left_in_outbox").forEach(result -> published.add(0, Attributes.of(RESULT, result)));
    }

    void confirmed() {
        published.add(1, Attributes.of(RESULT, "confirmed"));
    }

    void leftInOutbox() {
        published.add(1, Attributes.of(RESULT, "left_in_outbox"));
    }

    /** Shows at each export whether this client is connected. */
    void connection(String client, BooleanSupplier isConnected) {
        meter.gaugeBuilder("nkap.nats.connected")
                .ofLongs()
                .setDescription("1 while the connection to NATS stands")
                .setUnit("{connection}")
                .buildWithCallback(
                        seen -> seen.record(isConnected.getAsBoolean() ? 1 : 0, Attributes.of(CLIENT, client)));
    }

    /** Shows at each export how much is taken from the source and not finished. */
    void queue(String name, String what, IntSupplier size) {
        meter.gaugeBuilder(name)
                .ofLongs()
                .setDescription(what)
                .setUnit("{event}")
                .buildWithCallback(seen -> seen.record(size.getAsInt()));
    }
}
