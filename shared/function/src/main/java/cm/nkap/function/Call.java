package cm.nkap.function;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP call as an operation sees it. Header names are lower case; {@code authorization} and {@code cookie} never
 * arrive here. {@code traceparent} is the W3C form of the span of this call.
 *
 * @param peer the address that the connection came from, which in a cluster is the edge's; empty when nobody connected
 */
public record Call(
        Caller caller,
        String requestId,
        String traceparent,
        Map<String, String> path,
        Map<String, String> query,
        Map<String, String> headers,
        String peer) {

    public Call(
            Caller caller,
            String requestId,
            String traceparent,
            Map<String, String> path,
            Map<String, String> query,
            Map<String, String> headers) {
        this(caller, requestId, traceparent, path, query, headers, "");
    }

    public Call {
        path = Map.copyOf(path);
        query = Map.copyOf(query);
        headers = Map.copyOf(headers);
    }

    /** The value of a template part such as {@code {id}}; the route guarantees that it is there. */
    public String path(String name) {
        var value = path.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the route has no {" + name + "}");
        }
        return value;
    }

    /** The 32 hexadecimal digits that every span, event and log line of this call shares. */
    public String traceId() {
        return traceparent.split("-", -1)[1];
    }

    public @Nullable String query(String name) {
        return query.get(name);
    }

    public @Nullable String header(String lowerCaseName) {
        return headers.get(lowerCaseName);
    }
}
