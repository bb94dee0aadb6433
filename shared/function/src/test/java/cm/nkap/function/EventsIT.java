package cm.nkap.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cm.nkap.events.ChargeEvent;
import cm.nkap.events.DeliveryFailed;
import cm.nkap.events.Envelope;
import cm.nkap.events.Event;
import cm.nkap.events.Subscription;
import cm.nkap.secrets.SecretsFailure;
import cm.nkap.testing.Until;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventsIT {
    private static final Subscription FAILED = new Subscription("notebook", "nkap.charge.failed");
    private static final Subscription EXPIRED = new Subscription("notebook", "nkap.charge.expired");
    private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    @SuppressWarnings("NullAway.Init") // made before the first test
    private static Running running;

    @BeforeAll
    static void start() {
        running = new Running();
    }

    @AfterAll
    static void stop() {
        running.close();
    }

    @BeforeEach
    void reset() {
        Behaviour.reset();
        running.execute("TRUNCATE notebook.note, events.outbox, events.pending, events.inbox");
    }

    private static Envelope event(Event event) {
        return Envelope.of("/nkap/test", "boutique-douala", Instant.now(), TRACE, event);
    }

    private static Envelope failed(String charge, String code) {
        return event(new ChargeEvent.Failed(charge, "mer_1", code));
    }

    private static HttpResponse<String> structured(byte[] json, String secret) {
        return running.send(running.to("/")
                .header("content-type", "application/cloudevents+json; charset=utf-8")
                .header("x-nkap-event-secret", secret)
                .POST(BodyPublishers.ofByteArray(json)));
    }

    private static HttpResponse<String> structured(Envelope event) {
        return structured(event.toJson(), Running.SECRET);
    }

    @Test
    void aStructuredEventSettlesOnceHoweverOftenItComes() {
        var event = failed("ch_1", "payer_timeout");

        for (int i = 0; i < 3; i++) {
            assertThat(structured(event).statusCode()).isEqualTo(204);
        }

        assertThat(running.count("notebook.note")).isOne();
        assertThat(running.count("events.inbox")).isOne();
        assertThat(running.text("SELECT source FROM events.outbox")).isEqualTo("/nkap/notebook");
        assertThat(running.text("SELECT traceparent FROM events.outbox")).isEqualTo(TRACE);
    }

    @Test
    void aBinaryEventSettlesToo() {
        var answer = running.send(running.to("/")
                .header("content-type", "application/json")
                .header("x-nkap-event-secret", Running.SECRET)
                .header("ce-specversion", "1.0")
                .header("ce-id", "ev_binary")
                .header("ce-source", "/nkap/test")
                .header("ce-type", "cm.nkap.charge.failed.v1")
                .header("ce-time", "2026-01-31T12:00:00Z")
                .header("ce-orgid", "boutique-douala")
                .POST(BodyPublishers.ofString("{\"charge\":\"ch_2\",\"merchant\":\"mer_1\",\"code\":\"x\"}")));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
        assertThat(running.text("SELECT text FROM notebook.note")).isEqualTo("failed ch_2");
    }

    @Test
    void whatNobodyHereWantsIsTakenAndForgotten() {
        var unwanted = event(new ChargeEvent.BecameUnknown("ch_1", "mer_1"));
        var unknown = new String(failed("ch_1", "x").toJson(), java.nio.charset.StandardCharsets.UTF_8)
                .replace("cm.nkap.charge.failed.v1", "cm.nkap.charge.sold.v9");

        assertThat(structured(unwanted).statusCode()).isEqualTo(204);
        assertThat(structured(unknown.getBytes(java.nio.charset.StandardCharsets.UTF_8), Running.SECRET)
                        .statusCode())
                .isEqualTo(204);
        assertThat(running.count("notebook.note")).isZero();
    }

    @Test
    void onlyWhoKnowsTheSecretDelivers() {
        assertThat(structured(failed("ch_1", "x").toJson(), "guess").statusCode())
                .isEqualTo(401);
        assertThat(running.send(running.to("/")
                                .POST(BodyPublishers.ofByteArray(
                                        failed("ch_1", "x").toJson())))
                        .statusCode())
                .isEqualTo(401);
        assertThat(running.count("notebook.note")).isZero();
    }

    @Test
    void whatIsNoEventIsABadRequest() {
        assertThat(structured("{}".getBytes(java.nio.charset.StandardCharsets.UTF_8), Running.SECRET)
                        .statusCode())
                .isEqualTo(400);
        assertThat(running.send(running.to("/")
                                .header("x-nkap-event-secret", Running.SECRET)
                                .POST(BodyPublishers.ofString("hello")))
                        .statusCode())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({"422, 500", "404, 500", "409, 500", "500, 500", "503, 503", "429, 429"})
    void aFailureIsAnsweredSoThatTheEventComesAgain(int refused, int answered) {
        var event = event(new ChargeEvent.Expired("ch_1", "mer_1"));
        Behaviour.failReactions(refused);
        assertThat(structured(event).statusCode()).isEqualTo(answered);

        Behaviour.reset();
        assertThat(structured(event).statusCode()).isEqualTo(204);
        assertThat(running.count("notebook.note")).isOne();
    }

    @Test
    void aPoisonedEventFailsAloneAndAgain() {
        assertThat(structured(failed("ch_1", "poison")).statusCode()).isEqualTo(500);
        assertThat(running.count("events.inbox")).isZero();
    }

    @Test
    void whatComesAtTheSameMomentSharesOneTransactionAndOnlyTheGuiltyOneFails() throws Exception {
        var gate = Behaviour.closeGate();
        var sink = running.application.inProcess();
        try (var deliveries = Executors.newVirtualThreadPerTaskExecutor()) {
            var first = deliveries.submit(() -> deliver(sink, failed("ch_0", "x")));
            Until.holds(Duration.ofSeconds(10), "the first settles", () -> Behaviour.BATCHES.size() == 1);
            var others = new ArrayList<Future<Boolean>>();
            IntStream.rangeClosed(1, 20)
                    .forEach(i -> others.add(
                            deliveries.submit(() -> deliver(sink, failed("ch_" + i, i == 7 ? "poison" : "x")))));
            Until.holds(
                    Duration.ofSeconds(10), "all are on their way", () -> Behaviour.ARRIVED.get() == others.size() + 1);
            gate.countDown();

            assertThat(first.get()).isTrue();
            for (int i = 0; i < others.size(); i++) {
                var one = others.get(i);
                if (i == 6) {
                    assertThatThrownBy(one::get)
                            .isInstanceOf(ExecutionException.class)
                            .hasStackTraceContaining("poison");
                } else {
                    assertThat(one.get()).isTrue();
                }
            }
        }
        assertThat(Behaviour.BATCHES).anySatisfy(size -> assertThat(size).isGreaterThan(5));
        assertThat(running.count("notebook.note")).isEqualTo(20);
        assertThat(running.count("events.inbox")).isEqualTo(20);
    }

    private static boolean deliver(cm.nkap.events.EventSink sink, Envelope event) throws DeliveryFailed {
        sink.deliver(FAILED, event);
        return true;
    }

    @Test
    void theSameEventTwiceAtOnceSettlesOnce() throws Exception {
        var event = failed("ch_1", "x");
        var sink = running.application.inProcess();
        try (var second = FunctionApplication.start(running.settings);
                var deliveries = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = IntStream.range(0, 30)
                    .mapToObj(i -> deliveries.submit(() -> deliver(i % 2 == 0 ? sink : second.inProcess(), event)))
                    .toList();
            for (var one : all) {
                assertThat(one.get()).isTrue();
            }
        }
        assertThat(running.count("notebook.note")).isOne();
    }

    @ParameterizedTest
    @CsvSource({"503, UNAVAILABLE", "429, UNAVAILABLE", "500, FAILED", "409, FAILED", "422, FAILED"})
    void inProcessOnlyWhatPassesByItselfIsWaitedForWithoutCounting(int refused, DeliveryFailed.Kind kind) {
        Behaviour.failReactions(refused);

        assertThatThrownBy(() -> running.application
                        .inProcess()
                        .deliver(EXPIRED, event(new ChargeEvent.Expired("ch_1", "mer_1"))))
                .isInstanceOfSatisfying(DeliveryFailed.class, failure -> assertThat(failure.kind())
                        .isEqualTo(kind));
    }

    @Test
    void aLostConnectionIsWaitedForHoweverItSurfaces() {
        var lost = new IllegalStateException(new SQLException("connection reset", "08006"));

        assertThat(Refusals.isPartAway(lost)).isTrue();
        assertThat(Refusals.isPartAway(new SecretsFailure.Unavailable("sealed")))
                .isTrue();
        assertThat(Refusals.isPartAway(new SecretsFailure.Denied("no"))).isFalse();
        assertThat(Refusals.isPartAway(new IllegalStateException(new SQLException("no such column", "42703"))))
                .isFalse();
    }

    @Test
    void aFunctionThatIsNotHereIsUnavailableInProcess() {
        assertThatThrownBy(() -> running.application
                        .inProcess()
                        .deliver(new Subscription("payout", "nkap.charge.failed"), failed("ch_1", "x")))
                .isInstanceOfSatisfying(DeliveryFailed.class, failure -> assertThat(failure.kind())
                        .isEqualTo(DeliveryFailed.Kind.UNAVAILABLE));
    }

    @Test
    void withoutASecretTheDoorIsShut() {
        var settings = new java.util.HashMap<>(running.settings);
        settings.remove("NKAP_EVENT_SECRET");
        try (var shut = FunctionApplication.start(settings)) {
            var answer = running.send(Running.to(shut.port(), "/")
                    .header("content-type", "application/cloudevents+json")
                    .POST(BodyPublishers.ofByteArray(failed("ch_1", "x").toJson())));
            assertThat(answer.statusCode()).isEqualTo(404);
        }
        settings.putAll(Map.of("NKAP_EVENTS_OPEN", "true"));
        try (var open = FunctionApplication.start(settings)) {
            var answer = running.send(Running.to(open.port(), "/")
                    .header("content-type", "application/cloudevents+json")
                    .POST(BodyPublishers.ofByteArray(failed("ch_1", "x").toJson())));
            assertThat(answer.statusCode()).isEqualTo(204);
        }
    }
}
