package cm.nkap.events;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.testing.Until;
import io.nats.client.Connection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Outbox, JetStream, dispatcher and inbox together, when all goes well and when functions misbehave. */
class DeliveryIT {
    private final Line line = new Line();

    @AfterEach
    void stop() {
        line.close();
    }

    @Test
    void anEventSentManyTimesHasItsEffectOnce() throws Exception {
        List<Envelope> events = Samples.collections(150);
        line.emit(events);
        for (int copy = 1; copy <= 3; copy++) {
            int n = copy;
            List<Pending> copies = events.stream()
                    .map(Pending::of)
                    .map(row -> new Pending(
                            row.id(), row.type(), row.body(), row.traceparent(), n, null, Pending.State.OWED))
                    .toList();
            assertThat(line.publisher.publishAndWait(copies, Line.LIMIT)).hasSize(150);
        }
        AtomicInteger deliveries = new AtomicInteger();
        line.dispatch((to, event) -> {
            deliveries.incrementAndGet();
            line.rows.consume(to, event);
        });

        line.awaitEffects(150);
        line.awaitIdle();

        assertThat(deliveries).hasValueGreaterThanOrEqualTo(600);
        assertThat(line.rows.effects()).isEqualTo(150);
        assertThat(line.republisher.run()).isEqualTo(new Republisher.Result(0, 0, 150));
        assertThat(line.rows.pending()).isEmpty();
    }

    @Test
    void whatNobodyWantsIsDoneWhenTheStreamHasItAndOnlyThat() {
        List<Envelope> unwanted =
                IntStream.range(0, 20).mapToObj(i -> Samples.expired("ch_" + i)).toList();
        Envelope wanted = Samples.collection("ch_1", 1);

        line.emit(unwanted);
        line.emit(List.of(wanted));

        Until.holds(Line.LIMIT, "confirmed", () -> line.rows.pending().size() == 1 && line.publisher.unfinished() == 0);
        assertThat(line.rows.pending()).containsExactly(wanted.id());
    }

    @Test
    void eventsOfOneObjectKeepTheirOrderWhileOthersRunBesideThem() {
        Random random = new Random(7);
        Set<String> failing = ConcurrentHashMap.newKeySet();
        List<Envelope> events = new ArrayList<>();
        for (int n = 1; n <= 25; n++) {
            for (int key = 0; key < 12; key++) {
                events.add(Samples.collection("ch_" + key, n));
            }
        }
        events.stream().map(Envelope::id).filter(id -> random.nextInt(5) == 0).forEach(failing::add);
        Map<String, AtomicInteger> running = new ConcurrentHashMap<>();
        AtomicInteger together = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger collisions = new AtomicInteger();
        line.emit(events);

        line.dispatch((to, event) -> {
            String key = event.event().about();
            if (running.computeIfAbsent(key, k -> new AtomicInteger()).incrementAndGet() > 1) {
                collisions.incrementAndGet();
            }
            most.accumulateAndGet(together.incrementAndGet(), Math::max);
            try {
                if (failing.remove(event.id())) {
                    throw new IllegalStateException("the first time");
                }
                line.rows.consume(to, event);
            } finally {
                together.decrementAndGet();
                running.get(key).decrementAndGet();
            }
        });

        line.awaitEffects(300);
        assertThat(collisions).hasValue(0);
        assertThat(most).hasValueGreaterThan(1);
        assertThat(line.rows.count("""
                SELECT count(*)
                  FROM (SELECT e.n, lag(e.n) OVER (PARTITION BY e.about ORDER BY o.seq) AS before
                          FROM public.effect e JOIN events.outbox o ON o.id = e.event_id) AS pairs
                 WHERE n < before""")).isZero();
    }

