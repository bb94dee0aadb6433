package cm.nkap.function.http;

import cm.nkap.function.Scope;
import cm.nkap.function.telemetry.Telemetry;
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
            var context = span.getSpanContext();
            return "00-" + context.getTraceId() + "-" + context.getSpanId() + "-"
                    + context.getTraceFlags().asHex();
        }

        /** Goes back to the caller: its own words when they were valid, else the trace that we began. */
        String echoed() {
            return given == null ? traceparent() : given;
        }

        Scope scope(String function) {
            return new Scope(function, traceparent());
        }

        void end(int status) {
            span.setAttribute("http.response.status_code", status);
            if (status >= 500) {
                span.setStatus(StatusCode.ERROR);
            }
            span.end();
        }
    }

    Traced start(String name, SpanKind kind, Map<String, String> headers) {
        var parent = W3CTraceContextPropagator.getInstance().extract(Context.root(), headers, HEADERS);
        var came = Span.fromContext(parent).getSpanContext();
        var span = telemetry.isOn()
                ? tracer.spanBuilder(name).setSpanKind(kind).setParent(parent).startSpan()
                : unrecorded(came);
        var valid = came.isValid();
        return new Traced(span, valid ? headers.get("traceparent") : null);
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
