package cm.nkap.providermock;

import static cm.nkap.providermock.MtnCaller.PAYER;
import static cm.nkap.providermock.MtnCaller.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.providermock.MtnCaller.Heard;
import cm.nkap.providermock.books.Payment;
import cm.nkap.providermock.mtn.Settings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CollectionTest {
    private final ProviderMock mock = ProviderMock.start(
            ProviderMockConfig.usual().withSettings(Settings.usual().withPayAfterMs(50)));
    private final MtnCaller caller = MtnCaller.of(mock);

    @Test
    void anAcceptedRequestIsPendingAndThenPaid() throws Exception {
        caller.admin("PUT", "/admin/settings", "{\"pay_after_ms\":400}");
        String reference = MtnCaller.reference();

        Heard accepted = caller.collect(reference, PAYER, 5_000, null);
        Heard pending = caller.collection(reference);
        eventually(() -> mock.books().balance() == 5_000);
        Heard paid = caller.collection(reference);

        assertThat(accepted).isEqualTo(new Heard(202, "", ""));
        assertThat(pending.text("status")).isEqualTo("PENDING");
        assertThat(pending.json().has("financialTransactionId")).isFalse();
        assertThat(paid.text("status")).isEqualTo("SUCCESSFUL");
        assertThat(paid.text("financialTransactionId")).hasSize(11);
        assertThat(paid.text("externalId")).isEqualTo("PAY" + PAYER);
        assertThat(paid.text("amount")).isEqualTo("5000");
        assertThat(paid.json().at("/payer/partyId").asText()).isEqualTo(PAYER);
        assertThat(mock.books().wallet(PAYER).paid()).isEqualTo(5_000);
    }

    @Test
    void aRepeatedReferenceIsRefusedWhateverTheBodyAndMovesMoneyOnce() throws Exception {
        String reference = MtnCaller.reference();
        caller.collect(reference, PAYER, 700, null);

        Heard same = caller.collect(reference, PAYER, 700, null);
        Heard other = caller.submit("/collection/v1_0/requesttopay", reference, "no json at all", null);
        eventually(() -> mock.books().find(reference).orElseThrow().state() instanceof Payment.Paid);

        assertThat(same.status()).isEqualTo(409);
        assertThat(same.text("code")).isEqualTo("RESOURCE_ALREADY_EXIST");
        assertThat(other.status()).isEqualTo(409);
        assertThat(mock.books().balance()).isEqualTo(700);
    }

    @BeforeEach
    void emptyBooks() {
        mock.books().reset();
    }

    @AfterAll
    void stop() {
        mock.close();
    }
}
