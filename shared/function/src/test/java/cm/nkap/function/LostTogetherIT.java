package cm.nkap.function;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.events.ChargeEvent;
import cm.nkap.events.DeliveryFailed;
import cm.nkap.events.Envelope;
import cm.nkap.events.EventSink;
import cm.nkap.events.Subscription;
import cm.nkap.testing.Until;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The answer to the commit of a whole batch is lost: nobody is told that it failed, and nothing is run again blindly. */
class LostTogetherIT {
    private static final Subscription FAILED = new Subscription("notebook", "nkap.charge.failed");
    private static final int TOGETHER = 20;

    private final List<String> told = Collections.synchronizedList(new ArrayList<>());
    private final List<Envelope> events =
            IntStream.range(0, TOGETHER).mapToObj(i -> failed("ch_" + i)).toList();

    @SuppressWarnings("NullAway.Init") // made before each test
    private Running running;

    @SuppressWarnings("NullAway.Init") // made before each test
    private CuttingProxy proxy;

    @SuppressWarnings("NullAway.Init") // made before each test
    private FunctionApplication behindProxy;

    @BeforeEach
    void start() {
        running = new Running();
        var direct = running.database.url();
        proxy = new CuttingProxy(Integer.parseInt(direct.replaceAll("^jdbc:postgresql://[^:/]+:(\\d+)/.*", "$1")));
        var settings = new HashMap<>(running.settings);
        settings.put("DATABASE_URL", direct.replaceFirst("//[^/]+/", "//127.0.0.1:" + proxy.port() + "/"));
        behindProxy = FunctionApplication.start(settings);
    }

    @AfterEach
    void stop() {
        behindProxy.close();
        proxy.close();
        running.close();
    }

    private static Envelope failed(String charge) {
        return failed(charge, "payer_timeout");
    }

    private static Envelope failed(String charge, String code) {
        return Envelope.of(
                "/nkap/test", "boutique-douala", Instant.now(), null, new ChargeEvent.Failed(charge, "mer_1", code));
    }

    private void deliver(EventSink sink, Envelope event) {
        try {
            sink.deliver(FAILED, event);
            told.add("done");
        } catch (DeliveryFailed e) {
            told.add(e.kind() + " " + e.getMessage());
        } catch (IllegalStateException e) {
            told.add(String.valueOf(e.getMessage()));
        }
    }

    /** Delivers all of them as one batch, behind a first one that is held up; cuts the connection around its commit. */
    private void deliverTogether(Runnable cut) {
        var gate = Behaviour.closeGate();
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            // It fails, so that the batch's commit is the connection's first: the proxy knows only that one.
            callers.execute(() -> deliver(behindProxy.inProcess(), failed("ch_first", "poison")));
            Until.holds(Duration.ofSeconds(10), "the first runs", () -> Behaviour.BATCHES.size() == 1);
            events.forEach(event -> callers.execute(() -> deliver(behindProxy.inProcess(), event)));
            Until.holds(Duration.ofSeconds(10), "all have come", () -> Behaviour.ARRIVED.get() == 1 + TOGETHER);
            var second = Behaviour.closeGate();
            gate.countDown();
            Until.holds(Duration.ofSeconds(10), "the batch runs", () -> Behaviour.BATCHES.size() == 2);
            cut.run();
            second.countDown();
        }
    }

    @Test
    void aCommitThatHappenedUnheardIsUnknownToEachAndSettledByTheNextDelivery() {
        deliverTogether(proxy::cutAfterCommit);

        assertThat(proxy.cuts()).isOne();
        assertThat(told).hasSize(1 + TOGETHER).doesNotContain("done");
        assertThat(told.stream().filter(it -> it.contains("outcome_unknown"))).hasSize(TOGETHER);
        assertThat(Behaviour.BATCHES).containsExactly(1, TOGETHER);

        events.forEach(event -> deliver(behindProxy.inProcess(), event));

        assertThat(running.count("notebook.note")).isEqualTo(TOGETHER);
        assertThat(running.count("events.inbox")).isEqualTo(TOGETHER);
        assertThat(Behaviour.BATCHES).as("the inbox had them all").containsExactly(1, TOGETHER);
    }

    @Test
    void aCommitThatNeverArrivedIsUnknownTooAndDoneByTheNextDelivery() {
        deliverTogether(proxy::cutBeforeCommit);

        assertThat(told.stream().filter(it -> it.contains("outcome_unknown"))).hasSize(TOGETHER);
        assertThat(Behaviour.BATCHES).containsExactly(1, TOGETHER);
        assertThat(running.count("notebook.note")).isZero();

        events.forEach(event -> deliver(behindProxy.inProcess(), event));

        assertThat(running.count("notebook.note")).isEqualTo(TOGETHER);
        assertThat(running.count("events.outbox")).isEqualTo(TOGETHER);
    }
}
