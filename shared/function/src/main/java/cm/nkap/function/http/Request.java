package cm.nkap.function.http;

import cm.nkap.function.Problem;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request as the doors read it: header names in lower case, several values of one header joined so that no later
 * reader sees only the convenient one.
 */
final class Request {
    private static final Logger LOG = LoggerFactory.getLogger(Request.class);
    private static final int MAX_PATH = 1_024;
    private static final int MAX_DISCARDED = 16 * 1024 * 1024;
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,9}");

    private final HttpExchange exchange;
    private final Map<String, String> headers;
    private final String requestId;
    private final Dress dress;
    private final SlowBodies slow;
    private final Map<String, String> promised = new ConcurrentHashMap<>();
    private final AtomicBoolean answered = new AtomicBoolean();

    Request(HttpExchange exchange, Dress dress, SlowBodies slow) {
        this.exchange = exchange;
        this.dress = dress;
        this.slow = slow;
        this.headers = new HashMap<>();
        exchange.getRequestHeaders()
                .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), String.join(", ", values)));
        this.requestId = RequestIds.accept(headers.get("x-request-id"));
        promise("x-request-id", requestId);
    }

    /** @throws Problem 400 when somebody between us and the client may have read another request than we did */
    void requireFraming() {
        try {
            Framing.check(exchange);
        } catch (Problem e) {
            promise("connection", "close");
            throw e;
        }
    }

    /** Whatever the answer will be, it carries this header. */
    void promise(String name, String value) {
        promised.put(name, value);
    }

    /** The address at the other end of the connection. */
    String peer() {
        return exchange.getRemoteAddress().getAddress().getHostAddress();
    }

    String method() {
        return exchange.getRequestMethod();
    }

    String requestId() {
        return requestId;
    }

    Map<String, String> headers() {
        return headers;
    }

    @Nullable
    String header(String lowerCaseName) {
        return headers.get(lowerCaseName);
    }

    /** The path as it was sent, still encoded; empty when it is too long to be one of ours. */
    String rawPath() {
        var path = exchange.getRequestURI().getRawPath();
        return path == null || path.length() > MAX_PATH ? "" : path;
    }

    /** @throws Problem 400 when a parameter comes twice or is not well-formed */
    Map<String, String> query() {
        var raw = exchange.getRequestURI().getRawQuery();
        if (raw == null || raw.isEmpty()) {
            return Map.of();
        }
        var query = new HashMap<String, String>();
        for (var pair : raw.split("&", -1)) {
            int equals = pair.indexOf('=');
            var name = decoded(equals < 0 ? pair : pair.substring(0, equals));
            var value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
            if (!pair.isEmpty() && query.put(name, value) != null) {
                throw badQuery(name, "duplicate_field", "This parameter comes more than once");
            }
        }
        return query;
    }

    private static String decoded(String text) {
        try {
            var decoded = URLDecoder.decode(text, StandardCharsets.UTF_8);
            if (decoded.indexOf('\u0000') < 0) {
                return decoded;
            }
        } catch (IllegalArgumentException e) {
            // Falls through: an incomplete escape is as wrong as a zero byte.
        }
        throw badQuery("", "malformed", "The query is not well-formed");
    }

    private static Problem badQuery(String param, String code, String detail) {
        return Problem.of(400, "invalid_request", "The request is not valid")
                .param(param)
                .detail(detail)
                .error(param, code, detail);
    }

    /**
     * @throws Problem 413 when the body is longer than allowed
     * @throws SlowBodies.TooSlow when it did not come in time; 408 was answered then
     */
    byte[] body(int max) throws IOException {
        var declared = headers.get("content-length");
        if (declared != null && !(DIGITS.matcher(declared).matches() && Long.parseLong(declared) <= max)) {
            throw tooLarge(max);
        }
        var body = slow.within(() -> exchange.getRequestBody().readNBytes(max + 1), this::tellTooSlow);
        if (body.length > max) {
            throw tooLarge(max);
        }
        return body;
    }

    private void tellTooSlow() throws IOException {
        promise("connection", "close");
        answer(Answer.of(Problem.of(408, "request_timeout", "The body did not come in time"), requestId));
        exchange.getResponseBody().flush();
    }

    /** A client that still sends would not hear the answer: what it has left is read first and thrown away. */
    private Problem tooLarge(int max) throws IOException {
        promise("connection", "close");
        var body = exchange.getRequestBody();
        var thrownAway = new byte[8_192];
        int read = slow.within(
                () -> {
                    int last = 0;
                    for (int all = 0; last >= 0 && all < MAX_DISCARDED; all += last) {
                        last = body.read(thrownAway);
                    }
                    return last;
                },
                this::tellTooSlow);
        if (read >= 0) {
            LOG.debug("msg=body_not_read_to_its_end request={}", requestId);
        }
        return Problem.of(413, "body_too_large", "The body is too large").detail("At most " + max + " bytes");
    }

    /** Answers, unless it was answered already. */
    void answer(Answer bare) throws IOException {
        if (!answered.compareAndSet(false, true)) {
            return;
        }
        var answer = dress.on(bare, promised);
        var out = exchange.getResponseHeaders();
        answer.headers().forEach(out::set);
        var body = answer.body();
        if (method().equals("HEAD") && answer.status() != 204) {
            out.set("Content-Length", Integer.toString(body.length));
        }
        boolean silent = body.length == 0 || method().equals("HEAD");
        exchange.sendResponseHeaders(answer.status(), silent ? -1 : body.length);
        if (!silent) {
            exchange.getResponseBody().write(body);
            if (promised.containsKey("connection")) {
                // Only where the rest of the request is not waited for: else a client that still sends would lose the
                // answer.
                exchange.getResponseBody().flush();
            }
        }
    }
}
