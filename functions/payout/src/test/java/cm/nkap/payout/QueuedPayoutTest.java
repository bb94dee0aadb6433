package cm.nkap.payout;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.events.Envelope;
import cm.nkap.events.PayoutEvent;
import cm.nkap.function.Orgs;
import cm.nkap.payments.Payout;
import cm.nkap.payments.PayoutRows;
import cm.nkap.payments.PayoutStatus;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class QueuedPayoutTest {
    private Desk desk;
    private int made;

    @BeforeEach
    void start() {
        desk = new Desk();
    }

    @AfterEach
    void stop() {
        desk.close();
    }

    @Test
    void paysTheOldestFirstAndStopsAtTheFirstThatIsTooLarge() {
        var shop = desk.shop("first", 2000);
        var other = desk.shop("second", 2000);
        Payout oldest = queued(shop, "mtn", 500);
        Payout tooLarge = queued(other, "mtn", 900);
        Payout small = queued(shop, "mtn", 100);
        desk.floatIs("mtn", 1000);

        desk.tell("nkap", due(oldest));

        assertThat(statuses(oldest, tooLarge, small))
                .containsExactly(PayoutStatus.PENDING, PayoutStatus.QUEUED, PayoutStatus.QUEUED);
        assertThat(desk.stored(oldest.id()).queuedReason()).isNull();
        assertThat(desk.told(oldest.id())).containsExactly("payout.requested");
        assertThat(desk.journals(desk.stored(oldest.id())))
                .containsExactly("payout.requested merchant:shop:payable=510 float:mtn=-500 platform:fees=-10");
        assertThat(desk.told(tooLarge.id())).isEmpty();
        assertThat(desk.payable(shop)).isEqualTo(1490);
        assertThat(desk.balance("float:mtn")).isEqualTo(500);
    }

    @Test
    void paysTheWholeQueueWhenTheFloatCoversIt() {
        var shop = desk.shop("first", 2000);
        var other = desk.shop("second", 2000);
        Payout oldest = queued(shop, "mtn", 500);
        Payout next = queued(other, "mtn", 500);
        desk.floatIs("mtn", 1000);

        desk.tell("nkap", due(oldest));

        assertThat(statuses(oldest, next)).containsOnly(PayoutStatus.PENDING);
        assertThat(desk.balance("float:mtn")).isZero();
    }

    @Test
    void aMerchantWhoseBalanceIsGoneHoldsNobodyElseUp() {
        var poor = desk.shop("poor", 0);
        var shop = desk.shop("waiting", 2000);
        Payout uncovered = queued(poor, "mtn", 500);
        Payout covered = queued(shop, "mtn", 500);
        desk.floatIs("mtn", 1000);

        desk.tell("nkap", due(uncovered));

        assertThat(statuses(uncovered, covered)).containsExactly(PayoutStatus.QUEUED, PayoutStatus.PENDING);
        assertThat(desk.payable(shop)).isEqualTo(1490);
    }

    @Test
    void anotherProvidersQueueKeepsWaiting() {
        var shop = desk.shop("both", 2000);
        Payout mtn = queued(shop, "mtn", 500);
        Payout orange = queued(shop, "orange", 500);
        desk.floatIs("mtn", 1000);
        desk.floatIs("orange", 1000);

        desk.tell("nkap", due(orange));

        assertThat(statuses(mtn, orange)).containsExactly(PayoutStatus.QUEUED, PayoutStatus.PENDING);
    }

    @Test
    void beingToldAgainChangesNothing() {
        var shop = desk.shop("told-twice", 2000);
        Payout payout = queued(shop, "mtn", 500);
        desk.floatIs("mtn", 5000);
        var event = Envelope.of("/nkap/sweep", "nkap", Desk.LONG_AGO, null, due(payout));

        desk.deliver(event);
        desk.deliver(event);
        desk.tell("nkap", due(payout));

        assertThat(desk.journals(desk.stored(payout.id()))).hasSize(1);
        assertThat(desk.told(payout.id())).containsExactly("payout.requested");
        assertThat(desk.payable(shop)).isEqualTo(1490);
    }

    /** One that waits since before all that are made later; its fee is 10 F. */
    private Payout queued(Desk.Shop shop, String provider, long amount) {
        made++;
        var payout = new Payout(
                "po_%026d".formatted(made),
                shop.org(),
                shop.id(),
                PayoutStatus.QUEUED,
                amount,
                10,
                "fp_1",
                provider,
                Desk.WALLET,
                "cash",
                null,
                null,
                PayoutBooks.FLOAT_SHORT,
                "somebody",
                null,
                null,
                "a".repeat(32),
                Desk.LONG_AGO,
                null);
        desk.database.run(Orgs.all(), tx -> PayoutRows.insert(tx.handle(), List.of(payout)));
        return payout;
    }

    private static PayoutEvent.Due due(Payout payout) {
        return new PayoutEvent.Due(payout.id(), payout.merchant(), payout.provider());
    }

    private List<PayoutStatus> statuses(Payout... payouts) {
        return List.of(payouts).stream()
                .map(payout -> desk.stored(payout.id()).status())
                .toList();
    }
}
