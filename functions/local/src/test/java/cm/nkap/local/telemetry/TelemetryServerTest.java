package cm.nkap.local.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the developer sees of traces: laid out, escaped, masked, and never more than fits in memory. */
class TelemetryServerTest {
    private static final long BEGAN = 1_795_000_000_000_000_000L;
    private static final long MILLI = 1_000_000L;
    private final TelemetryServer server = TelemetryServer.start(0);
    private final HttpClient http = HttpClient.newHttpClient();

    @AfterEach
    void stop() {
        server.close();
        http.shutdownNow();
    }

    @Test
    void laysATraceOutUnderItsPayment() throws IOException, InterruptedException {
        send(
                span(1, 3, 2, "INSERT charge", 30, 10),
                span(1, 1, 0, "POST /v1/charges", 0, 100),
                span(1, 2, 1, "transaction", 20, 60).toBuilder()
                        .addAttributes(attribute("nkap.payment", "ch_1"))
                        .build());

        String text = get("/dev/traces/ch_1?as=text").body();

        assertThat(text.lines().map(line -> line.replaceAll("^[ █]*", "")))
                .containsExactly(
                        "trace " + trace(1) + "  3 spans  100.0 ms",
                        "100.0 ms  POST /v1/charges  (nkap, server)",
                        "60.0 ms    transaction  (nkap, server)",
                        "10.0 ms      INSERT charge  (nkap, server)");
        assertThat(get("/dev/traces/" + trace(1)).body()).contains("<svg", "POST /v1/charges");
        assertThat(get("/dev/traces").body()).contains("/dev/traces/" + trace(1));
        assertThat(get("/dev/traces?q=ch_1").body()).contains("/dev/traces/" + trace(1));
        assertThat(get("/dev/traces/ch_2?as=text").statusCode()).isEqualTo(404);
    }

    @Test
    void runsNoScriptWhateverASpanIsCalled() throws IOException, InterruptedException {
        String evil = "<script>alert('x')</script>\"onload=\"y";
        send(span(2, 1, 0, evil, 0, 1).toBuilder()
                .addAttributes(attribute(evil, evil))
                .setStatus(Status.newBuilder().setMessage(evil).setCode(Status.StatusCode.STATUS_CODE_ERROR))
                .build());

        for (String path : new String[] {
            "/dev/traces", "/dev/traces/" + trace(2), "/dev/traces?q=%3Cscript%3E%22", "/dev/traces/%3Cscript%3E"
        }) {
            var page = get(path);
            assertThat(page.body())
                    .as(path)
                    .doesNotContain("<script", "\"onload")
                    .contains("<h1>");
            assertThat(page.headers().firstValue("content-security-policy"))
                    .hasValue("default-src 'none'; style-src 'self'; form-action 'self'");
            assertThat(page.headers().firstValue("x-content-type-options")).hasValue("nosniff");
        }
        assertThat(get("/dev/traces/" + trace(2) + "?as=text").body()).contains("✗ <script>");
    }

    @Test
    void aNameCannotSteerTheTerminal() throws IOException, InterruptedException {
        send(span(3, 1, 0, "a\u001b[2Jb", 0, 1));

        assertThat(get("/dev/traces/" + trace(3) + "?as=text").body()).contains("a?[2Jb");
    }

    @Test
    void showsNoCustomersNumber() throws IOException, InterruptedException {
        send(span(4, 1, 0, "paid by 237677123456", 0, 1).toBuilder()
                .addAttributes(attribute("url.full", "/v1/x?msisdn=+237 677 12 34 56"))
                .build());

        assertThat(get("/dev/traces/" + trace(4)).body())
                .contains("paid by")
                .doesNotContain("677123456", "677 12 34 56");
    }

    @Test
    void forgetsOldTracesAndCutsEndlessOnes() {
        TraceShelf shelf = new TraceShelf();
        for (int i = 0; i < TraceShelf.MOST_TRACES + 50; i++) {
            shelf.take(request(span(i, 1, 0, "call", 0, 1)));
        }
        for (int i = 0; i < TraceShelf.MOST_SPANS + 50; i++) {
            shelf.take(request(span(9_999, i + 1, 0, "loop", 0, 1)));
        }

        assertThat(shelf.newest(10_000)).hasSize(TraceShelf.MOST_TRACES);
        assertThat(shelf.trace(trace(1))).isEmpty();
        assertThat(shelf.trace(trace(9_999)).orElseThrow().steps()).hasSize(TraceShelf.MOST_SPANS);
    }

    @Test
    void runsOfTheTimerPushNothingOut() {
        TraceShelf shelf = new TraceShelf();
        shelf.take(request(span(1, 1, 0, "POST /v1/charges", 0, 1)));
        for (int i = 2; i < TraceShelf.MOST_TRACES + 50; i++) {
            shelf.take(request(span(i, 2, 1, "transaction", 0, 1), span(i, 1, 0, "POST /internal/sweep", 0, 1)));
        }

        assertThat(shelf.newest(10)).extracting(Waterfall::name).containsExactly("POST /v1/charges");
        assertThat(shelf.trace(trace(2))).isEmpty();
        assertThat(shelf.trace(trace(TraceShelf.MOST_TRACES + 49))).isPresent();
    }

    @Test
    void answersNobodyWhoCallsItByAnotherName() throws IOException {
        try (Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), URI.create(server.url()).getPort())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream()
                    .write("GET /dev/traces HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(answer).startsWith("HTTP/1.1 421").doesNotContain("<table");
        }
    }

    private void send(Span... spans) throws IOException, InterruptedException {
        var answer = http.send(
                to("/v1/traces")
                        .POST(BodyPublishers.ofByteArray(request(spans).toByteArray()))
                        .build(),
                BodyHandlers.discarding());
        assertThat(answer.statusCode()).isEqualTo(200);
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(to(path).build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create(server.url() + path)).timeout(Duration.ofSeconds(60));
    }

    private static ExportTraceServiceRequest request(Span... spans) {
        var scope = ScopeSpans.newBuilder();
        for (Span span : spans) {
            scope.addSpans(span);
        }
        var resource = ResourceSpans.newBuilder().addScopeSpans(scope);
        resource.getResourceBuilder().addAttributes(attribute("service.name", "nkap"));
        return ExportTraceServiceRequest.newBuilder().addResourceSpans(resource).build();
    }

    private static Span span(int trace, int id, int parent, String name, long from, long millis) {
        return Span.newBuilder()
                .setTraceId(ByteString.fromHex(trace(trace)))
                .setSpanId(ByteString.fromHex(HexFormat.of().toHexDigits((long) id)))
                .setParentSpanId(
                        parent == 0
                                ? ByteString.EMPTY
                                : ByteString.fromHex(HexFormat.of().toHexDigits((long) parent)))
                .setName(name)
                .setKind(Span.SpanKind.SPAN_KIND_SERVER)
                .setStartTimeUnixNano(BEGAN + from * MILLI)
                .setEndTimeUnixNano(BEGAN + (from + millis) * MILLI)
                .build();
    }

    private static String trace(int number) {
        return "%032x".formatted(number + 1);
    }

    private static KeyValue attribute(String name, String value) {
        return KeyValue.newBuilder()
                .setKey(name)
                .setValue(AnyValue.newBuilder().setStringValue(value))
                .build();
    }
}
