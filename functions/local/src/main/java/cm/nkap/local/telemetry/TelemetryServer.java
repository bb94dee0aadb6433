package cm.nkap.local.telemetry;

import com.google.protobuf.InvalidProtocolBufferException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;

/**
 * Takes OTLP over HTTP with protobuf and shows it: {@code /dev/traces}, {@code /dev/traces/{trace or payment}}, with
 * {@code ?as=text} for a terminal, and {@code /metrics} for Prometheus. For this machine only: it listens on the loopback,
 * answers nobody who calls it by another name, and asks for no password.
 */
public final class TelemetryServer implements AutoCloseable {
    private static final int MOST_BYTES = 16 * 1024 * 1024;
    private static final int LISTED = 100;
    private static final String HTML = "text/html; charset=utf-8";
    private static final String TEXT = "text/plain; charset=utf-8";

    private final TraceShelf traces = new TraceShelf();
    private final MetricShelf metrics = new MetricShelf();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;

    private record Page(int status, String type, String text) {}

    private TelemetryServer(int port) {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 100);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen on port " + port, e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::serve);
        server.start();
    }

    /** @param port 0 for any */
    public static TelemetryServer start(int port) {
        return new TelemetryServer(port);
    }

    /** What OTEL_EXPORTER_OTLP_ENDPOINT says to send here. */
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** What {@code /metrics} answers. */
    public String metrics() {
        return metrics.text();
    }

    /** Traces that measurements of this metric point to, by Prometheus' name of it. */
    public List<String> examples(String metric) {
        return metrics.examples(metric);
    }

    public boolean hasTrace(String id) {
        return traces.trace(id).isPresent();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            var path = exchange.getRequestURI().getPath();
            if (exchange.getRequestMethod().equals("POST")) {
                exchange.sendResponseHeaders(take(path, exchange), -1);
                return;
            }
            var page = isForUs(exchange) ? page(path, exchange) : new Page(421, TEXT, "not here\n");
            var headers = exchange.getResponseHeaders();
            headers.set("content-type", page.type);
            headers.set("content-security-policy", "default-src 'none'; style-src 'self'; form-action 'self'");
            headers.set("x-content-type-options", "nosniff");
            headers.set("referrer-policy", "no-referrer");
            headers.set("cache-control", "no-store");
            var body = page.text.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(page.status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    /** A page of the internet could let a name of its own lead here and read along. */
    private static boolean isForUs(HttpExchange exchange) {
        var host = Optional.ofNullable(exchange.getRequestHeaders().getFirst("host"))
                .orElse("");
        return host.matches("(127\\.0\\.0\\.1|localhost|\\[::1])(:[0-9]+)?");
    }

    private int take(String path, HttpExchange exchange) throws IOException {
        try {
            switch (path) {
                case "/v1/traces" -> traces.take(ExportTraceServiceRequest.parseFrom(body(exchange)));
                case "/v1/metrics" -> metrics.take(ExportMetricsServiceRequest.parseFrom(body(exchange)));
                case "/v1/logs" -> body(exchange);
                default -> {
                    return 404;
                }
            }
            return 200;
        } catch (InvalidProtocolBufferException e) {
            return 400;
        }
    }

    private static byte[] body(HttpExchange exchange) throws IOException {
        var raw = exchange.getRequestBody().readNBytes(MOST_BYTES);
        if (!"gzip".equals(exchange.getRequestHeaders().getFirst("content-encoding"))) {
            return raw;
        }
        try (InputStream unpacked = new GZIPInputStream(new ByteArrayInputStream(raw))) {
            return unpacked.readNBytes(MOST_BYTES);
        }
    }

    private Page page(String path, HttpExchange exchange) throws IOException {
        var query = Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse("");
        if (path.equals("/") || path.equals("/dev/traces")) {
            return list(parameter(query, "q"));
        }
        if (path.startsWith("/dev/traces/")) {
            return one(
                    path.substring("/dev/traces/".length()),
                    parameter(query, "as").equals("text"));
        }
        return switch (path) {
            case "/metrics" -> new Page(200, "text/plain; version=0.0.4; charset=utf-8", metrics.text());
            case "/dev/style.css" -> new Page(200, "text/css", style());
            default -> new Page(404, TEXT, "nothing here\n");
        };
    }

    private Page list(String query) {
        return new Page(
                200, HTML, TracePages.list(query, query.isEmpty() ? traces.newest(LISTED) : traces.about(query)));
    }

    private Page one(String what, boolean asText) {
        List<Waterfall> found = traces.about(what);
        if (found.isEmpty()) {
            return asText
                    ? new Page(404, TEXT, "no trace here is or names it\n")
                    : new Page(404, HTML, TracePages.nothing(what));
        }
        return asText
                ? new Page(
                        200,
                        TEXT,
                        String.join("\n", found.stream().map(Waterfall::text).toList()))
                : new Page(200, HTML, TracePages.one(found));
    }

    private static String parameter(String query, String name) {
        for (var pair : query.split("&", -1)) {
            if (pair.toLowerCase(Locale.ROOT).startsWith(name + "=")) {
                try {
                    return URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8)
                            .strip();
                } catch (IllegalArgumentException e) {
                    return "";
                }
            }
        }
        return "";
    }

    private static String style() throws IOException {
        try (var style = TelemetryServer.class.getResourceAsStream("/telemetry/style.css")) {
            return style == null ? "" : new String(style.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
