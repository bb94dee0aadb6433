package cm.nkap.local.system;

import cm.nkap.events.AllOrgs;
import cm.nkap.events.DeadLetters;
import cm.nkap.events.Dispatcher;
import cm.nkap.events.DispatcherSettings;
import cm.nkap.events.NatsSettings;
import cm.nkap.events.Subscriptions;
import cm.nkap.function.FunctionApplication;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All functions, the dispatcher and the timer in this process, on real parts of their own. */
final class NkapSystem implements AutoCloseable {
    /** Patient for a test's while: an event that no function takes is parked after a second. */
    static final DispatcherSettings DELIVERY = new DispatcherSettings(
            64,
            4_000,
            6,
            Duration.ofMillis(50),
            Duration.ofMillis(500),
            Duration.ofMinutes(5),
            Duration.ofSeconds(1),
            Duration.ofSeconds(3));

    final Surroundings surroundings;
    final FunctionApplication functions;
    final Audit audit;
    private @Nullable Dispatcher dispatcher;
    private final SweepTimer timer;

    private NkapSystem(Surroundings surroundings, Map<String, String> changes, boolean delivers) {
        this.surroundings = surroundings;
        this.audit = new Audit(surroundings);
        Map<String, String> settings = new HashMap<>(surroundings.settings(Surroundings.freePort()));
        settings.put("NKAP_EVENTS", "in-process");
        settings.putAll(changes);
        functions = FunctionApplication.start(settings);
        dispatcher = delivers ? deliver(surroundings, functions) : null;
        timer = new SweepTimer(url());
    }

    static NkapSystem start() {
        return start(Map.of());
    }

    /** @param changes settings that differ from {@link Surroundings#settings} */
    static NkapSystem start(Map<String, String> changes) {
        return new NkapSystem(new Surroundings(Surroundings.OPENING), changes, true);
    }

    /** Without float at the provider. */
    static NkapSystem withoutFloat() {
        return new NkapSystem(new Surroundings(0), Map.of(), true);
    }

    /** Nobody takes events from NATS to the functions. */
    static NkapSystem withoutDispatcher() {
        return new NkapSystem(new Surroundings(Surroundings.OPENING), Map.of("NKAP_EVENTS", "http"), false);
    }

    static Dispatcher deliver(Surroundings surroundings, FunctionApplication functions) {
        return Dispatcher.start(
                NatsSettings.of(surroundings.nats.url(), "nkap-test-dispatcher"),
                DELIVERY,
                Subscriptions.ALL,
                functions.inProcess(),
                new DeadLetters(AllOrgs.of(surroundings.app)),
                functions.context().getBean(OpenTelemetry.class));
    }

    String url() {
        return "http://127.0.0.1:" + functions.port();
    }

    Doors doors() {
        return (method, path) -> url();
    }

    Simulator simulator() {
        return surroundings.simulator;
    }

    /** Paid out when it asks. */
    Shop shop() {
        return Shop.open(surroundings, doors());
    }

    /** Paid out at once, to this wallet. */
    Shop shopPaidOutTo(String wallet) {
        return Shop.paidOutTo(wallet, surroundings, doors());
    }

    Api caller(String org, String role) {
        return new Api(doors(), surroundings.token(org, role));
    }

    /** From now on events stay in NATS. */
    void stopDelivering() {
        if (dispatcher != null) {
            dispatcher.close();
            dispatcher = null;
        }
    }

    void deliverAgain() {
        dispatcher = deliver(surroundings, functions);
    }

    /** Lets the timer tick once more and waits until every event of it was consumed. */
    void sweep() {
        timer.tick();
        audit.everyEventIsConsumed();
    }

    @Override
    public void close() {
        timer.close();
        stopDelivering();
        functions.close();
        surroundings.close();
    }
}
