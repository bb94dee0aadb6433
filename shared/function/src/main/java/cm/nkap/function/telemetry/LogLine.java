package cm.nkap.function.telemetry;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import cm.nkap.function.Scope;
import cm.nkap.masking.Masking;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A log event as every format writes it: masked, and taken apart into names and values. What is a name is decided by the
 * text in our code, never by a value, so that no value can pretend to be another field.
 *
 * @param msg the fixed words that say what happened
 * @param fields values by name, and where they belong: {@code function}, {@code org}, {@code payment},
 *     {@code request_id}, {@code trace_id}, {@code span_id} as far as they are known
 * @param error class of the exception, "" when there is none
 * @param stack its stack, with the messages masked
 */
record LogLine(
        Instant ts, String level, String logger, String msg, Map<String, String> fields, String error, String stack) {
    private static final Pattern PART =
            Pattern.compile("([A-Za-z_][A-Za-z0-9_.]*)=(\\{}|[^\\s{}]+)|\\{}|[^\\s{}]+|[{}]");
    private static final Pattern BREAKS = Pattern.compile("[\\r\\n\\u001b\\u0085\\u2028\\u2029]+");
    private static final int SPAN = 36;
    private static final int SPAN_END = 52;

    static LogLine of(ILoggingEvent event) {
        var fields = new LinkedHashMap<String, String>();
        var msg = parted(event, fields);
        belonging(Scope.current(), fields);
        var thrown = event.getThrowableProxy();
        return new LogLine(
                Instant.ofEpochMilli(event.getTimeStamp()),
                event.getLevel().toString(),
                event.getLoggerName(),
                msg,
                fields,
                thrown == null ? "" : thrown.getClassName(),
                stack(event));
    }

    /** The whole message on one line, for people. */
    static String whole(ILoggingEvent event) {
        return oneLine(Masking.mask(event.getFormattedMessage()));
    }

    static String stack(ILoggingEvent event) {
        var thrown = event.getThrowableProxy();
        return thrown == null ? "" : Masking.mask(ThrowableProxyUtil.asString(thrown));
    }

    /** Puts the message's pairs into the fields; returns what it says beside them. */
    private static String parted(ILoggingEvent event, Map<String, String> fields) {
        var template = event.getMessage() == null ? "" : event.getMessage();
        var values = new Values(event.getArgumentArray());
        var words = new StringBuilder();
        var parts = PART.matcher(template);
        while (parts.find()) {
            var name = parts.group(1);
            if (name == null) {
                words.append(words.isEmpty() ? "" : " ")
                        .append(parts.group().equals("{}") ? values.next() : parts.group());
            } else {
                var value = parts.group(2).equals("{}") ? values.next() : parts.group(2);
                fields.merge(name, Masking.mask(value), (first, second) -> first + " " + second);
            }
        }
        var rest = Masking.mask(words.toString());
        var said = fields.remove("msg");
        if (said == null) {
            return rest;
        }
        if (!rest.isEmpty()) {
            fields.put("text", rest);
        }
        return said;
    }

    private static void belonging(Scope scope, Map<String, String> fields) {
        put(fields, "function", scope.function().equals("nkap") ? "" : scope.function());
        put(fields, "org", scope.org());
        put(fields, "payment", scope.payment());
        put(fields, "request_id", scope.request());
        var traceparent = scope.traceparent();
        if (traceparent != null && traceparent.length() > SPAN_END) {
            put(fields, "trace_id", traceparent.substring("00-".length(), SPAN - 1));
            put(fields, "span_id", traceparent.substring(SPAN, SPAN_END));
        }
    }

    /** What the shell knows goes before what a message says under the same name. */
    private static void put(Map<String, String> fields, String name, String value) {
        if (!value.isEmpty()) {
            fields.put(name, value);
        }
    }

    static String oneLine(String text) {
        return BREAKS.matcher(text).replaceAll(" ");
    }

    private static final class Values {
        private final @Nullable Object[] values;
        private int at;

        Values(@Nullable Object @Nullable [] given) {
            values = given == null ? new Object[0] : given;
        }

        String next() {
            return at < values.length ? String.valueOf(values[at++]) : "{}";
        }
    }
}
