package cm.nkap.providermock;

import static cm.nkap.providermock.MtnCaller.PAYER;
import static cm.nkap.providermock.MtnCaller.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.providermock.CallbackListener.Received;
import cm.nkap.providermock.books.Payment;
import cm.nkap.providermock.mtn.Notice;
import cm.nkap.providermock.mtn.Settings;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CallbackTest {
    private final ProviderMock mock = ProviderMock.start(ProviderMockConfig.usual()
            .withOpening(100_000)
            .withSettings(new Settings(20, 50, 300, 200, 0, List.of(0L, 10L), Notice.ONCE, false, 3_600)));
    private final MtnCaller caller = MtnCaller.of(mock);
    private final CallbackListener listener = new CallbackListener();
    private final String reference = MtnCaller.reference();

    @Test
    void theEndIsToldOnceByPutAsTheStatusBodyWithoutTheReference() throws Exception {
        caller.collect(reference, PAYER, 5_000, listener.url("/mtn/secret"));
        awaitCallbacks(1);
        awaitCallbacksOfAnotherPayment();

        Received received = listener.received().getFirst();
        assertThat(received.method()).isEqualTo("PUT");
        assertThat(received.path()).isEqualTo("/mtn/secret");
        assertThat(received.json()).isEqualTo(caller.collection(reference).json());
        assertThat(received.body()).doesNotContain(reference);
        assertThat(count("/mtn/secret")).isEqualTo(1);
    }

    @Test
    void aFailureIsToldToo() throws Exception {
        caller.payOut(reference, "237670000003", 5_000, listener.url("/p"));
        awaitCallbacks(1);

        assertThat(listener.received().getFirst().status()).isEqualTo("FAILED");
        assertThat(listener.received().getFirst().json().path("reason").asText())
                .isEqualTo("PAYEE_NOT_FOUND");
    }

    @Test
    void theSilentNumberIsNotToldThoughItPaid() throws Exception {
        caller.collect(reference, "237670000020", 5_000, listener.url("/silent"));
        eventually(() -> mock.books().balance() == 105_000);
        awaitCallbacksOfAnotherPayment();

        assertThat(count("/silent")).isZero();
    }

    @Test
    void theEarlyCallbackArrivesBeforeTheAnswer() throws Exception {
        caller.collect(reference, "237670000021", 5_000, listener.url("/early"));
        int whenAnswered = listener.received().size();

        assertThat(whenAnswered).isEqualTo(1);
        assertThat(listener.received().getFirst().status()).isEqualTo("SUCCESSFUL");
    }

    @Test
    void theDuplicatedCallbackComesFiveTimesAndTheMoneyOnce() throws Exception {
        caller.collect(reference, "237670000022", 5_000, listener.url("/five"));
        awaitCallbacks(5);
        awaitCallbacksOfAnotherPayment();

        assertThat(count("/five")).isEqualTo(5);
        assertThat(listener.received().stream()
                        .filter(r -> r.path().equals("/five"))
                        .map(Received::body)
                        .distinct())
                .hasSize(1);
        assertThat(mock.books().wallet("237670000022").payments()).isEqualTo(1);
    }

    @Test
    void aForgedCallbackSaysTheOppositeOfTheBooks() throws Exception {
        String other = MtnCaller.reference();

        caller.collect(reference, "237670000023", 5_000, listener.url("/lies-success"));
        awaitCallbacks(1);
        caller.collect(other, "237670000027", 5_000, listener.url("/lies-failure"));
        awaitCallbacks(2);

        assertThat(listener.received()).extracting(Received::status).containsExactly("SUCCESSFUL", "FAILED");
        assertThat(mock.books().find(reference).orElseThrow().state()).isInstanceOf(Payment.Failed.class);
        assertThat(mock.books().find(other).orElseThrow().state()).isInstanceOf(Payment.Paid.class);
    }

    @Test
    void aLateSuccessIsToldAfterTheExpiry() throws Exception {
        caller.collect(reference, "237670000024", 5_000, listener.url("/late"));
        awaitCallbacks(2);

        assertThat(listener.received()).extracting(Received::status).containsExactly("FAILED", "SUCCESSFUL");
        assertThat(listener.received().getFirst().json().path("reason").asText())
                .isEqualTo("EXPIRED");
        assertThat(mock.books().balance()).isEqualTo(105_000);
    }

    @Test
    void theWrongAmountIsToldInTheCallbackAsInTheStatus() throws Exception {
        caller.collect(reference, "237670000025", 5_000, listener.url("/wrong"));
        awaitCallbacks(1);

        assertThat(listener.received().getFirst().json().path("amount").asText())
                .isEqualTo("4500");
        assertThat(mock.books().balance()).isEqualTo(105_000);
    }

    @Test
    void theMethodMayBePost() throws Exception {
        caller.collect(reference, "237670000026", 5_000, listener.url("/post"));
        awaitCallbacks(1);

        assertThat(listener.received().getFirst().method()).isEqualTo("POST");
    }

    @Test
    void theSettingHoldsForNumbersWithoutAWayOfTheirOwn() throws Exception {
        caller.admin("PUT", "/admin/settings", "{\"callback\":\"forged\"}");

        caller.collect(reference, PAYER, 5_000, listener.url("/x"));
        awaitCallbacks(1);

        assertThat(listener.received().getFirst().status()).isEqualTo("FAILED");
        assertThat(mock.books().balance()).isEqualTo(105_000);
    }

    @Test
    void aListenerThatIsAwayChangesNothing() throws Exception {
        listener.close();

        caller.collect(reference, PAYER, 5_000, listener.url("/gone"));
        eventually(() -> mock.books().balance() == 105_000);

        assertThat(caller.collection(reference).text("status")).isEqualTo("SUCCESSFUL");
    }

    private void awaitCallbacks(int atLeast) {
        eventually(() -> listener.received().size() >= atLeast);
    }

    /** Callbacks of one payment are due within ten milliseconds of its end, so a later payment's prove none is left. */
    private void awaitCallbacksOfAnotherPayment() throws Exception {
        for (int i = 0; i < 3; i++) {
            String path = "/sentinel-" + i;
            caller.collect(MtnCaller.reference(), "237677000001", 1, listener.url(path));
            eventually(() -> count(path) == 1);
        }
    }

    private long count(String path) {
        return listener.received().stream().filter(r -> r.path().equals(path)).count();
    }

    @AfterEach
    void stop() {
        listener.close();
        mock.close();
    }
}
