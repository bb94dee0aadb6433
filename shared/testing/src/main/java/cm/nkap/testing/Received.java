package cm.nkap.testing;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What an {@link OtlpReceiver} was sent, in words that a test can assert on. Ids are lower-case hexadecimal, "" for none. */
public sealed interface Received {
    /** What its resource says, above all {@code service.name}. */
    Map<String, Object> resource();

    /** The service that sent it. */
    default String service() {
        return String.valueOf(resource().getOrDefault("service.name", ""));
    }

    /** Another span that a span points to. */
    record Link(String traceId, String spanId, Map<String, Object> attributes) {}

    /** Something that happened during a span, such as an exception. */
    record Moment(String name, Map<String, Object> attributes) {}

    /**
     * A span.
     *
     * @param kind {@code internal}, {@code server}, {@code client}, {@code producer} or {@code consumer}
     * @param isError whether its status says so
     */
    record Span(
            Map<String, Object> resource,
            String scope,
            String traceId,
            String spanId,
            String parentId,
            String name,
            String kind,
            boolean isError,
            String statusText,
            Duration duration,
            Map<String, Object> attributes,
            List<Link> links,
            List<Moment> moments)
            implements Received {}

    /** An example behind a point of a metric. */
    record Exemplar(String traceId, String spanId, double value) {}

    /**
     * One point of a metric.
     *
     * @param kind {@code gauge}, {@code sum} or {@code histogram}
     * @param value of a histogram its sum
     * @param count measurements in a histogram, else 1
     * @param bounds upper bounds of a histogram's buckets, without the last, which is endless
     */
    record Point(
            Map<String, Object> resource,
            String scope,
            String name,
            String unit,
            String description,
            String kind,
            Map<String, Object> attributes,
            double value,
            long count,
            List<Double> bounds,
            List<Exemplar> exemplars)
            implements Received {}

    /** A log line. */
    record Log(
            Map<String, Object> resource,
            String scope,
            String severity,
            String body,
            String traceId,
            String spanId,
            Map<String, Object> attributes)
            implements Received {}
}
