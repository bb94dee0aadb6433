package cm.nkap.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import cm.nkap.testing.OtlpReceiver;
import cm.nkap.testing.Until;
import io.lettuce.core.RedisClient;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.Nats;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Marked numbers, names, PINs, tokens and secrets go through everything that happens to payments, and stay nowhere. */
@SuppressWarnings("try") // an interruption ends the test
class PrivacyIT {
    private static final Canaries CANARIES = new Canaries();
    private static final String PAYER = CANARIES.number("237678431905");
    private static final String WALLET = CANARIES.number("237679914753");
    private static final String TALKED_ABOUT = CANARIES.number("237654208716");
    private static final String NAME = CANARIES.secret("Bidjocka-Canari Eloundou");
    private static final String PIN = CANARIES.secret("pin-740519");
    private static final String SECRET = CANARIES.secret("s3cr3t-of-the-canary-Zq8");
    private static final String STORY = NAME + " of +" + TALKED_ABOUT + " typed " + PIN + ", Bearer " + SECRET;

    private static final Gossip GOSSIP = new Gossip(TALKED_ABOUT, STORY);
    private static final OtlpReceiver TELEMETRY = OtlpReceiver.start();
    private static final Hiding HIDING = new Hiding(TELEMETRY);
    private static final NkapSystem NKAP = NkapSystem.start(settings());

