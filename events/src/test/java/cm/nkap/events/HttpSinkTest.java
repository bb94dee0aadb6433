package cm.nkap.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpSinkTest {
    private static final Envelope EVENT = Samples.charge("ch_1");
    private static final Subscription TO = new Subscription("provider-gateway", "nkap.charge.created");

    private final HttpServer function = server();
    private final Map<String, String> headers = new HashMap<>();
    private byte[] body = new byte[0];
    private int status = 204;
    private String retryAfter = "";
    private String answer = "";

    @AfterEach
    void stop() {
        function.stop(0);
    }

    @Test
    void postsStructuredCloudEventsWithSecretAndTrace() {
        assertThatCode(() -> sink().deliver(TO, EVENT)).doesNotThrowAnyException();

        assertThat(body).isEqualTo(EVENT.toJson());
        assertThat(headers)
                .containsEntry("content-type", "application/cloudevents+json; charset=utf-8")
                .containsEntry("x-nkap-event-secret", "s3cret")
                .containsEntry("traceparent", Samples.TRACE);
        assertThat(CloudEventHttp.read(headers, body)).contains(EVENT);
    }

    @ParameterizedTest
    @CsvSource({
        "400, REFUSED",
        "401, REFUSED",
        "404, REFUSED",
        "409, REFUSED",
        "302, REFUSED",
        "500, FAILED",
        "501, FAILED",
        "408, UNAVAILABLE",
        "429, UNAVAILABLE",
        "502, UNAVAILABLE",
        "503, UNAVAILABLE",
        "504, UNAVAILABLE"
    })
    void theStatusDecidesWhetherItIsTriedAgain(int given, DeliveryFailed.Kind kind) {
        status = given;
        answer = "{\"code\":\"because\"}";

        DeliveryFailed failed = delivery();

        assertThat(failed.kind()).isEqualTo(kind);
        assertThat(failed).hasMessage("provider-gateway answered " + given + ": {\"code\":\"because\"}");
    }

    @ParameterizedTest
    @CsvSource({"7, 7", "86400, 300", "'Sun, 22 Nov 2026 11:00:30 GMT', 29", "'Sun, 22 Nov 2026 10:00:00 GMT', 0"})
    void retryAfterIsHonouredUpToFiveMinutes(String header, long seconds) {
        status = 503;
        retryAfter = header;

        assertThat(delivery().retryAfter()).isBetween(Duration.ofSeconds(seconds), Duration.ofSeconds(seconds + 1));
    }

    @Test
    void anUnreadableRetryAfterIsPassedOver() {
        status = 503;
        retryAfter = "soon";

        assertThat(delivery().retryAfter()).isNull();
    }

    @Test
    void aFunctionThatIsNotThereIsUnavailable() {
        function.stop(0);

        assertThat(delivery().kind()).isEqualTo(DeliveryFailed.Kind.UNAVAILABLE);
    }

    private DeliveryFailed delivery() {
        HttpSink sink = sink();
        return catchThrowableOfType(DeliveryFailed.class, () -> sink.deliver(TO, EVENT));
    }

    private HttpSink sink() {
        URI url = URI.create("http://127.0.0.1:" + function.getAddress().getPort());
        return new HttpSink(
                Map.of("provider-gateway", url), "s3cret", Duration.ofSeconds(5), InstantSource.fixed(Samples.NOON));
    }

    private HttpServer server() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", this::answer);
            server.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestHeaders()
                    .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
            body = exchange.getRequestBody().readAllBytes();
            if (!retryAfter.isEmpty()) {
                exchange.getResponseHeaders().set("retry-after", retryAfter);
            }
            byte[] text = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, text.length == 0 ? -1 : text.length);
            exchange.getResponseBody().write(text);
        }
    }
}
