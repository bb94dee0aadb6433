package cm.nkap.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.events.ChargeEvent;
import cm.nkap.events.Envelope;
import cm.nkap.events.NatsSettings;
import cm.nkap.events.Publisher;
import cm.nkap.testing.Until;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Events on their way: a poisoned one hurts nobody else, and all that happened is found from the payment. */
class EventsIT {
    private static final NkapSystem NKAP = NkapSystem.start();

    @AfterAll
    static void stop() {
        NKAP.close();
    }

    @AfterEach
    void theBooksAgree() {
        NKAP.audit.passes();
    }

    @Test
    void aPoisonedEventIsParkedAndTheOthersFlow() {
        Shop shop = NKAP.shopPaidOutTo(Shop.somebody());
        Envelope poison = Envelope.of(
                "/nkap/create-charge",
                shop.org,
                Instant.EPOCH,
                null,
                new ChargeEvent.Created("ch_nobody0knows0this0charge00", shop.merchant, "mtn", 100, "XAF"));
        NKAP.audit.leaveParked(poison.id());
        String before = shop.charge(1_000, Shop.somebody());
        publish(poison);
        String after = shop.charge(2_000, Shop.somebody());

        assertThat(shop.ended(shop.payoutOf(before)).path("status").asString()).isEqualTo("succeeded");
        assertThat(shop.ended(shop.payoutOf(after)).path("status").asString()).isEqualTo("succeeded");
        String parked = Until.found(
                Shop.LIMIT,
                "the poisoned event is parked",
                () -> NKAP.surroundings.app.inTransaction(tx -> {
                    tx.execute("SELECT set_config('nkap.orgs', '*', true)");
                    return tx.createQuery("""
                                    SELECT function || ' after ' || attempts || ', ' || jsonb_array_length(reasons)
                                    FROM events.dead_letter WHERE event_id = :id
                                    """)
                            .bind("id", poison.id())
                            .mapTo(String.class)
                            .findOne();
                }));
        assertThat(parked).isEqualTo("provider-gateway after 6, 6");
    }

    @Test
    void theTraceOfAPaidOutChargeTellsItAllUnderOneTraceId() {
        Shop shop = NKAP.shopPaidOutTo(Shop.somebody());
        String charge = shop.charge(8_000, Shop.somebody());
        String payout = shop.payoutOf(charge);
        shop.ended(payout);
        NKAP.audit.everyEventIsConsumed();

        JsonNode trace = shop.trace(charge);
        JsonNode paid = trace.at("/payouts/0");

        assertThat(trace.at("/payment/id").asString()).isEqualTo(charge);
        assertThat(shop.journals(charge)).containsExactly("charge.collected");
        assertThat(requests(trace)).containsExactly("collect succeeded");
        assertThat(attempts(trace)).startsWith("submit accepted").contains("status succeeded");
        assertThat(trace.path("callbacks").size()).isOne();
        assertThat(shop.events(charge))
                .contains("charge.created", "provider.callback_received")
                .endsWith("provider.collection.succeeded", "charge.succeeded");
        assertThat(paid.at("/payout/id").asString()).isEqualTo(payout);
        assertThat(requests(paid)).containsExactly("disburse succeeded");
        assertThat(attempts(paid)).startsWith("submit accepted").contains("status succeeded");
        assertThat(paid.path("callbacks").size()).isOne();
        assertThat(shop.events(payout)).startsWith("payout.requested").endsWith("payout.succeeded");
        assertThat(trace.path("trace_ids").size()).isOne();
        assertThat(traceIds(trace, paid))
                .containsExactly(trace.at("/trace_ids/0").asString());
    }

    private static void publish(Envelope event) {
        try (Publisher publisher =
                new Publisher(NatsSettings.of(NKAP.surroundings.nats.url(), "poisoner"), ids -> {})) {
            publisher.publish(List.of(event));
            Until.holds(Shop.LIMIT, "published", () -> publisher.unfinished() == 0);
        }
    }

    private static List<String> requests(JsonNode trace) {
        return trace.path("provider_requests")
                .valueStream()
                .map(request -> request.path("kind").asString() + " "
                        + request.path("status").asString())
                .toList();
    }

    private static List<String> attempts(JsonNode trace) {
        return trace.at("/provider_requests/0/attempts")
                .valueStream()
                .map(attempt -> attempt.path("kind").asString() + " "
                        + attempt.path("outcome").asString(""))
                .toList();
    }

    private static Set<String> traceIds(JsonNode... traces) {
        return Stream.of(traces)
                .flatMap(trace -> trace.path("events").valueStream())
                .map(event -> event.path("trace_id").asString(""))
                .collect(Collectors.toSet());
    }
}
