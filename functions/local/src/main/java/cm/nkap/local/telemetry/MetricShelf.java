package cm.nkap.local.telemetry;

import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.resource.v1.Resource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The newest value of every series that was received, as Prometheus scrapes it. Bounded: series beyond the limit are not
 * taken. A series of a process that is gone stays until this one ends.
 */
public final class MetricShelf {
    private static final int MOST_SERIES = 50_000;

    private final Map<String, Family> families = new ConcurrentSkipListMap<>();

    /** All series of one name; the lines of each by its labels. */
    private record Family(String type, String help, Map<String, String> series) {}

    private final Map<String, List<String>> examples = new ConcurrentHashMap<>();

    /** Traces that were examples behind the newest points of a metric that had any. */
    List<String> examples(String family) {
        return examples.getOrDefault(family, List.of());
    }

    void take(ExportMetricsServiceRequest request) {
        for (var resource : request.getResourceMetricsList()) {
            var job = job(resource.getResource());
            for (var scope : resource.getScopeMetricsList()) {
                scope.getMetricsList().forEach(metric -> take(metric, job));
            }
        }
    }

    /** Text format 0.0.4. */
    String text() {
        var text = new StringBuilder();
        families.forEach((name, family) -> {
            text.append("# HELP ").append(name).append(' ').append(family.help).append('\n');
            text.append("# TYPE ").append(name).append(' ').append(family.type).append('\n');
            family.series.values().forEach(text::append);
        });
        return text.toString();
    }

    private void take(Metric metric, String job) {
        var name = PrometheusNames.family(metric);
        switch (metric.getDataCase()) {
            case GAUGE -> numbers(metric, name, "gauge", job, metric.getGauge().getDataPointsList());
            case SUM -> {
                var type = metric.getSum().getIsMonotonic() ? "counter" : "gauge";
                numbers(metric, name, type, job, metric.getSum().getDataPointsList());
            }
            case HISTOGRAM -> {
                var traces = metric.getHistogram().getDataPointsList().stream()
                        .flatMap(point -> point.getExemplarsList().stream())
                        .map(example ->
                                HexFormat.of().formatHex(example.getTraceId().toByteArray()))
                        .toList();
                if (!traces.isEmpty()) {
                    examples.put(name, traces);
                }
                for (var point : metric.getHistogram().getDataPointsList()) {
                    var labels = labels(job, point.getAttributesList());
                    keep(metric, name, "histogram", labels, histogram(name, labels, point));
                }
            }
            default -> {}
        }
    }

    private void numbers(Metric metric, String name, String type, String job, List<NumberDataPoint> points) {
        // What an observer no longer reports is gone, and must not stand here with its last value.
        var family = families.get(name);
        if (type.equals("gauge") && family != null) {
            family.series.keySet().removeIf(labels -> labels.contains("job=\"" + job + "\""));
        }
        for (var point : points) {
            var labels = labels(job, point.getAttributesList());
            double value = point.hasAsInt() ? point.getAsInt() : point.getAsDouble();
            keep(metric, name, type, labels, line(name, labels, value));
        }
    }

    private void keep(Metric metric, String name, String type, String labels, String lines) {
        if (families.values().stream().mapToInt(family -> family.series.size()).sum() < MOST_SERIES) {
            var help = metric.getDescription().replace("\\", "\\\\").replace("\n", "\\n");
            families.computeIfAbsent(name, made -> new Family(type, help, new ConcurrentSkipListMap<>()))
                    .series
                    .put(labels, lines);
        }
    }

    private static String histogram(String name, String labels, HistogramDataPoint point) {
        var lines = new StringBuilder();
        long below = 0;
        for (int i = 0; i < point.getBucketCountsCount(); i++) {
            below += point.getBucketCounts(i);
            var bound = i < point.getExplicitBoundsCount() ? Double.toString(point.getExplicitBounds(i)) : "+Inf";
            lines.append(line(name + "_bucket", labels + ",le=\"" + bound + "\"", (double) below));
        }
        lines.append(line(name + "_sum", labels, point.getSum()));
        lines.append(line(name + "_count", labels, (double) point.getCount()));
        return lines.toString();
    }

    private static String line(String name, String labels, double value) {
        var number = value == Math.rint(value) && Math.abs(value) < 1e15 ? Long.toString((long) value) : "" + value;
        return name + "{" + labels + "} " + number + "\n";
    }

    private static String labels(String job, List<KeyValue> attributes) {
        var labels = new TreeMap<String, String>();
        attributes.forEach(
                pair -> labels.put(PrometheusNames.label(pair.getKey()), ReceivedSpan.text(pair.getValue())));
        var text = new StringJoiner(",");
        text.add("job=\"" + job + "\"");
        labels.forEach((name, value) -> text.add(name + "=\"" + escaped(value) + "\""));
        return text.toString();
    }

    private static String job(Resource resource) {
        return escaped(resource.getAttributesList().stream()
                .filter(pair -> pair.getKey().equals("service.name"))
                .map(pair -> ReceivedSpan.text(pair.getValue()))
                .findFirst()
                .orElse("unknown"));
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }
}
