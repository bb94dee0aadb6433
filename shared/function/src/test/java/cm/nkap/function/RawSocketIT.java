package cm.nkap.function;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.testing.TestDatabase;
import cm.nkap.testing.TokenIssuer;
import cm.nkap.testing.Until;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What no HTTP client would send, to a process of its own: the JDK reads its server's limits once per JVM. A second
 * request hidden behind the first one's end must never be answered.
 */
class RawSocketIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String HIDDEN = "GET /health/liveness HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    private static final String CARD = "POST /v1/postcards/red HTTP/1.1\r\nHost: x\r\n";

    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final TokenIssuer ISSUER = TokenIssuer.temporary();

    @SuppressWarnings("NullAway.Init") // made before the first test
    private static OwnProcess process;

    private static int port;

    @BeforeAll
    static void start() throws IOException {
        Map<String, String> settings = new HashMap<>(DATABASE.settings());
        settings.put("NKAP_PORT", "0");
        settings.put("NKAP_ISSUER", TokenIssuer.ISSUER);
        settings.put("NKAP_JWKS_URL", ISSUER.serve(0));
        settings.put("NKAP_REQUEST_TIME", "3s");
        settings.put("NKAP_BODY_TIME", "1s");
        process = OwnProcess.start(settings, Map.of());
        port = process.port();
    }

    @AfterAll
    static void stop() throws IOException {
        process.close();
        ISSUER.close();
        DATABASE.close();
    }

    /** Everything that comes back until the other side closes. */
    private static String said(String request) throws IOException {
        try (var socket = connect()) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return rest(socket);
        }
    }

    private static Socket connect() throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout((int) LIMIT.toMillis());
        return socket;
    }

    private static String rest(Socket socket) throws IOException {
        var said = new StringBuilder();
        try {
            int c;
            while ((c = socket.getInputStream().read()) >= 0) {
                said.append((char) c);
            }
        } catch (SocketException e) {
            said.append("\n[reset]");
        }
        return said.toString();
    }

    private static void isOneRefusal(String said) {
        assertThat(said).startsWith("HTTP/1.1 ").doesNotStartWith("HTTP/1.1 2");
        assertThat(said.split("HTTP/1\\.1 ", -1)).as("answers in: %s", said).hasSize(2);
        assertThat(said).doesNotContain("cm.nkap", "\tat ", "sun.net", "java.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 0\r\nContent-Length: 78\r\n\r\n",
                "Content-Length: 78\r\nContent-Length: 0\r\n\r\n",
                "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
                "Content-Length: +0\r\n\r\n",
                "Content-Length: -1\r\n\r\n",
                "Content-Length: 0x0\r\n\r\n",
                "Content-Length: 0, 0\r\n\r\n",
                "Content-Length: 99999999999999999999\r\n\r\n",
                "Host: y\r\nContent-Length: 0\r\n\r\n",
                "X-A: 1\rContent-Length: 0\rTransfer-Encoding: chunked\r\n\r\n",
                "X-A: a\u0000b\r\nContent-Length: 0\r\n\r\n",
                "Authorization: a\r\nAuthorization: b\r\nContent-Length: 0\r\n\r\n"
            })
    void nobodyHidesARequestBehindAnothersEnd(String headers) throws IOException {
        isOneRefusal(said(CARD + headers + HIDDEN));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /health/liveness HTTP/1.1\nHost: x\r\n\r\n",
                "GET /health/liveness HTTP/1.1\r\n\r\n",
                "GET /health/liveness HTTP/2.0\r\nHost: x\r\n\r\n",
                "GET  /health/liveness HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /health/liveness\r\nHost: x\r\n\r\n",
                "GET /health/liveness HTTP/1.1 \r\nHost: x\r\n\r\n",
                "GET /health/liveness HTTP/1.1\r\nHost: a b\r\n\r\n",
                "GET /health/li{veness HTTP/1.1\r\nHost: x\r\n\r\n",
                "POST /v1/postcards/a HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
            })
    void aRequestThatIsNotQuiteHttpIsRefused(String request) throws IOException {
        isOneRefusal(said(request + HIDDEN));
    }

    @Test
    void chunksMayCarryExtensionsWhichMeanNothing() throws IOException {
        var said = said(CARD + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n3;a=b\r\nabc\r\n0;c\r\n\r\n");

        // Refused or understood, but never a body of another length than a proxy would see.
        assertThat(said).containsAnyOf("\"bytes\":3", "HTTP/1.1 4", "HTTP/1.1 500");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"zz\r\nabc\r\n0\r\n\r\n", "-3\r\nabc\r\n0\r\n\r\n", "3\nabc\n0\n\n", "ffffffffffffffff\r\n"})
    void chunksOfNoLengthAreNoBody(String chunks) throws IOException {
        var said = said(CARD + "Transfer-Encoding: chunked\r\n\r\n" + chunks + HIDDEN);

        assertThat(said).doesNotContain("\"bytes\"", "HTTP/1.1 200", "java.", "cm.nkap");
    }

    @Test
    void aBodyThatDripsIsToldSoAndCutOff() throws IOException {
        long began = System.nanoTime();
        try (var socket = connect()) {
            socket.getOutputStream()
                    .write((CARD + "Content-Length: 50\r\n\r\nabc").getBytes(StandardCharsets.US_ASCII));

            var said = rest(socket);

            assertThat(said).startsWith("HTTP/1.1 408").contains("\"code\":\"request_timeout\"");
            assertThat(said).containsIgnoringCase("connection: close").containsIgnoringCase("no-store");
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isBetween(Duration.ofMillis(900), LIMIT);
        }
        Until.holds(LIMIT, "its log says so", () -> process.output().contains("status=408"));
    }

    @Test
    void headersThatDripAreCutOff() throws IOException {
        try (var socket = connect()) {
            socket.getOutputStream().write("GET /health/liveness HT".getBytes(StandardCharsets.US_ASCII));

            assertThat(rest(socket)).doesNotContain("200");
        }
    }

    @Test
    void tooManyOrTooLongHeadersAreCutOff() throws IOException {
        var many = new StringBuilder("GET /health/liveness HTTP/1.1\r\nHost: x\r\n");
        for (int i = 0; i < 150; i++) {
            many.append("X-").append(i).append(": a\r\n");
        }
        var longOne = "GET /health/liveness HTTP/1.1\r\nHost: x\r\nX-A: " + "a".repeat(40_000) + "\r\n\r\n";
        var longLine = "GET /" + "a".repeat(40_000) + " HTTP/1.1\r\nHost: x\r\n\r\n";

        assertThat(said(many + "\r\n")).doesNotContain("200");
        assertThat(said(longOne)).doesNotContain("200");
        assertThat(said(longLine)).doesNotContain("200");
        assertThat(said("GET /health/liveness HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .as("it still serves")
                .startsWith("HTTP/1.1 200");
    }

    @Test
    void twoRequestsOnOneConnectionAreTwoAnswers() throws IOException {
        var said = said("GET /health/liveness HTTP/1.1\r\nHost: x\r\n\r\n" + HIDDEN);

        assertThat(said.split("HTTP/1\\.1 200", -1)).hasSize(3);
    }
}
