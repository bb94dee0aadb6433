package cm.nkap.local.telemetry;

import cm.nkap.masking.Masking;
import com.google.protobuf.ByteString;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A span as it is shown. Every text was masked again when it came in: a developer's page is no place for a customer's number
 * either.
 *
 * @param parentId empty for the first of its trace
 * @param links traces that it points to
 */
record ReceivedSpan(
        String traceId,
        String spanId,
        String parentId,
        String service,
        String name,
        String kind,
        boolean isError,
        Instant began,
        Duration took,
        Map<String, String> attributes,
        List<String> links) {
    private static final long NANOS = 1_000_000_000L;
    private static final int LONGEST = 2_000;

    static ReceivedSpan of(String service, Span span) {
        var attributes = new TreeMap<String, String>();
        span.getAttributesList().forEach(pair -> attributes.put(shown(pair.getKey()), shown(text(pair.getValue()))));
        span.getEventsList().forEach(event -> event.getAttributesList()
                .forEach(pair ->
                        attributes.put(shown(event.getName() + ": " + pair.getKey()), shown(text(pair.getValue())))));
        if (!span.getStatus().getMessage().isEmpty()) {
            attributes.put("status", shown(span.getStatus().getMessage()));
        }
        long start = span.getStartTimeUnixNano();
        return new ReceivedSpan(
                hex(span.getTraceId()),
                hex(span.getSpanId()),
                hex(span.getParentSpanId()),
                shown(service),
                shown(span.getName()),
                span.getKind().name().replace("SPAN_KIND_", "").toLowerCase(Locale.ROOT),
                span.getStatus().getCode() == Status.StatusCode.STATUS_CODE_ERROR,
                Instant.ofEpochSecond(start / NANOS, start % NANOS),
                Duration.ofNanos(Math.max(0, span.getEndTimeUnixNano() - start)),
                Map.copyOf(attributes),
                span.getLinksList().stream().map(link -> hex(link.getTraceId())).toList());
    }

    Instant ended() {
        return began.plus(took);
    }

    boolean mentions(String text) {
        return attributes.containsValue(text);
    }

    static String text(AnyValue value) {
        return switch (value.getValueCase()) {
            case STRING_VALUE -> value.getStringValue();
            case BOOL_VALUE -> Boolean.toString(value.getBoolValue());
            case INT_VALUE -> Long.toString(value.getIntValue());
            case DOUBLE_VALUE -> Double.toString(value.getDoubleValue());
            case ARRAY_VALUE ->
                String.join(
                        ", ",
                        value.getArrayValue().getValuesList().stream()
                                .map(ReceivedSpan::text)
                                .toList());
            default -> "";
        };
    }

    private static String shown(String text) {
        return Masking.mask(text.length() > LONGEST ? text.substring(0, LONGEST) : text);
    }

    private static String hex(ByteString bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }
}
