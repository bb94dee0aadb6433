package cm.nkap.providercallback;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.events.Envelope;
import cm.nkap.events.Outbox;
import cm.nkap.events.ProviderEvent;
import cm.nkap.function.Config;
import cm.nkap.function.Database;
import cm.nkap.function.DatabaseConfig;
import cm.nkap.function.FunctionApplication;
import cm.nkap.function.Orgs;
import cm.nkap.payments.CallbackRows;
import cm.nkap.payments.Ids;
import cm.nkap.payments.PersonalData;
import cm.nkap.payments.ProviderRequest;
import cm.nkap.payments.ProviderRequestRows;
import cm.nkap.testing.ServedFunction;
import cm.nkap.testing.ServedFunction.Answer;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProviderCallbackTest {
    private static final String ORG = "boutique-douala";
    private static final String TRACE = "00-" + "c".repeat(32) + "-00f067aa0ba902b7-01";
    private static final String BODY = "{\"payer\":{\"partyId\":\"237677123401\"},\"status\":\"SUCCESSFUL\"}";
    private static final int LONGEST = 16 * 1024;
    private static ServedFunction<FunctionApplication> served;
    private static Database database;

    @BeforeAll
    static void start() {
        served = ServedFunction.start(
                Map.of(
                        "NKAP_PROVIDERS",
                        "mtn",
                        "NKAP_PII_KEY",
                        Base64.getEncoder().encodeToString(new byte[32])),
                FunctionApplication::start,
                FunctionApplication::port,
                FunctionApplication::close);
        database = Database.open(Config.read(served.settings(), DatabaseConfig.class), events -> {});
    }

    @AfterAll
    static void stop() {
        served.close();
        database.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT"})
    void hintsTheGatewayWhicheverWayTheProviderCalls(String method) {
        ProviderRequest request = asked();

        Answer answer = call(method, "mtn", request.callbackToken(), BODY);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("{\"received\":true}");
        CallbackRows.Callback kept = callbacks(request).getFirst();
        assertThat(kept.method()).isEqualTo(method);
        assertThat(kept.org()).isEqualTo(ORG);
        assertThat(kept.request()).isEqualTo(request.id());
        assertThat(hints(request)).singleElement().satisfies(hint -> {
            assertThat(hint.event())
                    .isEqualTo(new ProviderEvent.CallbackReceived(kept.id(), request.id(), "mtn", request.payment()));
            assertThat(hint.org()).isEqualTo(ORG);
            assertThat(hint.traceparent()).isEqualTo(TRACE);
            assertThat(hint.source()).isEqualTo("/nkap/provider-callback");
        });
    }

    @Test
    void theSameCallbackAgainIsKeptAndAsksAgain() {
        ProviderRequest request = asked();

        call("POST", "mtn", request.callbackToken(), BODY);
        Answer again = call("POST", "mtn", request.callbackToken(), BODY);

        assertThat(again.status()).isEqualTo(200);
        assertThat(callbacks(request)).hasSize(2);
        assertThat(hints(request)).hasSize(2);
    }

    @Test
    void theRequestItselfIsLeftAsItIs() {
        ProviderRequest request = asked();

        call("POST", "mtn", request.callbackToken(), BODY);

        ProviderRequest after =
                database.inTransaction(Orgs.all(), tx -> ProviderRequestRows.findAll(tx.handle(), List.of(request.id()))
                        .getFirst());
        assertThat(after.status()).isEqualTo(ProviderRequest.Status.PENDING);
        assertThat(after.nextCheckAt()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a-token-that-nobody-was-given", "%C3%A9", "a%20b%27--"})
    void anUnknownTokenGetsTheSameAnswerAndHintsNobody(String token) {
        long before = count("SELECT count(*) FROM events.outbox");
        long unasked = unasked();

        Answer answer = call("POST", "mtn", token, BODY);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("{\"received\":true}");
        assertThat(unasked()).isEqualTo(unasked + 1);
        assertThat(count("SELECT count(*) FROM events.outbox")).isEqualTo(before);
    }

    @Test
    void anotherProvidersAddressWithAKnownTokenHintsNobody() {
        ProviderRequest request = asked();
        long unasked = unasked();

        Answer answer = call("POST", "orange", request.callbackToken(), BODY);
        call("POST", "o".repeat(200), request.callbackToken(), BODY);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(hints(request)).isEmpty();
        assertThat(unasked()).isEqualTo(unasked + 2);
    }

    @Test
    void theBodyIsKeptSealed() {
        ProviderRequest request = asked();

        call("POST", "mtn", request.callbackToken(), BODY);

        Map.Entry<String, byte[]> row = database.inTransaction(Orgs.all(), tx -> tx.handle()
                .createQuery("SELECT id, body_sealed FROM payments.provider_callback WHERE request = :request")
                .bind("request", request.id())
                .map((found, context) -> Map.entry(found.getString("id"), found.getBytes("body_sealed")))
                .one());
        byte[] kept = row.getValue();
        assertThat(new String(kept, StandardCharsets.ISO_8859_1)).doesNotContain("677123401", "SUCCESSFUL", "payer");
        assertThat(new PersonalData(new byte[32]).open(kept, row.getKey()))
                .asString()
                .isEqualTo(BODY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "not json at all", "<xml/>"})
    void anyBodyWillDo(String body) {
        ProviderRequest request = asked();

        assertThat(call("PUT", "mtn", request.callbackToken(), body).status()).isEqualTo(200);

        assertThat(hints(request)).hasSize(1);
    }

    @Test
    void aBodyThatIsTooLongIsRefusedAndNotKept() {
        ProviderRequest request = asked();

        assertThat(call("POST", "mtn", request.callbackToken(), "x".repeat(LONGEST + 1))
                        .status())
                .isEqualTo(413);
        assertThat(callbacks(request)).isEmpty();
        assertThat(call("POST", "mtn", request.callbackToken(), "x".repeat(LONGEST))
                        .status())
                .isEqualTo(200);
        assertThat(callbacks(request)).hasSize(1);
    }

    private static Answer call(String method, String provider, String token, String body) {
        return served.send(
                served.to("/v1/callbacks/" + provider + "/" + token).method(method, BodyPublishers.ofString(body)));
    }

    /** A request that the provider has, with its callback's token. */
    private static ProviderRequest asked() {
        var request = new ProviderRequest(
                Ids.next("pr"),
                ORG,
                ProviderRequest.Kind.COLLECT,
                Ids.next("ch"),
                "mtn",
                UUID.randomUUID(),
                ProviderRequest.Status.PENDING,
                1000,
                new byte[] {1},
                UUID.randomUUID().toString(),
                1,
                0,
                0,
                null,
                null,
                Instant.now().plusSeconds(300),
                null,
                TRACE,
                Instant.now());
        database.run(Orgs.all(), tx -> {
            ProviderRequestRows.insertMissing(tx.handle(), List.of(request));
            ProviderRequestRows.lock(tx.handle(), List.of(request.id()));
            ProviderRequestRows.save(tx.handle(), List.of(new ProviderRequestRows.Ending(request, null)), tx.now());
        });
        return request;
    }

    private static List<CallbackRows.Callback> callbacks(ProviderRequest request) {
        return database.inTransaction(Orgs.of(ORG), tx -> CallbackRows.ofPayment(tx.handle(), request.payment()));
    }

    private static List<Envelope> hints(ProviderRequest request) {
        return database.inTransaction(Orgs.of(ORG), tx -> Outbox.forPayment(tx.handle(), request.payment()));
    }

    /** Callbacks that no request of ours asked for; the platform keeps them. */
    private static long unasked() {
        return count("SELECT count(*) FROM payments.provider_callback WHERE org_id = 'nkap' AND request IS NULL");
    }

    private static long count(String query) {
        return database.inTransaction(
                Orgs.all(),
                tx -> tx.handle().createQuery(query).mapTo(Long.class).one());
    }
}
