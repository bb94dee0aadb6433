package cm.nkap.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import cm.nkap.testing.Until;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

class DispatcherMainIT {
    @Test
    void deliversEachEventToTheAddressesOfItsFunctions() throws IOException {
        Line line = new Line();
        Queue<String> got = new ConcurrentLinkedQueue<>();
        HttpServer functions = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        functions.createContext("/", exchange -> {
            try (exchange) {
                Envelope event = Envelope.fromJson(exchange.getRequestBody().readAllBytes());
                got.add(exchange.getRequestURI().getPath() + " " + event.type());
                exchange.sendResponseHeaders(204, -1);
            }
        });
        functions.start();
        String url = "http://127.0.0.1:" + functions.getAddress().getPort() + "/";
        Map<String, String> env = new HashMap<>(line.rows.settings());
        env.put("NATS_URL", line.nats.url());
        env.put("NKAP_EVENT_SECRET", "s3cret");
        env.put("NKAP_FUNCTION_URLS", "create-charge=%1$sc, payout=%1$sp, provider-gateway=%1$sg".formatted(url));

        try (Dispatcher dispatcher = DispatcherMain.start(env)) {
            line.emit(List.of(Samples.charge("ch_1"), Samples.collection("ch_1", 5), Samples.expired("ch_1")));

            Until.holds(Line.LIMIT, "both delivered", () -> got.size() == 2 && dispatcher.held() == 0);
            assertThat(got)
                    .containsExactlyInAnyOrder(
                            "/g cm.nkap.charge.created.v1", "/c cm.nkap.provider.collection.succeeded.v1");
        } finally {
            functions.stop(0);
            line.close();
        }
    }

    @Test
    void everySettingThatIsMissingIsNamedAtOnce() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DispatcherMain.start(
                        Map.of("NKAP_FUNCTION_URLS", "payout=http://127.0.0.1:1", "NKAP_DISPATCHER_IN_FLIGHT", "0")))
                .withMessageContaining("NATS_URL is not set")
                .withMessageContaining("DATABASE_URL is not set")
                .withMessageContaining("NKAP_EVENT_SECRET is not set")
                .withMessageContaining("NKAP_FUNCTION_URLS has no create-charge")
                .withMessageContaining("NKAP_DISPATCHER_IN_FLIGHT must be");
    }
}
