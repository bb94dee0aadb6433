package cm.nkap.events;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Publishing and delivery as spans below the one that said that the event happened; none with silent telemetry. */
final class EventSpans {
    private static final TextMapGetter<String> TRACEPARENT = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(String carrier) {
            return List.of("traceparent");
        }

        @Override
        public @Nullable String get(@Nullable String carrier, String key) {
            return key.equals("traceparent") ? carrier : null;
        }
    };

    private final @Nullable Tracer tracer;

    EventSpans(OpenTelemetry telemetry) {
        this.tracer = telemetry == OpenTelemetry.noop() ? null : telemetry.getTracer("cm.nkap.events");
    }

    /** A try to publish, beginning now; to be told how it ended, by whatever thread. */
    Consumer<@Nullable Throwable> publishing(Pending row) {
        if (tracer == null) {
            return EventSpans::nobody;
        }
        Span span = builder(tracer, "publish", row.natsSubject(), row.traceparent())
                .setSpanKind(SpanKind.PRODUCER)
                .setAttribute("messaging.operation.type", "send")
                .setAttribute("messaging.message.id", row.messageId())
                .startSpan();
        return failure -> {
            if (failure != null) {
                failed(span, failure.getClass().getSimpleName());
            }
            span.end();
        };
    }

    /** A try to deliver, current on this thread until it is closed. */
    Delivering delivering(Subscription to, Envelope event) {
        return tracer == null ? Delivering.SILENT : Delivering.begin(tracer, to, event);
    }

    static final class Delivering implements AutoCloseable {
        private static final Delivering SILENT = new Delivering(Span.getInvalid(), null);

        private final Span span;
        private final @Nullable Scope scope;

        private Delivering(Span span, @Nullable Scope scope) {
            this.span = span;
            this.scope = scope;
        }

        @SuppressWarnings("MustBeClosedChecker") // closed with the span
        private static Delivering begin(Tracer tracer, Subscription to, Envelope event) {
            Span span = builder(tracer, "deliver", event.natsSubject(), event.traceparent())
                    .setSpanKind(SpanKind.CLIENT)
                    .setAttribute("messaging.consumer.group.name", to.function())
                    .setAttribute("messaging.message.id", event.id())
                    .startSpan();
            return new Delivering(span, span.makeCurrent());
        }

        /** Says why the function did not take it. */
        void failed(DeliveryFailed.Kind kind) {
            EventSpans.failed(span, kind.name());
        }

        @Override
        public void close() {
            if (scope != null) {
                scope.close();
                span.end();
            }
        }
    }

    /** Returns the W3C form of the span that delivers on this thread, when it belongs to the event's own trace. */
    static @Nullable String current(Envelope event) {
        SpanContext context = Span.current().getSpanContext();
        String cause = event.traceparent();
        if (!context.isValid() || (cause != null && !cause.contains(context.getTraceId()))) {
            return cause;
        }
        return "00-" + context.getTraceId() + "-" + context.getSpanId() + "-"
                + context.getTraceFlags().asHex();
    }

    private static SpanBuilder builder(Tracer tracer, String operation, String subject, @Nullable String traceparent) {
        Context parent = traceparent == null
                ? Context.root()
                : W3CTraceContextPropagator.getInstance().extract(Context.root(), traceparent, TRACEPARENT);
        return tracer.spanBuilder(operation + " " + subject)
                .setParent(parent)
                .setAttribute("messaging.system", "nats")
                .setAttribute("messaging.operation.name", operation)
                .setAttribute("messaging.destination.name", subject);
    }

    private static void failed(Span span, String reason) {
        span.setStatus(StatusCode.ERROR).setAttribute("error.type", reason);
    }

    private static void nobody(@Nullable Throwable failure) {}
}
