package cm.nkap.function.telemetry;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;

/** The W3C form of a span's ids, {@code 00-<trace>-<span>-<flags>}, as events and requests keep it. */
public final class Traceparent {
    private static final int LENGTH = 55;
    private static final int TRACE = 3;
    private static final int SPAN = 36;
    private static final int FLAGS = 53;

    private Traceparent() {}

    public static String of(SpanContext context) {
        return "00-" + context.getTraceId() + "-" + context.getSpanId() + "-"
                + context.getTraceFlags().asHex();
    }

    /** A span of this process; one without an id when the text is no such form. */
    static SpanContext local(String text) {
        return isWellFormed(text)
                ? SpanContext.create(trace(text), span(text), flags(text), TraceState.getDefault())
                : SpanContext.getInvalid();
    }

    /** A span of this or any other process; one without an id when the text is no such form. */
    public static SpanContext remote(String text) {
        return isWellFormed(text)
                ? SpanContext.createFromRemoteParent(trace(text), span(text), flags(text), TraceState.getDefault())
                : SpanContext.getInvalid();
    }

    private static boolean isWellFormed(String text) {
        return text.length() == LENGTH && text.startsWith("00-") && text.charAt(SPAN - 1) == '-';
    }

    private static String trace(String text) {
        return text.substring(TRACE, SPAN - 1);
    }

    private static String span(String text) {
        return text.substring(SPAN, FLAGS - 1);
    }

    private static TraceFlags flags(String text) {
        return TraceFlags.fromHex(text, FLAGS);
    }
}
