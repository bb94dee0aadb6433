package cm.nkap.events;

import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers events from JetStream to functions, at least once. Events about one object go to a function one after the other, in
 * the order of the stream, a failing one holding back those behind it until it is done or parked; different objects go side by side.
 * After a crash, what was held comes again and may come after newer events: functions decide by state, not by arrival.
 */
public final class Dispatcher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    private final NatsLink link;
    private final DispatcherSettings settings;
    private final List<Courier> couriers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    private Dispatcher(NatsSettings nats, DispatcherSettings settings) {
        this.link = new NatsLink(nats);
        this.settings = settings;
    }

    /** Starts delivering in the background; NATS may be away now or later. */
    public static Dispatcher start(
            NatsSettings nats,
            DispatcherSettings settings,
            List<Subscription> subscriptions,
            EventSink sink,
            DeadLetters deadLetters) {
        return start(nats, settings, subscriptions, sink, deadLetters, OpenTelemetry.noop());
    }

    /** The same, which tells how it goes. */
    public static Dispatcher start(
            NatsSettings nats,
            DispatcherSettings settings,
            List<Subscription> subscriptions,
            EventSink sink,
            DeadLetters deadLetters,
            OpenTelemetry telemetry) {
        Dispatcher dispatcher = new Dispatcher(nats, settings);
        EventMetrics metrics = new EventMetrics(telemetry.getMeter("cm.nkap.events"));
        EventSpans spans = new EventSpans(telemetry);
        metrics.connection(dispatcher.link.client(), dispatcher.link::isConnected);
        for (Subscription to : subscriptions) {
            Delivery delivery = new Delivery(dispatcher.link, to, settings, sink, deadLetters, metrics, spans);
            Courier courier = new Courier(dispatcher.link, to, settings, delivery);
            dispatcher.couriers.add(courier);
            dispatcher.threads.add(
                    Thread.ofVirtual().name("nkap-courier-" + to.durable()).start(courier::run));
        }
        metrics.queue("nkap.event.held", "Events taken from NATS and not finished", dispatcher::held);
        Thread.ofVirtual().name("nkap-heartbeat").start(dispatcher::heartbeats);
        return dispatcher;
    }

    /** Returns how many messages are taken from NATS and not finished. */
    public int held() {
        return couriers.stream().mapToInt(Courier::held).sum();
    }

    /** Stops pulling, lets running deliveries end, gives the rest back to NATS at once. */
    @Override
    public void close() {
        link.startClosing();
        long limit = System.nanoTime() + settings.drain().toNanos();
        try {
            for (Thread thread : threads) {
                boolean _ = thread.join(Duration.ofNanos(Math.max(1, limit - System.nanoTime())));
            }
            for (Courier courier : couriers) {
                courier.awaitEmpty(Duration.ofNanos(Math.max(1, limit - System.nanoTime())));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (held() > 0) {
            LOG.warn("stopped_before_drained held={}", held());
        }
        link.close();
    }

    private void heartbeats() {
        try {
            while (!link.await(settings.ackWait().dividedBy(3))) {
                couriers.forEach(Courier::heartbeat);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
