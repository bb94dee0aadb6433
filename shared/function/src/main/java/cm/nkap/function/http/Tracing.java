package cm.nkap.function.http;

import cm.nkap.events.Envelope;
import cm.nkap.function.Scope;
import cm.nkap.function.telemetry.Telemetry;
import cm.nkap.function.telemetry.Traceparent;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** One span per call or event, continuing the trace that came with it. */
final class Tracing {
    private static final TextMapGetter<Map<String, String>> HEADERS = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Map<String, String> carrier) {
            return carrier.keySet();
        }

        @Override
        public @Nullable String get(@Nullable Map<String, String> carrier, String key) {
            return carrier == null ? null : carrier.get(key);
        }
    };
    private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
    private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
    private static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");
    private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");
    private static final AttributeKey<String> REQUEST = AttributeKey.stringKey("nkap.request");
    private static final AttributeKey<String> PAYMENT = AttributeKey.stringKey("nkap.payment");
    private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("nkap.outcome");

    private final Telemetry telemetry;
    private final Tracer tracer;

    Tracing(Telemetry telemetry) {
        this.telemetry = telemetry;
        this.tracer = telemetry.api().getTracer("cm.nkap.function");
    }

    /** A span of ours, and the words that name it elsewhere. */
    record Traced(Span span, @Nullable String given) {
        String traceId() {
            return span.getSpanContext().getTraceId();
        }

        /** Goes into events and on to providers. */
        String traceparent() {
            return Traceparent.of(span.getSpanContext());
        }

        /** Goes back to the caller: its own words when they were valid, else the trace that we began. */
        String echoed() {
            return given == null ? traceparent() : given;
        }

        Scope scope(String function) {
            return new Scope(function, traceparent());
        }

        void route(String method, String template) {
            span.updateName(method + " " + template).setAttribute(ROUTE, template);
        }

        /** Nobody knows what became of it: kept whatever the sampling. */
        void unknown() {
            span.setAttribute(OUTCOME, "unknown");
        }

        /** Runs work whose own spans stand below this one. */
        <T, X extends Throwable> T call(ScopedValue.CallableOp<? extends T, X> work) throws X {
            if (!span.isRecording()) {
                return work.call();
            }
            try (var _ = span.makeCurrent()) {
                return work.call();
            }
        }

        void end(int status) {
            span.setAttribute(STATUS, (long) status);
            if (status >= 500) {
                span.setStatus(StatusCode.ERROR).setAttribute(ERROR_TYPE, Integer.toString(status));
            }
            span.end();
        }
    }

    /** The span of a call; health checks have none. */
    Traced ofCall(Request request) {
        var parent = W3CTraceContextPropagator.getInstance().extract(Context.root(), request.headers(), HEADERS);
        var came = Span.fromContext(parent).getSpanContext();
        var given = came.isValid() ? request.headers().get("traceparent") : null;
        if (!telemetry.isOn() || request.rawPath().startsWith("/health/")) {
            return new Traced(unrecorded(came), given);
        }
        var method = Allowed.known(request.method());
        var span = tracer.spanBuilder(method)
                .setSpanKind(SpanKind.SERVER)
                .setParent(parent)
                .setAttribute(METHOD, method)
                .setAttribute(REQUEST, request.requestId())
                .startSpan();
        return new Traced(span, given);
    }

    /** The span of a function that takes an event: below what delivers it here, else below what said that it happened. */
    Traced ofEvent(Envelope event, String function) {
        var said = event.traceparent();
        var cause = said == null ? SpanContext.getInvalid() : Traceparent.remote(said);
        if (!telemetry.isOn()) {
            return new Traced(unrecorded(cause), null);
        }
        var delivering = Span.current().getSpanContext();
        boolean isOurs = delivering.isValid()
                && (!cause.isValid() || delivering.getTraceId().equals(cause.getTraceId()));
        var parent = isOurs ? Context.current() : Context.root().with(Span.wrap(cause));
        var span = tracer.spanBuilder("process " + event.natsSubject())
                .setSpanKind(SpanKind.CONSUMER)
                .setParent(parent)
                .setAttribute("messaging.system", "nats")
                .setAttribute("messaging.operation.type", "process")
                .setAttribute("messaging.operation.name", "process")
                .setAttribute("messaging.destination.name", event.natsSubject())
                .setAttribute("messaging.consumer.group.name", function)
                .setAttribute("messaging.message.id", event.id())
                .setAttribute(PAYMENT, event.event().about())
                .startSpan();
        return new Traced(span, null);
    }

    /** What the function gets: what it causes stands below the span that processes the event. */
    Envelope continued(Envelope event, Traced traced) {
        return traced.span().isRecording() ? event.continuedBy(traced.traceparent()) : event;
    }

    /** Ids without a recording: events, answers and log lines name their trace also when nobody keeps it. */
    private static Span unrecorded(SpanContext came) {
        var random = ThreadLocalRandom.current();
        var trace = came.isValid() ? came.getTraceId() : TraceId.fromLongs(random.nextLong(), notZero(random));
        return Span.wrap(SpanContext.create(
                trace, SpanId.fromLong(notZero(random)), came.getTraceFlags(), TraceState.getDefault()));
    }

    private static long notZero(ThreadLocalRandom random) {
        long drawn = random.nextLong();
        return drawn == 0 ? 1 : drawn;
    }
}
