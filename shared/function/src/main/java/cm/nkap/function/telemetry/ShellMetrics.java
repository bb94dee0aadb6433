package cm.nkap.function.telemetry;

import cm.nkap.events.Envelope;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.LongHistogram;
import io.opentelemetry.api.metrics.LongUpDownCounter;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import java.util.List;

/**
 * What the shell counts and times in every function. Attributes are names from our own code: routes, functions, types,
 * codes; never an organisation, a number or an id, so that their number does not grow with the business. Silent when
 * telemetry is off.
 */
public final class ShellMetrics {
    /** Upper bounds in seconds; 0.3 is what 99 of 100 calls have to keep. */
    static final List<Double> SECONDS =
            List.of(0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 2.5, 5.0, 10.0);

    private static final List<Double> SHORT_WAITS =
            List.of(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 3.0);
    private static final List<Long> SIZES = List.of(1L, 2L, 4L, 8L, 16L, 32L, 64L, 128L, 256L);

    private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
    private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
    private static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");
    private static final AttributeKey<String> OPERATION = AttributeKey.stringKey("operation");
    private static final AttributeKey<String> FUNCTION = AttributeKey.stringKey("function");
    private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("outcome");
    private static final AttributeKey<String> RESULT = AttributeKey.stringKey("result");
    private static final AttributeKey<String> KIND = AttributeKey.stringKey("kind");
    private static final AttributeKey<String> TYPE = AttributeKey.stringKey("type");
    private static final AttributeKey<String> BUDGET = AttributeKey.stringKey("budget");
    private static final double NANOS = 1e9;
    private static final ShellMetrics SILENT = new ShellMetrics(OpenTelemetry.noop());

    /** Asked first: to put attributes together for nobody costs more than all the rest. */
    private final boolean isOn;

    private final DoubleHistogram requests;
    private final LongUpDownCounter active;
    private final LongCounter operations;
    private final DoubleHistogram events;
    private final LongCounter keys;
    private final LongCounter refusals;
    private final DoubleHistogram transactions;
    private final DoubleHistogram poolWaits;
    private final LongHistogram batches;
    private final DoubleHistogram batchWaits;
    private final LongCounter keyFetches;
    private final PaymentCounts payments;

    private ShellMetrics(OpenTelemetry telemetry) {
        isOn = telemetry.getMeterProvider() != MeterProvider.noop();
        Meter meter = telemetry.getMeter("cm.nkap.function");
        requests = seconds(meter, "http.server.request.duration", "How long a call took", SECONDS);
        active = meter.upDownCounterBuilder("http.server.active_requests")
                .setDescription("Calls that run now")
                .setUnit("{request}")
                .build();
        operations = counter(meter, "nkap.operation.outcomes", "{call}", "How calls of operations ended");
        events = seconds(meter, "nkap.event.handling.duration", "How long a function worked on an event", SECONDS);
        keys = counter(meter, "nkap.idempotency.calls", "{call}", "Calls with an Idempotency-Key");
        refusals = counter(meter, "nkap.rate_limit.refusals", "{call}", "Calls above a budget");
        transactions = seconds(meter, "nkap.transaction.duration", "A transaction with its commit", SECONDS);
        poolWaits = seconds(meter, "db.client.connection.wait_time", "Wait for a connection", SHORT_WAITS);
        batches = meter.histogramBuilder("nkap.settlement.batch.size")
                .ofLongs()
                .setDescription("Events that one transaction settled")
                .setUnit("{event}")
                .setExplicitBucketBoundariesAdvice(SIZES)
                .build();
        batchWaits = seconds(meter, "nkap.settlement.wait", "Wait of an event for its transaction", SHORT_WAITS);
        keyFetches = counter(meter, "nkap.identity.key_fetches", "{fetch}", "Times the issuer was asked for its keys");
        payments = new PaymentCounts(meter);
        beginAtZero();
    }

