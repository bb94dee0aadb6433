package cm.nkap.events;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands one event at a time per object to the function, tries again in place, and parks what will not go. */
final class Delivery {
    private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);
    private static final int FIRST_REASONS = 3;
    private static final int ALL_REASONS = 20;

    private final NatsLink link;
    private final Subscription to;
    private final DispatcherSettings settings;
    private final EventSink sink;
    private final DeadLetters deadLetters;
    private final EventMetrics metrics;
    private final EventSpans spans;
    private final Semaphore inFlight;

    Delivery(
            NatsLink link,
            Subscription to,
            DispatcherSettings settings,
            EventSink sink,
            DeadLetters deadLetters,
            EventMetrics metrics,
            EventSpans spans) {
        this.spans = spans;
        this.link = link;
        this.to = to;
        this.settings = settings;
        this.sink = sink;
        this.deadLetters = deadLetters;
        this.metrics = metrics;
        metrics.beginAtZero(to.function());
        this.inFlight = new Semaphore(settings.inFlight(), true);
    }

    /** Returns true when the message is dealt with, false when it must come again because the dispatcher stops. */
    boolean deliver(Arrival arrival) {
        try {
            Envelope event = arrival.event();
            if (event != null) {
                return deliver(event, arrival);
            }
            String unreadable = arrival.unreadable();
            if (unreadable == null) {
                // A newer version's event: when this function learns the type, sweep finds it unconsumed and sends it
                // again.
                LOG.warn("event_type_unknown consumer={} message={}", to.durable(), arrival.place());
                return true;
            }
            metrics.parked(to.function(), System.nanoTime());
            return park(DeadLetters.Parking.unreadable(to, arrival, unreadable));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private boolean deliver(Envelope event, Arrival arrival) throws InterruptedException {
        Backoff backoff = new Backoff(settings.firstBackoff(), settings.longestBackoff());
        List<String> reasons = new ArrayList<>();
        long started = System.nanoTime();
        int attempts = 0;
        int failures = 0;
        while (true) {
            DeliveryFailed failed;
            inFlight.acquire();
            try {
                if (link.isClosing()) {
                    return false;
                }
                failed = attempt(event);
            } finally {
                inFlight.release();
            }
            if (failed == null) {
                metrics.delivered(to.function(), started);
                return true;
            }
            metrics.failed(to.function(), failed.kind());
            attempts++;
            remember(reasons, failed);
            failures += failed.kind() == DeliveryFailed.Kind.FAILED ? 1 : 0;
            Duration spent = Duration.ofNanos(System.nanoTime() - started);
            if (hopeless(failed, failures, spent)) {
                LOG.warn("event_parked consumer={} event={} attempts={}", to.durable(), event.id(), attempts);
                metrics.parked(to.function(), started);
                return park(DeadLetters.Parking.of(to, event, arrival.body(), reasons, attempts));
            }
            if (link.await(pause(backoff, failed))) {
                return false;
            }
        }
    }

    private @Nullable DeliveryFailed attempt(Envelope event) {
        try (EventSpans.Delivering span = spans.delivering(to, event)) {
            try {
                sink.deliver(to, event);
                return null;
            } catch (DeliveryFailed e) {
                span.failed(e.kind());
                return e;
            } catch (RuntimeException | Error e) {
                // A broken function must cost its event, not the lane: whatever it throws counts as one failed attempt.
                LOG.debug("delivery_failed consumer={} event={}", to.durable(), event.id(), e);
                span.failed(DeliveryFailed.Kind.FAILED);
                return DeliveryFailed.failed(e.toString(), e);
            }
        }
    }

    private boolean hopeless(DeliveryFailed failed, int failures, Duration spent) {
        return switch (failed.kind()) {
            case REFUSED -> true;
            case FAILED -> failures >= settings.maxAttempts();
            case UNAVAILABLE -> spent.compareTo(settings.patience()) > 0;
        };
    }

    private static Duration pause(Backoff backoff, DeliveryFailed failed) {
        Duration drawn = backoff.next();
        Duration asked = failed.retryAfter();
        return asked != null && asked.compareTo(drawn) > 0 ? asked : drawn;
    }

    private static void remember(List<String> reasons, DeliveryFailed failed) {
        if (reasons.size() == ALL_REASONS) {
            reasons.remove(FIRST_REASONS);
        }
        reasons.add(DeadLetters.bounded(String.valueOf(failed.getMessage())));
    }

    private boolean park(DeadLetters.Parking parking) throws InterruptedException {
        Backoff backoff = new Backoff(Duration.ofMillis(200), settings.longestBackoff());
        while (true) {
            try {
                deadLetters.park(parking);
                return true;
            } catch (RuntimeException e) {
                LOG.warn("parking_waits consumer={} reason={}", to.durable(), e.toString());
            }
            if (link.await(backoff.next())) {
                return false;
            }
        }
    }
}
