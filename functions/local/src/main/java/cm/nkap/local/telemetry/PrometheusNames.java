package cm.nkap.local.telemetry;

import io.opentelemetry.proto.metrics.v1.Metric;
import java.util.Map;

/**
 * What Prometheus calls a metric of OpenTelemetry: dots become underscores, units are spelled out at the end, counters end in
 * {@code _total}. The rules are those of the OpenTelemetry specification, "Prometheus and OpenMetrics compatibility".
 */
public final class PrometheusNames {
    private static final Map<String, String> UNITS = Map.of("s", "seconds", "ms", "milliseconds", "By", "bytes");

    private PrometheusNames() {}

    /** The name of the metric's family; a histogram's series add {@code _bucket}, {@code _sum} and {@code _count}. */
    public static String family(Metric metric) {
        var name = new StringBuilder(clean(metric.getName()));
        append(name, unit(metric));
        if (metric.hasSum() && metric.getSum().getIsMonotonic()) {
            append(name, "total");
        }
        return name.toString();
    }

    /** An attribute's name as a label's. */
    public static String label(String attribute) {
        return clean(attribute);
    }

    /** What stands in braces is a remark, no unit. */
    private static String unit(Metric metric) {
        var unit = metric.getUnit().replaceAll("\\{[^}]*}", "");
        if (unit.equals("1")) {
            return metric.hasGauge() ? "ratio" : "";
        }
        return UNITS.getOrDefault(unit, clean(unit));
    }

    private static void append(StringBuilder name, String end) {
        if (!end.isEmpty() && !name.toString().endsWith("_" + end)) {
            name.append('_').append(end);
        }
    }

    private static String clean(String text) {
        return text.replaceAll("[^a-zA-Z0-9_]+", "_");
    }
}
