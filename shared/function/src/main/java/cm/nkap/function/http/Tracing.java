package cm.nkap.function.http;

import cm.nkap.function.Scope;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One span per call or event, continuing the trace that came with it. Nothing is exported yet. */
final class Tracing implements AutoCloseable {
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

    private final SdkTracerProvider provider = SdkTracerProvider.builder().build();
    private final Tracer tracer = provider.get("cm.nkap.function");

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
        var span = tracer.spanBuilder(name).setSpanKind(kind).setParent(parent).startSpan();
        var valid = Span.fromContext(parent).getSpanContext().isValid();
        return new Traced(span, valid ? headers.get("traceparent") : null);
    }

    @Override
    public void close() {
        provider.close();
    }
}
