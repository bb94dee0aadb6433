package cm.nkap.testing;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.metrics.v1.Exemplar;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** From OTLP's messages to {@link Received}. */
final class OtlpReading {
    private OtlpReading() {}

    /** Who measured. */
    private record Source(Map<String, Object> resource, String scope) {
        static Source of(Resource resource, String scope) {
            return new Source(attributes(resource.getAttributesList()), scope);
        }
    }

    static List<Received> spans(ExportTraceServiceRequest request) {
        var read = new ArrayList<Received>();
        for (var resource : request.getResourceSpansList()) {
            for (var scope : resource.getScopeSpansList()) {
                var source = Source.of(resource.getResource(), scope.getScope().getName());
                scope.getSpansList().forEach(span -> read.add(span(source, span)));
            }
        }
        return read;
    }

    static List<Received> points(ExportMetricsServiceRequest request) {
        var read = new ArrayList<Received>();
        for (var resource : request.getResourceMetricsList()) {
            for (var scope : resource.getScopeMetricsList()) {
                var source = Source.of(resource.getResource(), scope.getScope().getName());
                scope.getMetricsList().forEach(metric -> read.addAll(points(source, metric)));
            }
        }
        return read;
    }

    static List<Received> logs(ExportLogsServiceRequest request) {
        var read = new ArrayList<Received>();
        for (var resource : request.getResourceLogsList()) {
            for (var scope : resource.getScopeLogsList()) {
                var source = Source.of(resource.getResource(), scope.getScope().getName());
                scope.getLogRecordsList().forEach(line -> read.add(log(source, line)));
            }
        }
        return read;
    }

    private static Received.Span span(Source source, Span span) {
        return new Received.Span(
                source.resource,
                source.scope,
                hex(span.getTraceId()),
                hex(span.getSpanId()),
                hex(span.getParentSpanId()),
                span.getName(),
                span.getKind().name().substring("SPAN_KIND_".length()).toLowerCase(Locale.ROOT),
                span.getStatus().getCode() == Status.StatusCode.STATUS_CODE_ERROR,
                span.getStatus().getMessage(),
                Duration.ofNanos(span.getEndTimeUnixNano() - span.getStartTimeUnixNano()),
                attributes(span.getAttributesList()),
                span.getLinksList().stream()
                        .map(link -> new Received.Link(
                                hex(link.getTraceId()), hex(link.getSpanId()), attributes(link.getAttributesList())))
                        .toList(),
                span.getEventsList().stream()
                        .map(event -> new Received.Moment(event.getName(), attributes(event.getAttributesList())))
                        .toList());
    }

    private static Received.Log log(Source source, LogRecord line) {
        return new Received.Log(
                source.resource,
                source.scope,
                line.getSeverityText(),
                String.valueOf(value(line.getBody())),
                hex(line.getTraceId()),
                hex(line.getSpanId()),
                attributes(line.getAttributesList()));
    }

    private static List<Received.Point> points(Source source, Metric metric) {
        return switch (metric.getDataCase()) {
            case GAUGE -> numbers(source, metric, "gauge", metric.getGauge().getDataPointsList());
            case SUM -> numbers(source, metric, "sum", metric.getSum().getDataPointsList());
            case HISTOGRAM ->
                metric.getHistogram().getDataPointsList().stream()
                        .map(point -> histogram(source, metric, point))
                        .toList();
            case EXPONENTIAL_HISTOGRAM, SUMMARY, DATA_NOT_SET -> List.of();
        };
    }

    private static List<Received.Point> numbers(
            Source source, Metric metric, String kind, List<NumberDataPoint> points) {
        return points.stream()
                .map(point -> new Received.Point(
                        source.resource,
                        source.scope,
                        metric.getName(),
                        metric.getUnit(),
                        metric.getDescription(),
                        kind,
                        attributes(point.getAttributesList()),
                        point.hasAsInt() ? point.getAsInt() : point.getAsDouble(),
                        1,
                        List.of(),
                        exemplars(point.getExemplarsList())))
                .toList();
    }

    private static Received.Point histogram(Source source, Metric metric, HistogramDataPoint point) {
        return new Received.Point(
                source.resource,
                source.scope,
                metric.getName(),
                metric.getUnit(),
                metric.getDescription(),
                "histogram",
                attributes(point.getAttributesList()),
                point.getSum(),
                point.getCount(),
                point.getExplicitBoundsList(),
                exemplars(point.getExemplarsList()));
    }

    private static List<Received.Exemplar> exemplars(List<Exemplar> examples) {
        return examples.stream()
                .map(one -> new Received.Exemplar(
                        hex(one.getTraceId()),
                        hex(one.getSpanId()),
                        one.hasAsInt() ? one.getAsInt() : one.getAsDouble()))
                .toList();
    }

    private static Map<String, Object> attributes(List<KeyValue> pairs) {
        var read = new LinkedHashMap<String, Object>();
        pairs.forEach(pair -> read.put(pair.getKey(), value(pair.getValue())));
        return Map.copyOf(read);
    }

    private static Object value(AnyValue value) {
        return switch (value.getValueCase()) {
            case STRING_VALUE -> value.getStringValue();
            case BOOL_VALUE -> value.getBoolValue();
            case INT_VALUE -> value.getIntValue();
            case DOUBLE_VALUE -> value.getDoubleValue();
            case ARRAY_VALUE ->
                value.getArrayValue().getValuesList().stream()
                        .map(OtlpReading::value)
                        .toList();
            case KVLIST_VALUE -> attributes(value.getKvlistValue().getValuesList());
            case BYTES_VALUE -> hex(value.getBytesValue());
            default -> "";
        };
    }

    private static String hex(ByteString bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }
}
