package cm.nkap.createcharge;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.events.DeliveryFailed;
import cm.nkap.events.Envelope;
import cm.nkap.events.EventSink;
import cm.nkap.events.Subscription;
import cm.nkap.function.FunctionApplication;
import cm.nkap.payments.Charge;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Three of create-charge, each with its own queue and pool, get every event, each in an order of its own. */
@Timeout(180)
class SettleAcrossProcessesTest {
    private static final Subscription COLLECTIONS = new Subscription("create-charge", "nkap.provider.collection.>");
    private static final int EVENTS = 2_000;
    private static final int UNDER_WAY = 300;

    private final Till till = new Till(Map.of());
    private final List<FunctionApplication> others = new ArrayList<>();

    @AfterEach
    void stop() {
        others.forEach(FunctionApplication::close);
        till.close();
    }

    @Test
    void everyEventHasItsEffectOnceHoweverManySettleIt() throws Exception {
        String shop = till.shop(Till.DOUALA, "active");
        List<Charge> charges = till.charges(shop, EVENTS);
        List<Envelope> events = charges.stream().map(Rush::paid).toList();
        var doors = new ArrayList<EventSink>(List.of(till.served.application().inProcess()));
        for (int i = 0; i < 2; i++) {
            var settings = new HashMap<>(till.served.settings());
            settings.put("NKAP_SETTLE_AT_ONCE", "2");
            others.add(FunctionApplication.start(settings));
            doors.add(others.getLast().inProcess());
        }
        long deadlocks = till.deadlocks();
        var failures = deliverToEach(doors, events);

        assertThat(failures).isEmpty();
        assertThat(till.settled(charges)).isEqualTo(EVENTS);
        assertThat(till.collected(charges)).isEqualTo(EVENTS);
        assertThat(till.balance("float:mtn")).isEqualTo(EVENTS * 1_000L);
        assertThat(till.balance("merchant:" + shop + ":payable")).isEqualTo(EVENTS * 985L);
        assertThat(till.deadlocks()).isEqualTo(deadlocks);
    }

    private static List<Exception> deliverToEach(List<EventSink> doors, List<Envelope> events) {
        var failures = Collections.synchronizedList(new ArrayList<Exception>());
        try (var deliveries = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int d = 0; d < doors.size(); d++) {
                var door = doors.get(d);
                var mine = new ArrayList<>(events);
                Collections.shuffle(mine, new Random(d));
                var turns = new Semaphore(UNDER_WAY);
                mine.forEach(event -> deliveries.execute(() -> {
                    turns.acquireUninterruptibly();
                    try {
                        door.deliver(COLLECTIONS, event);
                    } catch (DeliveryFailed | RuntimeException e) {
                        failures.add(e);
                    } finally {
                        turns.release();
                    }
                }));
            }
        }
        return failures;
    }
}
