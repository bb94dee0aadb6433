package cm.nkap.function.telemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The spans of the shell's own work below a call. Off, there are none and the context of a thread is never looked at. */
public final class Spans {
    private static final Spans NONE = new Spans(null, Duration.ZERO);

    private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("db.system.name");
    private static final AttributeKey<String> SUMMARY = AttributeKey.stringKey("db.query.summary");
    private static final AttributeKey<String> OPERATION = AttributeKey.stringKey("db.operation.name");
    private static final AttributeKey<String> SQL_STATE = AttributeKey.stringKey("db.response.status_code");
    private static final AttributeKey<Boolean> READ_ONLY = AttributeKey.booleanKey("nkap.transaction.read_only");
    private static final AttributeKey<Long> SHARERS = AttributeKey.longKey("nkap.transaction.sharers");
    private static final AttributeKey<String> RESULT = AttributeKey.stringKey("nkap.transaction.result");
    private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");
    private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("nkap.outcome");

    private final @Nullable Tracer tracer;
    private final Duration slow;

    private Spans(@Nullable Tracer tracer, Duration slow) {
        this.tracer = tracer;
        this.slow = slow;
    }

    public static Spans none() {
        return NONE;
    }

    /** @param slow from when on a statement of an unsampled trace is recorded too */
    static Spans of(Tracer tracer, Duration slow) {
        return new Spans(tracer, slow);
    }

    public boolean isOn() {
        return tracer != null;
    }

    /** The span that this thread works under; one without an id when there is none. */
    public SpanContext current() {
        return tracer == null ? SpanContext.getInvalid() : Span.current().getSpanContext();
    }

    private static void nobody(@Nullable Throwable failure) {}

    /** A span that is current on its thread until it is closed. */
    public static final class Running implements AutoCloseable {
        private static final Running SILENT = new Running(Span.getInvalid(), null);

        private final Span span;
        private final @Nullable Scope scope;

        private Running(Span span, @Nullable Scope scope) {
            this.span = span;
            this.scope = scope;
        }

        @SuppressWarnings("MustBeClosedChecker") // closed with the span
        static Running begin(Span span) {
            return new Running(span, span.makeCurrent());
        }

        /** Nobody knows what became of it. */
        public void unknown() {
            span.setAttribute(OUTCOME, "unknown");
        }

        /** @param result {@code committed}, {@code refused} or {@code failed} */
        public void result(String result) {
            span.setAttribute(RESULT, result);
            if (result.equals("failed")) {
                span.setStatus(StatusCode.ERROR);
            }
        }

        @Override
        public void close() {
            if (scope != null) {
                scope.close();
                span.end();
            }
        }
    }

    /**
     * A transaction. One that several calls share is a trace of its own with a link to each of them.
     *
     * @param sharers the spans whose work it does, in W3C form, when they are not this thread's own
     */
    public Running transaction(boolean readOnly, List<String> sharers) {
        if (tracer == null) {
            return Running.SILENT;
        }
        SpanBuilder span = tracer.spanBuilder(sharers.size() > 1 ? "transaction shared" : "transaction")
                .setAttribute(SYSTEM, "postgresql")
                .setAttribute(READ_ONLY, readOnly);
        if (!sharers.isEmpty()) {
            span.setAttribute(SHARERS, sharers.size());
        }
        if (sharers.size() == 1) {
            span.setParent(Context.root().with(Span.wrap(Traceparent.local(sharers.getFirst()))));
        } else if (!sharers.isEmpty()) {
            span.setNoParent();
            sharers.stream()
                    .map(Traceparent::local)
                    .filter(SpanContext::isValid)
                    .forEach(span::addLink);
        }
        return Running.begin(span.startSpan());
    }

    /**
     * Where a call from outside joins a trace that it does not know: a span there, with a link to the call.
     *
     * @param call the call's own span, in W3C form
     * @param trace where it joins, in W3C form; null when that is not known
     * @return the span there, to continue from; {@code trace} itself when there is none
     */
    public @Nullable String join(String name, String call, @Nullable String trace) {
        if (tracer == null || trace == null) {
            return trace;
        }
        Span span = tracer.spanBuilder(name)
                .setSpanKind(SpanKind.CONSUMER)
                .setParent(Context.root().with(Span.wrap(Traceparent.remote(trace))))
                .addLink(Traceparent.remote(call))
                .startSpan();
        span.end();
        return Traceparent.of(span.getSpanContext());
    }

    /** Points from this thread's span to another, in W3C form. */
    public void link(String other) {
        if (tracer != null) {
            Span.current().addLink(Traceparent.remote(other));
        }
    }

    /**
     * A statement that has run. Of an unsampled trace only those that failed or took long are recorded.
     *
     * @param sql with the names of its parameters; their values are never seen here
     */
    public void statement(String sql, @Nullable Instant began, Duration took, @Nullable String sqlState) {
        var current = current();
        if (tracer == null
                || !current.isValid()
                || !(current.isSampled() || sqlState != null || took.compareTo(slow) >= 0)) {
            return;
        }
        var start = began == null ? Instant.now().minus(took) : began;
        var said = StatementName.of(sql);
        Span span = tracer.spanBuilder(said.summary())
                .setSpanKind(SpanKind.CLIENT)
                .setAttribute(SYSTEM, "postgresql")
                .setAttribute(SUMMARY, said.summary())
                .setAttribute(OPERATION, said.operation())
                .setStartTimestamp(start)
                .startSpan();
        if (sqlState != null) {
            span.setAttribute(SQL_STATE, sqlState).setAttribute(ERROR_TYPE, sqlState);
            span.setStatus(StatusCode.ERROR);
        }
        span.end(start.plus(took));
    }

    /**
     * A command to Redis that begins now; to be told how it ended, by whatever thread. Its keys and values are never seen
     * here.
     */
    public Consumer<@Nullable Throwable> redis(String command) {
        if (tracer == null) {
            return Spans::nobody;
        }
        var under = Context.current();
        var context = Span.fromContext(under).getSpanContext();
        if (!context.isSampled()) {
            return Spans::nobody;
        }
        Span span = tracer.spanBuilder(command)
                .setSpanKind(SpanKind.CLIENT)
                .setParent(under)
                .setAttribute(SYSTEM, "redis")
                .setAttribute(OPERATION, command)
                .startSpan();
        return failure -> {
            if (failure != null) {
                // Redis is a help, not a need: what it does not answer fails no trace.
                span.setAttribute(ERROR_TYPE, failure.getClass().getSimpleName());
            }
            span.end();
        };
    }
}
