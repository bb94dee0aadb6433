package cm.nkap.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.testing.Until;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Callbacks hint and decide nothing: early, repeated, lying or made up by somebody else. Here nothing else makes us ask in
 * time.
 */
class CallbackIT {
    private static final NkapSystem NKAP = NkapSystem.start(Map.of("NKAP_STATUS_SCHEDULE", "5m"));

    @AfterAll
    static void stop() {
        NKAP.close();
    }

    @AfterEach
    void theBooksAgree() {
        NKAP.audit.passes();
    }

    /** Once, before our own request was answered, five times, by POST instead of PUT. */
    @ParameterizedTest
    @CsvSource({"237671000001, 1", "237670000021, 1", "237670000022, 5", "237670000026, 1"})
    void howeverItCallsBackTheMoneyIsBookedOnce(String payer, int callbacks) {
        Shop shop = NKAP.shopPaidOutTo(Shop.somebody());

        String charge = shop.charge(6_000, payer);

        assertThat(shop.ended(charge).path("status").asString()).isEqualTo("succeeded");
        Until.holds(Shop.LIMIT, callbacks + " callbacks", () -> callbacks(shop, charge) == callbacks);
        NKAP.audit.everyEventIsConsumed();
        assertThat(shop.journals(charge)).containsExactly("charge.collected");
        assertThat(shop.events(charge)).containsOnlyOnce("charge.succeeded");
    }

    /** Declined but said to be paid; paid but said to be declined. */
    @ParameterizedTest
    @CsvSource({"237670000023, failed, 0", "237670000027, succeeded, 1"})
    void aLyingCallbackIsNotBelieved(String payer, String truth, int journals) {
        Shop shop = NKAP.shop();

        String charge = shop.charge(6_000, payer);

        assertThat(shop.ended(charge).path("status").asString()).isEqualTo(truth);
        Until.holds(Shop.LIMIT, "the callback", () -> callbacks(shop, charge) == 1);
        NKAP.audit.everyEventIsConsumed();
        assertThat(shop.status(charge)).isEqualTo(truth);
        assertThat(shop.journals(charge)).hasSize(journals);
    }

    @Test
    void evenTheRightAddressMovesNoMoney() {
        Shop shop = NKAP.shop();
        String charge = shop.charge(6_000, "237670000005");
        NKAP.audit.leaveOpen(charge);
        String token = Until.found(
                Shop.LIMIT, "the request of " + charge, () -> Jdbi.create(NKAP.surroundings.database.admin())
                        .withHandle(handle -> handle.createQuery(
                                        "SELECT callback_token FROM payments.provider_request WHERE payment = :charge")
                                .bind("charge", charge)
                                .mapTo(String.class)
                                .findOne()));

        var answer = callBack(token, """
                {"externalId":"%s","amount":"6000","currency":"XAF","status":"SUCCESSFUL","financialTransactionId":"77"}
                """.formatted(charge));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(callbacks(shop, charge)).isOne();
        Until.holds(
                Shop.LIMIT,
                "asked because of it",
                () -> shop.trace(charge).at("/provider_requests/0/attempts").size() == 2);
        assertThat(shop.status(charge)).isEqualTo("pending");
        assertThat(shop.journals(charge)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"status\":\"SUCCESSFUL\"}", "", "not json", "<html>", "{\"status\":"})
    void whoeverCallsWithWhateverLearnsNothing(String body) {
        var answer = callBack("no-such-token", body);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.raw().body()).isEqualTo("{\"received\":true}");
    }

    private static long callbacks(Shop shop, String charge) {
        return shop.trace(charge).path("callbacks").size();
    }

    private static Api.Answer callBack(String token, String body) {
        return Api.send(HttpRequest.newBuilder(URI.create(NKAP.url() + "/v1/callbacks/mtn/" + token))
                .header("content-type", "application/json")
                .PUT(BodyPublishers.ofString(body))
                .build());
    }
}
