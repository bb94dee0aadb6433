package cm.nkap.function.http;

import cm.nkap.function.Problem;
import com.sun.net.httpserver.HttpExchange;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Refuses a request of which a proxy in front of us may have read another beginning, end or meaning than we did. What is
 * refused here also ends the connection, so that nothing behind it is taken for the next request.
 */
final class Framing {
    private static final Set<String> VERSIONS = Set.of("HTTP/1.1", "HTTP/1.0");
    private static final Set<String> ONCE = Set.of(
            "host",
            "authorization",
            "content-type",
            "content-length",
            "content-encoding",
            "transfer-encoding",
            "idempotency-key",
            "x-nkap-event-secret");
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.:_\\[\\]-]{1,255}");
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");

    private Framing() {}

    /** @throws Problem 400 */
    static void check(HttpExchange exchange) {
        var version = exchange.getProtocol();
        if (!VERSIONS.contains(version)) {
            throw refused("This is another HTTP than version 1.1");
        }
        var headers = exchange.getRequestHeaders();
        for (Map.Entry<String, List<String>> header : headers.entrySet()) {
            var values = header.getValue();
            if (values.size() > 1 && ONCE.contains(header.getKey().toLowerCase(Locale.ROOT))) {
                throw refused("A header that must come once comes more than once");
            }
            if (!values.stream().allMatch(Framing::isPlain)) {
                throw refused("A header holds control characters");
            }
        }
        var host = headers.getFirst("Host");
        boolean hostIsWell =
                host == null ? version.equals("HTTP/1.0") : HOST.matcher(host).matches();
        if (!hostIsWell) {
            throw refused("The Host header is missing or not well-formed");
        }
        var length = headers.getFirst("Content-Length");
        if (length != null && !LENGTH.matcher(length).matches()) {
            throw refused("The Content-Length is not a number");
        }
        if (headers.containsKey("Transfer-Encoding") && version.equals("HTTP/1.0")) {
            throw refused("HTTP/1.0 knows no Transfer-Encoding");
        }
    }

    private static boolean isPlain(String value) {
        return value.chars().noneMatch(c -> (c < 0x20 && c != '\t') || c == 0x7f);
    }

    private static Problem refused(String detail) {
        return Problem.of(400, "invalid_request", "The request is not valid").detail(detail);
    }
}
