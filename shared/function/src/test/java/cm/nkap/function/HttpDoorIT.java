package cm.nkap.function;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpDoorIT {
    private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    @SuppressWarnings("NullAway.Init") // made before the first test
    private static Running running;

    @BeforeAll
    static void start() {
        running = new Running();
    }

    @AfterAll
    static void stop() {
        running.close();
    }

    @BeforeEach
    void reset() {
        Behaviour.reset();
    }

    private static String code(HttpResponse<String> answer) {
        return Running.json(answer).path("code").asString();
    }

    @Test
    void aCommandAnswersWithTheCreatedObject() {
        var answer = running.post("{\"text\":\"hello\",\"amount\":500}");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        var note = Running.json(answer);
        assertThat(note.path("org_id").asString()).isEqualTo("boutique-douala");
        assertThat(note.path("amount").asLong()).isEqualTo(500);
        assertThat(note.path("written_at").asString()).endsWith("Z");
        assertThat(note.has("failure")).isTrue();
        assertThat(answer.headers().firstValue("location"))
                .contains("/v1/notes/" + note.path("id").asString());
        assertThat(answer.headers().firstValue("idempotent-replayed")).isEmpty();
    }

    @Test
    void everyAnswerCarriesTheHeadersThatProtectIt() {
        for (var path : List.of("/v1/notes", "/nowhere", "/health/liveness")) {
            var headers = running.send(running.to(path).GET()).headers();
            assertThat(headers.firstValue("cache-control")).as(path).contains("no-store");
            assertThat(headers.firstValue("x-content-type-options")).contains("nosniff");
            assertThat(headers.firstValue("x-request-id")).get().asString().matches("req_[0-9a-hjkmnp-tv-z]{26}");
            assertThat(headers.firstValue("traceparent"))
                    .get()
                    .asString()
                    .matches("00-[0-9a-f]{32}-[0-9a-f]{16}-0[0-3]");
        }
    }

    @Test
    void aHarmlessRequestIdIsKeptAnyOtherReplaced() {
        var kept = running.send(
                running.to("/nowhere").header("x-request-id", "order-7:1").GET());
        var replaced = running.send(
                running.to("/nowhere").header("x-request-id", "a b<script>").GET());

        assertThat(kept.headers().firstValue("x-request-id")).contains("order-7:1");
        assertThat(Running.json(kept).path("request_id").asString()).isEqualTo("order-7:1");
        assertThat(replaced.headers().firstValue("x-request-id"))
                .get()
                .asString()
                .startsWith("req_");
    }

    @Test
    void aTraceIsContinuedIntoTheEvents() {
        running.execute("TRUNCATE events.outbox");
        var answer = running.send(running.authorized("/v1/notes", running.merchant())
                .header("content-type", "application/json")
                .header("idempotency-key", "trace-1")
                .header("traceparent", TRACE)
                .POST(BodyPublishers.ofString("{\"text\":\"traced\",\"amount\":1}")));

        assertThat(answer.headers().firstValue("traceparent")).contains(TRACE);
        assertThat(running.text("SELECT traceparent FROM events.outbox"))
                .startsWith("00-4bf92f3577b34da6a3ce929d0e0e4736-")
                .doesNotContain("00f067aa0ba902b7");
        assertThat(running.text("SELECT source FROM events.outbox")).isEqualTo("/nkap/notebook");
    }

    @Test
    void nothingOfTheRequestIsEchoedAndOnlyNamedHeadersLeave() {
        var answer = running.send(running.to("/v1/postcards/red")
                .header("authorization", "Bearer stolen")
                .header("cookie", "session=1")
                .header("x-custom", "kept")
                .POST(BodyPublishers.ofString("[1, not json")));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().map().toString().toLowerCase(java.util.Locale.ROOT))
                .doesNotContain(
                        "stolen", "session=1", "x-leaks", "authorization", "nkap-inbound", "http-status", "timestamp");
        assertThat(answer.headers().firstValue("retry-after")).contains("7");
        var seen = Running.json(answer);
        assertThat(seen.path("bytes").asInt()).isEqualTo(12);
        assertThat(seen.path("kind").asString()).isEqualTo("red");
        assertThat(seen.path("headers").toString()).contains("x-custom").doesNotContain("authorization", "cookie");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/v1",
                "/v1/",
                "/v2/notes",
                "/v1/notes/",
                "/v1/notes//",
                "/v1/notes/1/2/3",
                "/v1/notes/a%2Fb",
                "/v1/notes/%00",
                "/v1/notes/%0a",
                "/v1/notes/%zz",
                "/V1/notes",
                "/health/else"
            })
    void whatIsNoRouteIsNotFound(String path) throws IOException {
        assertThat(raw("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .containsAnyOf("HTTP/1.1 404", "HTTP/1.1 400");
    }

    private static String raw(String request) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), running.application.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void aRouteUnderAnotherMethodIsNotAllowedAndSaysWhatIs() {
        var answer = running.send(running.to("/v1/notes").DELETE());

        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("allow")).contains("GET, HEAD, OPTIONS, POST");
        assertThat(code(answer)).isEqualTo("method_not_allowed");
        var options = running.send(running.to("/v1/notes/7").method("OPTIONS", BodyPublishers.noBody()));
        assertThat(options.statusCode()).isEqualTo(204);
        assertThat(options.headers().firstValue("allow")).contains("GET, HEAD, OPTIONS, PUT");
    }

    @Test
    void severalMethodsMayLeadToOneFunction() {
        assertThat(running.send(running.to("/v1/postcards/a").PUT(BodyPublishers.ofString("x")))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void headIsGetWithoutTheBody() {
        var get =
                running.send(running.authorized("/v1/notes", running.merchant()).GET());
        var head = running.send(
                running.authorized("/v1/notes", running.merchant()).method("HEAD", BodyPublishers.noBody()));

        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(head.headers().firstValue("content-length"))
                .contains(Integer.toString(get.body().length()));
    }

    @ParameterizedTest
    @CsvSource({"text/plain", "application/xml", "application/json; charset=latin1", "application/jsonx"})
    void aBodyThatIsNotJsonIsRefused(String type) {
        var answer = running.send(running.authorized("/v1/notes", running.merchant())
                .header("content-type", type)
                .header("idempotency-key", "k")
                .POST(BodyPublishers.ofString("{\"text\":\"x\",\"amount\":1}")));

        assertThat(answer.statusCode()).isEqualTo(415);
        assertThat(code(answer)).isEqualTo("unsupported_media_type");
    }

    @Test
    void aBodyWithoutTypeOrCompressedIsRefused() {
        var body = BodyPublishers.ofString("{\"text\":\"x\",\"amount\":1}");
        var untyped = running.authorized("/v1/notes", running.merchant()).header("idempotency-key", "k");
        var packed = untyped.copy().header("content-type", "application/json").header("content-encoding", "gzip");

        assertThat(running.send(untyped.POST(body)).statusCode()).isEqualTo(415);
        assertThat(running.send(packed.POST(body)).statusCode()).isEqualTo(415);
    }

    @Test
    void aBodyThatIsTooLongIsRefusedHoweverItIsSent() {
        var long1 = "x".repeat(70_000);
        var declared = running.post(long1);
        var chunked = running.send(running.authorized("/v1/notes", running.merchant())
                .header("content-type", "application/json")
                .header("idempotency-key", "k")
                .POST(BodyPublishers.ofInputStream(
                        () -> new java.io.ByteArrayInputStream(long1.getBytes(StandardCharsets.UTF_8)))));
        var small = running.send(running.to("/v1/postcards/a").POST(BodyPublishers.ofString("x".repeat(101))));

        var huge = running.post("x".repeat(10_000_000));

        assertThat(declared.statusCode()).isEqualTo(413);
        assertThat(huge.statusCode()).isEqualTo(413);
        assertThat(chunked.statusCode()).isEqualTo(413);
        assertThat(small.statusCode()).isEqualTo(413);
        assertThat(running.post("{\"text\":\"still serves\",\"amount\":1}").statusCode())
                .isEqualTo(201);
    }

    @Test
    void faultsOfABodyAreAllTold() {
        var answer = running.post("{\"text\":5,\"amount\":-1.5,\"author\":{\"name\":\" \"},\"status\":\"paid\"}");

        assertThat(answer.statusCode()).isEqualTo(400);
        var problem = Running.json(answer);
        assertThat(problem.path("code").asString()).isEqualTo("invalid_request");
        assertThat(problem.path("money_moved").asString()).isEqualTo("no");
        assertThat(problem.path("errors").findValuesAsString("param"))
                .containsExactlyInAnyOrder("text", "amount", "author.name", "status");
    }

    @Test
    void aQueryParameterThatComesTwiceIsRefused() {
        var answer = running.send(running.authorized("/v1/notes?limit=1&limit=2", running.merchant())
                .GET());

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(Running.json(answer).path("param").asString()).isEqualTo("limit");
    }

    @Test
    void anAccidentTellsNothingButItsName() {
        var answer = running.post("{\"text\":\"crash\",\"amount\":1}");

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).doesNotContain("secret-in-a-stack-trace", "Exception", "cm.nkap");
        var problem = Running.json(answer);
        assertThat(problem.path("money_moved").asString()).isEqualTo("unknown");
        assertThat(problem.path("request_id").asString())
                .isEqualTo(answer.headers().firstValue("x-request-id").orElseThrow());
    }
}
