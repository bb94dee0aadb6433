package cm.nkap.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.testing.Until;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Events by {@code POST /}, as a broker of a cluster delivers them; here nobody else does. */
class EventDoorIT {
    private static final NkapSystem NKAP = NkapSystem.withoutDispatcher();

    @AfterAll
    static void stop() {
        NKAP.close();
    }

    @AfterEach
    void theBooksAgree() {
        NKAP.audit.passes();
    }

    /** Each event comes twice, as brokers do. */
    @ParameterizedTest
    @ValueSource(strings = {"binary", "structured"})
    void aBrokerThatDeliversEverythingTwicePaysEverybodyOnce(String mode) {
        Shop shop = NKAP.shopPaidOutTo(Shop.somebody());
        String charge = shop.charge(4_000, Shop.somebody());
        Broker broker = new Broker(mode.equals("binary") ? EventDoorIT::binary : EventDoorIT::structured, shop.org);

        String payout = Until.found(Shop.LIMIT, "the payout of " + charge, () -> {
            broker.deliver();
            return shop.api
                    .get("/v1/payouts")
                    .body()
                    .path("data")
                    .valueStream()
                    .map(found -> found.path("id").asString())
                    .findFirst();
        });
        Until.holds(Shop.LIMIT, payout + " succeeds", () -> {
            broker.deliver();
            return shop.status(payout).equals("succeeded");
        });

        assertThat(NKAP.simulator().paidFor(charge)).hasSize(1);
        assertThat(NKAP.simulator().paidFor(payout)).hasSize(1);
    }

    @Test
    void anEventWithoutTheSecretIsNotTaken() {
        Shop shop = NKAP.shop();
        String charge = shop.charge(4_000, Shop.somebody());
        NKAP.audit.leaveOpen(charge);
        JsonNode event = Api.JSON.readTree(undelivered(shop.org).getFirst());

        var answer = Api.send(request()
                .header("content-type", "application/cloudevents+json")
                .POST(BodyPublishers.ofString(event.toString()))
                .build());

        assertThat(answer.status()).isEqualTo(401);
        assertThat(shop.status(charge)).isEqualTo("pending");
        assertThat(NKAP.simulator().books().payments())
                .noneMatch(payment -> charge.equals(payment.order().externalId()));
    }

    private static HttpRequest binary(JsonNode event) {
        return request()
                .header("ce-specversion", "1.0")
                .header("ce-id", event.path("id").asString())
                .header("ce-source", event.path("source").asString())
                .header("ce-type", event.path("type").asString())
                .header("ce-subject", event.path("subject").asString())
                .header("ce-time", event.path("time").asString())
                .header("ce-orgid", event.path("orgid").asString())
                .header("ce-traceparent", event.path("traceparent").asString())
                .header("content-type", "application/json")
                .header("x-nkap-event-secret", Surroundings.EVENT_SECRET)
                .POST(BodyPublishers.ofString(event.path("data").toString()))
                .build();
    }

    private static HttpRequest structured(JsonNode event) {
        return request()
                .header("content-type", "application/cloudevents+json; charset=UTF-8")
                .header("x-nkap-event-secret", Surroundings.EVENT_SECRET)
                .POST(BodyPublishers.ofString(event.toString()))
                .build();
    }

    private static HttpRequest.Builder request() {
        return HttpRequest.newBuilder(URI.create(NKAP.url() + "/"));
    }

    private static List<String> undelivered(String org) {
        return Jdbi.create(NKAP.surroundings.database.admin()).withHandle(handle -> handle.createQuery(
                        "SELECT body FROM events.outbox WHERE org_id = :org ORDER BY seq")
                .bind("org", org)
                .mapTo(String.class)
                .list());
    }

    /** Delivers each event of an organisation twice, in one of the two modes. */
    private record Broker(Function<JsonNode, HttpRequest> mode, String org, Set<String> delivered) {
        Broker(Function<JsonNode, HttpRequest> mode, String org) {
            this(mode, org, new HashSet<>());
        }

        void deliver() {
            for (String body : undelivered(org)) {
                JsonNode event = Api.JSON.readTree(body);
                if (delivered.add(event.path("id").asString())) {
                    assertThat(Api.send(mode.apply(event)).status()).isEqualTo(204);
                    assertThat(Api.send(mode.apply(event)).status()).isEqualTo(204);
                }
            }
        }
    }
}