    @Test
    void aPoisonEventIsParkedWithItsReasonsWhileOthersFlowAndIsReplayedWhenHealed() throws Exception {
        List<Envelope> events = Samples.collections(50);
        Envelope poison = events.get(10);
        AtomicInteger tries = new AtomicInteger();
        CountDownLatch healed = new CountDownLatch(1);
        line.emit(events);
        line.dispatch((to, event) -> {
            if (event.id().equals(poison.id()) && healed.getCount() > 0) {
                throw new IllegalStateException("try " + tries.incrementAndGet());
            }
            line.rows.consume(to, event);
        });

        line.awaitEffects(49);
        DeadLetters.DeadLetter parked =
                Until.found(Line.LIMIT, "parked", () -> waiting().stream().findFirst());
        assertThat(parked.eventId()).isEqualTo(poison.id());
        assertThat(parked.function()).isEqualTo("create-charge");
        assertThat(parked.org()).isEqualTo(Samples.ORG);
        assertThat(parked.attempts()).isEqualTo(Line.QUICK.maxAttempts());
        assertThat(parked.reasons()).hasSize(4).first().asString().endsWith("try 1");
        assertThat(Envelope.fromJson(parked.body().getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(poison);
        assertThat(line.sweepLater().republished() + line.sweepLater().published())
                .as("sweep leaves it alone")
                .isZero();
        assertThat(line.rows.pending()).as("but does not forget it").containsExactly(poison.id());

        assertThat(waiting("marche-yaounde")).isEmpty();
        assertThat(waiting(Samples.ORG)).hasSize(1);

        healed.countDown();
        assertThat(line.deadLetters().replay(line.publisher, parked.id())).isOne();
        line.awaitEffects(50);
        assertThat(waiting()).isEmpty();
        assertThat(line.deadLetters().replayAll(line.publisher)).isZero();
    }

    @Test
    void aRefusedEventIsParkedAtOnceAndParkedAgainWhenStillRefused() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        line.emit(Samples.collections(1));
        line.dispatch((to, event) -> {
            tries.incrementAndGet();
            throw DeliveryFailed.refused("no such charge");
        });
        Until.holds(Line.LIMIT, "parked", () -> waiting().size() == 1);
        assertThat(tries).hasValue(1);

        assertThat(line.deadLetters().replayOf(line.publisher, "create-charge")).isOne();

        Until.holds(Line.LIMIT, "parked again", () -> waiting().size() == 1 && tries.get() == 2);
        assertThat(waiting().getFirst().attempts()).isEqualTo(2);
        assertThat(waiting().getFirst().reasons()).containsExactly("no such charge");
    }

    @Test
    void anUnavailableFunctionIsWaitedForBeyondTheAttemptsOfAFailure() {
        AtomicInteger tries = new AtomicInteger();
        line.emit(Samples.collections(1));
        line.dispatch((to, event) -> {
            if (tries.incrementAndGet() <= Line.QUICK.maxAttempts() * 3) {
                throw DeliveryFailed.unavailable("503", null, null);
            }
            line.rows.consume(to, event);
        });

        line.awaitEffects(1);

        assertThat(waiting()).isEmpty();
    }

    @Test
    void somethingUnreadableIsParkedForThePlatform() throws Exception {
        Connection nats = line.connect();
        EventStream.ensure(nats, line.settings);
        nats.jetStream().publish("nkap.provider.collection.failed", new byte[] {0, (byte) 0xff, 'x'});
        nats.jetStream().publish("nkap.provider.collection.reversed", newerEvent());
        line.dispatch(line.rows::consume);
        line.emit(Samples.collections(1));

        line.awaitEffects(1);
        Until.holds(Line.LIMIT, "parked", () -> waiting().size() == 1);
        assertThat(waiting().getFirst().org()).isEqualTo("nkap");
        assertThat(waiting().getFirst().reasons().getFirst()).startsWith("not JSON");
    }

    @Test
    void aSlowDeliveryIsKeptAliveAndNotRepeated() throws Exception {
        AtomicInteger deliveries = new AtomicInteger();
        CountDownLatch never = new CountDownLatch(1);
        line.emit(Samples.collections(1));
        line.dispatch((to, event) -> {
            deliveries.incrementAndGet();
            try {
                boolean _ = never.await(3, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            line.rows.consume(to, event);
        });

        line.awaitEffects(1);

        Connection nats = line.connect();
        line.awaitIdle();
        assertThat(nats.jetStreamManagement()
                        .getConsumerInfo(EventStream.NAME, Line.COLLECTIONS.durable())
                        .getDelivered()
                        .getConsumerSequence())
                .as("deliveries made by NATS in three times its patience")
                .isEqualTo(1);
        assertThat(deliveries).hasValue(1);
    }

    @Test
    void aStopFinishesWhatRunsAndGivesTheRestBackAtOnce() throws Exception {
        CountDownLatch started = new CountDownLatch(16);
        CountDownLatch release = new CountDownLatch(1);
        line.emit(Samples.collections(100));
        DispatcherSettings patient = new DispatcherSettings(
                16,
                400,
                4,
                Duration.ofMillis(5),
                Duration.ofMillis(50),
                Duration.ofMinutes(1),
                Duration.ofMinutes(5),
                Duration.ofSeconds(10));
        Dispatcher first = line.dispatch(patient, (to, event) -> {
            started.countDown();
            try {
                boolean _ = release.await(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new IllegalStateException("a stop must not interrupt a running delivery", e);
            }
            line.rows.consume(to, event);
        });
        assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();

        Thread stopping = Thread.startVirtualThread(first::close);
        Until.holds(Line.LIMIT, "stopping", () -> stopping.getState() == Thread.State.TIMED_WAITING);
        release.countDown();
        assertThat(stopping.join(Duration.ofSeconds(15))).isTrue();

        assertThat(first.held()).isZero();
        assertThat(line.rows.effects()).isBetween(16L, 99L);
        line.dispatch(patient, line.rows::consume);
        line.awaitEffects(100);
        assertThat(line.rows.effects()).isEqualTo(100);
    }

    private List<DeadLetters.DeadLetter> waiting() {
        return line.rows.allOrgs.get(tx -> DeadLetters.waiting(tx, 10));
    }

    private List<DeadLetters.DeadLetter> waiting(String org) {
        return line.rows.asOrg(org, tx -> DeadLetters.waiting(tx, 10));
    }

    private static byte[] newerEvent() {
        String event = new String(Samples.collection("ch_1", 1).toJson(), StandardCharsets.UTF_8);
        return event.replace("collection.succeeded", "collection.reversed").getBytes(StandardCharsets.UTF_8);
    }
}