    private static Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>();
        settings.put("NKAP_MTN_URL", GOSSIP.url() + "/mtn");
        settings.put("OTEL_EXPORTER_OTLP_ENDPOINT", TELEMETRY.endpoint().toString());
        settings.put("OTEL_BSP_SCHEDULE_DELAY", "100");
        settings.put("OTEL_METRIC_EXPORT_INTERVAL", "500");
        return settings;
    }

    @BeforeAll
    static void listenClosely() {
        GOSSIP.passOnTo(NKAP.simulator().url());
        ((Logger) LoggerFactory.getLogger("cm.nkap")).setLevel(Level.TRACE);
        Map<String, String> given = NKAP.surroundings.settings(0);
        for (String name :
                List.of("NKAP_PII_KEY", "NKAP_MTN_API_KEY", "NKAP_EVENT_SECRET", "NKAP_MTN_COLLECTION_KEY")) {
            CANARIES.secret(given.getOrDefault(name, "of-nobody"));
        }
    }

    @AfterAll
    static void stop() {
        ((Logger) LoggerFactory.getLogger("cm.nkap")).setLevel(null);
        NKAP.close();
        HIDING.close();
        TELEMETRY.close();
        GOSSIP.close();
    }

    @Test
    void nothingOfAPersonStaysAnywhere() throws Exception {
        Shop shop = shop();
        paidAndPaidOut(shop);
        everyKindOfEnd(shop);
        callersWhoTellTooMuch(shop);
        strangers();
        poison();
        NKAP.sweep();
        Until.holds(Shop.LIMIT, "spans of the end", () -> TELEMETRY.spans().size() > 50);

        assertThat(HIDING.of(CANARIES, NKAP.surroundings)).isEmpty();
    }

    private static Shop shop() {
        Shop shop = NKAP.shopPaidOutTo(WALLET);
        String token = CANARIES.secret(shop.api.token());
        CANARIES.secret(token.substring(token.lastIndexOf('.') + 1));
        return shop;
    }

    private static void paidAndPaidOut(Shop shop) {
        String charge = shop.charge(6_000, PAYER);
        shop.ended(charge);
        shop.ended(shop.payoutOf(charge));
        Shop byHand = NKAP.shop();
        byHand.ended(byHand.charge(6_000, PAYER));
        byHand.ended(byHand.payout(1_000, WALLET));
        for (String path :
                List.of("/v1/charges", "/v1/payouts", "/v1/charges/" + charge, "/v1/payments/" + charge + "/trace")) {
            HIDING.answered(shop.api.get(path));
        }
    }

    /** Refused, unknown, late, another amount, lied about; and a provider that tells everybody who it was. */
    private static void everyKindOfEnd(Shop shop) {
        for (String payer : List.of("237670000002", "237670000010", "237670000023", "237670000024", "237670000025")) {
            NKAP.audit.leaveOpen(shop.charge(3_000, CANARIES.number(payer)));
        }
        String talkedAbout = shop.charge(2_000, TALKED_ABOUT);
        HIDING.answered(shop.api.get("/v1/charges/" + talkedAbout));
        shop.ended(talkedAbout);
        HIDING.answered(shop.api.get("/v1/payments/" + talkedAbout + "/trace"));
        HIDING.answered(shop.api.get("/v1/charges/" + talkedAbout));
    }

    /** Numbers, names and secrets where they do not belong. */
    private static void callersWhoTellTooMuch(Shop shop) {
        var order = new HashMap<String, Object>(Shop.order(1_000, PAYER));
        order.put("name", NAME);
        HIDING.answered(shop.api.post("/v1/charges", order));
        HIDING.answered(shop.api.post(
                "/v1/charges", Map.of("amount", PAYER, "currency", NAME, "customer", Map.of("msisdn", "0" + PAYER))));
        HIDING.answered(shop.api.put("/v1/merchants/" + shop.merchant + "/payout-preference", Map.of("mode", NAME)));
        HIDING.answered(shop.api.get("/v1/charges/" + PAYER));
        HIDING.answered(shop.api.get("/v1/charges?status=" + PAYER));
        HIDING.answered(shop.api.get("/v1/no-such/" + PAYER + "?client_secret=" + SECRET));
        for (String body :
                List.of("{\"customer\":{\"msisdn\":\"" + PAYER, STORY, "[\"" + SECRET + "\"]", "<x>" + NAME)) {
            HIDING.answered(Api.send(HttpRequest.newBuilder(URI.create(NKAP.url() + "/v1/charges"))
                    .header("authorization", "Bearer " + shop.api.token())
                    .header("content-type", "application/json")
                    .header("idempotency-key", UUID.randomUUID().toString())
                    .POST(BodyPublishers.ofString(body))
                    .build()));
        }
    }

    /** Callbacks that name the payer, to an address of ours and to none, and tokens that are forged or no tokens. */
    private static void strangers() {
        String body = "{\"payer\":{\"partyId\":\"" + PAYER + "\",\"name\":\"" + NAME + "\"},\"pin\":\"" + PIN + "\"}";
        List<String> tokens = Jdbi.create(NKAP.surroundings.database.admin())
                .withHandle(handle -> handle.createQuery("SELECT callback_token FROM payments.provider_request LIMIT 2")
                        .mapTo(String.class)
                        .list());
        for (String path : List.of("mtn/" + tokens.getFirst(), "mtn/no-such-token", PAYER + "/" + SECRET)) {
            HIDING.answered(Api.send(HttpRequest.newBuilder(URI.create(NKAP.url() + "/v1/callbacks/" + path))
                    .header("content-type", "application/json")
                    .PUT(BodyPublishers.ofString(body))
                    .build()));
        }
        for (String token : List.of(SECRET, "eyJhbGciOiJub25lIn0." + SECRET + ".", NAME.replace(' ', '.'))) {
            HIDING.answered(new Api(NKAP.doors(), token).get("/v1/charges"));
        }
    }

    /** What is no event, and what is one but of a payment that nobody knows, is parked. */
    private static void poison() throws IOException, InterruptedException, JetStreamApiException {
        try (Connection nats = Nats.connect(NKAP.surroundings.nats.url())) {
            var published = nats.jetStream()
                    .publish(
                            "nkap.charge.created",
                            ("{\"msisdn\":\"" + PAYER + "\",\"token\":\"" + SECRET + "\"}")
                                    .getBytes(StandardCharsets.UTF_8));
            Until.holds(Shop.LIMIT, "what cannot be read is parked", () -> parked() > 0);
            // Whoever sent it knows it; what is asked is whether anything of ours keeps it.
            nats.jetStreamManagement().deleteMessage(published.getStream(), published.getSeqno());
        }
    }

    private static long parked() {
        return Jdbi.create(NKAP.surroundings.database.admin())
                .withHandle(handle -> handle.createQuery("SELECT count(*) FROM events.dead_letter WHERE type = ''")
                        .mapTo(Long.class)
                        .one());
    }

    /** Who paid is gone; what was paid, and how it went, is read as before. */
    @Test
    void anErasedPersonLeavesThePaymentBehind() {
        String payer = Shop.somebody();
        Shop shop = NKAP.shop();
        String charge = shop.charge(3_000, payer);
        shop.ended(charge);
        NKAP.audit.everyEventIsConsumed();
        Jdbi.create(NKAP.surroundings.database.admin()).useTransaction(handle -> {
            // As time would have written it: the trigger forbids it to everybody else.
            handle.execute("SET LOCAL session_replication_role = replica");
            handle.execute(
                    "UPDATE payments.charge SET completed_at = now() - interval '11 years' WHERE id = ?", charge);
        });

        var erasure = NKAP.caller("nkap", "platform").post("/v1/erasures", Map.of("msisdn", payer, "reason", "asked"));

        assertThat(erasure.status()).as("%s", erasure.body()).isEqualTo(201);
        assertThat(List.of(erasure.at("/status"), erasure.at("/erased"))).containsExactly("finished", "1");
        assertThat(shop.look(charge).at("/customer/msisdn").isNull()).isTrue();
        assertThat(shop.look(charge).path("amount").asLong()).isEqualTo(3_000);
        assertThat(shop.trace(charge).at("/payment/customer/msisdn").isNull()).isTrue();
        assertThat(shop.journals(charge)).containsExactly("charge.collected");
        assertThat(shop.api.get("/v1/charges").body().at("/data/0/id").asString())
                .isEqualTo(charge);
        NKAP.audit.passes();
    }

    /** Planted behind the masking in each place, every canary is found there. */
    @Test
    void theSearchLooksEverywhere() throws Exception {
        Canaries planted = new Canaries();
        String number = planted.number("237699887766");
        System.out.println("written past the masking: 699 88 77 66");
        HIDING.answered(Api.send(HttpRequest.newBuilder(URI.create(NKAP.url() + "/health/liveness"))
                .build()));
        Jdbi.create(NKAP.surroundings.database.admin()).useHandle(handle -> {
            handle.execute("CREATE SCHEMA planted");
            handle.execute("CREATE TABLE planted.texts AS SELECT '{\"to\":\"" + number + "\"}'::jsonb AS body");
            handle.execute("CREATE TABLE planted.bytes AS SELECT convert_to('x" + number + "', 'UTF8') AS body");
        });
        RedisClient client = RedisClient.create(NKAP.surroundings.redis.url());
        try (var redis = client.connect()) {
            redis.sync().hset("planted:" + "h", "value", number);
        } finally {
            client.shutdown();
        }
        try (Connection nats = Nats.connect(NKAP.surroundings.nats.url())) {
            nats.jetStream().publish("nkap.planted", number.getBytes(StandardCharsets.UTF_8));
        }

        Set<String> found = HIDING.of(planted, NKAP.surroundings);

        Jdbi.create(NKAP.surroundings.database.admin())
                .useHandle(handle -> handle.execute("DROP SCHEMA planted CASCADE"));
        assertThat(found.stream().map(hit -> hit.replaceFirst(" shows .*", "")).distinct())
                .containsExactlyInAnyOrder("the log", "nats", "redis", "table planted.bytes", "table planted.texts");
        assertThat(TELEMETRY.text()).as("telemetry came").contains("nkap");
        assertThat(planted.in("text", TELEMETRY.text() + "\n" + number)).isNotEmpty();
    }
}
