package cm.nkap.events;

import java.time.Duration;

/**
 * Where NATS is and how the stream {@code NKAP} is kept. All processes of one system must agree on the stream's values.
 *
 * @param url for example {@code nats://127.0.0.1:4222}
 * @param client name shown in NATS' list of connections
 * @param maxAge how long the stream keeps a message
 * @param duplicateWindow how long a repeated Nats-Msg-Id is dropped by the stream
 * @param replicas copies in a NATS cluster, 1 on a single server
 */
public record NatsSettings(String url, String client, Duration maxAge, Duration duplicateWindow, int replicas) {
    /** Seven days of messages, ten minutes of duplicate window, one copy. */
    public static NatsSettings of(String url, String client) {
        return new NatsSettings(url, client, Duration.ofDays(7), Duration.ofMinutes(10), 1);
    }
}
