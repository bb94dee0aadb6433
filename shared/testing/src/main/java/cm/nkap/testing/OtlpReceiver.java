package cm.nkap.testing;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPInputStream;

/**
 * Receives OTLP over HTTP with protobuf, as a collector does, and keeps what came. Assert on what is here: an exporter's own
 * word that it has sent everything is worth nothing.
 */
public final class OtlpReceiver implements AutoCloseable {
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final List<String> texts = new CopyOnWriteArrayList<>();
    private final AtomicInteger refusals = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;

    private OtlpReceiver() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::take);
        server.start();
    }

    public static OtlpReceiver start() {
        return new OtlpReceiver();
    }

    /** The value of OTEL_EXPORTER_OTLP_ENDPOINT. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Answers the next requests 503, which an exporter has to repeat. */
    public void refuse(int requests) {
        refusals.set(requests);
    }

    /** How many requests were answered 503. */
    public int refused() {
        return refused.get();
    }

    public List<Received.Span> spans() {
        return of(Received.Span.class);
    }

    public List<Received.Point> points() {
        return of(Received.Point.class);
    }

    /** The points of one metric. */
    public List<Received.Point> points(String name) {
        return points().stream().filter(point -> point.name().equals(name)).toList();
    }

    public List<Received.Log> logs() {
        return of(Received.Log.class);
    }

    /** Everything that ever came, as text, to search for what must not be there. */
    public String text() {
        return String.join("\n", texts);
    }

    /** Forgets what came. */
    public void clear() {
        received.clear();
        texts.clear();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private <T extends Received> List<T> of(Class<T> type) {
        return received.stream().filter(type::isInstance).map(type::cast).toList();
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            var body = body(exchange);
            if (refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                refused.incrementAndGet();
                exchange.sendResponseHeaders(503, -1);
                return;
            }
            exchange.sendResponseHeaders(keep(exchange.getRequestURI().getPath(), body) ? 200 : 404, -1);
        }
    }

    private boolean keep(String path, byte[] body) throws InvalidProtocolBufferException {
        switch (path) {
            case "/v1/traces" -> {
                var request = ExportTraceServiceRequest.parseFrom(body);
                received.addAll(OtlpReading.spans(request));
                remember(request);
            }
            case "/v1/metrics" -> {
                var request = ExportMetricsServiceRequest.parseFrom(body);
                received.addAll(OtlpReading.points(request));
                remember(request);
            }
            case "/v1/logs" -> {
                var request = ExportLogsServiceRequest.parseFrom(body);
                received.addAll(OtlpReading.logs(request));
                remember(request);
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private void remember(Message request) {
        texts.add(TextFormat.printer().escapingNonAscii(false).printToString(request));
    }

    private static byte[] body(HttpExchange exchange) throws IOException {
        var raw = exchange.getRequestBody().readAllBytes();
        if (!"gzip".equals(exchange.getRequestHeaders().getFirst("content-encoding"))) {
            return raw;
        }
        try (InputStream unpacked = new GZIPInputStream(new ByteArrayInputStream(raw))) {
            return unpacked.readAllBytes();
        }
    }
}
