package cm.nkap.function.http;

import cm.nkap.function.Setting;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP server's settings.
 *
 * @param port NKAP_PORT; 0 takes a free one; when it is not set, {@code platformPort}, else 8080
 * @param platformPort PORT, which a container platform sets; then the server listens on every address
 * @param host address to listen on; the loopback unless a platform gave the port
 * @param maxConcurrent calls that run at the same time; the next one is told 503
 * @param maxEvents event deliveries that run at the same time; the next one is told 429
 * @param maxConnections open connections
 * @param requestTime how long a client may take to send its request; then the connection is closed
 * @param bodyTime how long its body may take of that, counted from the end of the headers; then it is told 408
 * @param strictTransport how long browsers are told to insist on TLS (HSTS); set it where callers reach us by TLS only
 * @param drain how long a stop waits for running calls
 * @param events how events come: {@code http} opens the event door
 * @param eventSecret what {@code x-nkap-event-secret} must say
 * @param eventsOpen true to take events without a secret, behind a network policy
 */
public record ServerConfig(
        @Nullable Integer port,
        @Setting(env = "PORT") @Nullable Integer platformPort,
        @Nullable String host,
        @Setting(orElse = "128") int maxConcurrent,
        @Setting(orElse = "256") int maxEvents,
        @Setting(orElse = "2000") int maxConnections,
        @Setting(orElse = "15s") Duration requestTime,
        @Setting(orElse = "10s") Duration bodyTime,
        @Nullable Duration strictTransport,
        @Setting(orElse = "20s") Duration drain,
        @Setting(orElse = "http") String events,
        @Setting(secret = true) @Nullable String eventSecret,
        @Setting(orElse = "false") boolean eventsOpen) {

    public ServerConfig {
        if (!events.equals("http") && !events.equals("in-process")) {
            throw new IllegalArgumentException("NKAP_EVENTS is http or in-process");
        }
        if (maxConcurrent < 1 || maxEvents < 1) {
            throw new IllegalArgumentException("NKAP_MAX_CONCURRENT and NKAP_MAX_EVENTS are at least 1");
        }
        if (bodyTime.compareTo(requestTime) >= 0) {
            throw new IllegalArgumentException("NKAP_BODY_TIME is shorter than NKAP_REQUEST_TIME");
        }
    }

    int effectivePort() {
        if (port != null) {
            return port;
        }
        return platformPort == null ? 8080 : platformPort;
    }

    String effectiveHost() {
        if (host != null) {
            return host;
        }
        return platformPort == null ? "127.0.0.1" : "0.0.0.0";
    }
}
