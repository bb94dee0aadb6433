package cm.nkap.events;

import java.time.Duration;

/**
 * How hard the dispatcher works and how long it is patient; each value holds per subscription.
 *
 * @param inFlight deliveries at the same moment
 * @param held messages taken from NATS and not finished, those that wait for their turn or their next try included
 * @param maxAttempts failed attempts after which an event is parked
 * @param firstBackoff pause before the second attempt at most (full jitter)
 * @param longestBackoff what the doubled pause never exceeds
 * @param patience how long an unavailable function is waited for before its events are parked
 * @param ackWait silence after which NATS delivers again; a heartbeat is sent three times as often
 * @param drain how long a stop waits for running deliveries
 */
public record DispatcherSettings(
        int inFlight,
        int held,
        int maxAttempts,
        Duration firstBackoff,
        Duration longestBackoff,
        Duration patience,
        Duration ackWait,
        Duration drain) {
    public static final DispatcherSettings DEFAULT = new DispatcherSettings(
            128,
            4_000,
            12,
            Duration.ofMillis(100),
            Duration.ofSeconds(30),
            Duration.ofHours(24),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10));

    public DispatcherSettings {
        if (inFlight < 1 || held < inFlight || maxAttempts < 1) {
            throw new IllegalArgumentException("inFlight and maxAttempts must be positive, held at least inFlight");
        }
        if (ackWait.toMillis() < 300) {
            throw new IllegalArgumentException("ackWait must be at least 300 ms");
        }
    }

    /** Returns these settings with another limit of deliveries at the same moment. */
    public DispatcherSettings withInFlight(int limit) {
        return new DispatcherSettings(
                limit, Math.max(held, limit), maxAttempts, firstBackoff, longestBackoff, patience, ackWait, drain);
    }

    /** Returns these settings with another number of attempts and other pauses between them. */
    public DispatcherSettings withRetries(int attempts, Duration first, Duration longest) {
        return new DispatcherSettings(inFlight, held, attempts, first, longest, patience, ackWait, drain);
    }
}