    /** A series that begins with its first event has no rate of it: what somebody is alerted by is there from the start. */
    private void beginAtZero() {
        List.of("new", "replayed", "reused", "in_use").forEach(result -> keys.add(0, Attributes.of(RESULT, result)));
        List.of("fetched", "failed").forEach(result -> keyFetches.add(0, Attributes.of(RESULT, result)));
        List.of("client-reads", "client-money", "org-reads", "org-money")
                .forEach(budget -> refusals.add(0, Attributes.of(BUDGET, budget)));
    }

    public static ShellMetrics of(OpenTelemetry telemetry) {
        return new ShellMetrics(telemetry);
    }

    public static ShellMetrics silent() {
        return SILENT;
    }

    private static DoubleHistogram seconds(Meter meter, String name, String what, List<Double> bounds) {
        return meter.histogramBuilder(name)
                .setDescription(what)
                .setUnit("s")
                .setExplicitBucketBoundariesAdvice(bounds)
                .build();
    }

    private static LongCounter counter(Meter meter, String name, String unit, String what) {
        return meter.counterBuilder(name).setDescription(what).setUnit(unit).build();
    }

    /** A call has come in; {@link #answered} must follow. */
    public void began() {
        active.add(1);
    }

    /**
     * @param method one of those that HTTP knows, else {@code OTHER}
     * @param route template, or {@code -} for a path that is none of ours
     * @param span of the call, so that the point leads to its trace
     */
    public void answered(String method, String route, int status, long began, Span span) {
        if (isOn) {
            active.add(-1);
            var of = Attributes.of(METHOD, method, ROUTE, route, STATUS, (long) status);
            requests.record(since(began), of, Context.root().with(span));
        }
    }

    /**
     * @param operation name of the function bean
     * @param outcome {@code ok} or the code of the problem
     */
    public void ended(String operation, String outcome) {
        if (isOn) {
            operations.add(1, Attributes.of(OPERATION, operation, OUTCOME, outcome));
        }
    }

    /** @param outcome {@code done}, {@code unavailable} when it must come again, {@code failed} */
    public void handled(String function, String type, String outcome, long began, Span span) {
        if (isOn) {
            var of = Attributes.of(FUNCTION, function, TYPE, type, OUTCOME, outcome);
            events.record(since(began), of, Context.root().with(span));
        }
    }

    /** @param result {@code new}, {@code replayed}, {@code reused} for another call, {@code in_use} */
    public void keyed(String result) {
        if (isOn) {
            keys.add(1, Attributes.of(RESULT, result));
        }
    }

    /** @param budget its name, for example {@code client-money} */
    public void refused(String budget) {
        if (isOn) {
            refusals.add(1, Attributes.of(BUDGET, budget));
        }
    }

    /** @param outcome {@code committed}, {@code refused} by the operation, {@code failed} */
    public void transacted(boolean readOnly, String outcome, long began) {
        if (isOn) {
            transactions.record(since(began), Attributes.of(KIND, readOnly ? "read" : "write", OUTCOME, outcome));
        }
    }

    public void waitedForConnection(long began) {
        if (isOn) {
            poolWaits.record(since(began));
        }
    }

    public void settled(String function, int size) {
        if (isOn) {
            batches.record(size, Attributes.of(FUNCTION, function));
        }
    }

    public void waitedForBatch(String function, long began) {
        if (isOn) {
            batchWaits.record(since(began), Attributes.of(FUNCTION, function));
        }
    }

    /** @param result {@code fetched} or {@code failed} */
    public void askedForKeys(String result) {
        if (isOn) {
            keyFetches.add(1, Attributes.of(RESULT, result));
        }
    }

    /** Counts what committed events say about payments. */
    public void committed(List<Envelope> events) {
        if (isOn) {
            payments.committed(events);
        }
    }

    private static double since(long began) {
        return (System.nanoTime() - began) / NANOS;
    }
}
