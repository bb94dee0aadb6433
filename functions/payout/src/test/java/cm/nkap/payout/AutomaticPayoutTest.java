package cm.nkap.payout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cm.nkap.events.ChargeEvent;
import cm.nkap.events.Envelope;
import cm.nkap.function.Orgs;
import cm.nkap.ledger.Ledger;
import cm.nkap.payments.Charge;
import cm.nkap.payments.ChargeRows;
import cm.nkap.payments.ChargeStatus;
import cm.nkap.payments.Ids;
import cm.nkap.payments.Payout;
import cm.nkap.payments.PayoutStatus;
import cm.nkap.testing.TokenIssuer.Grant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AutomaticPayoutTest {
    private static Desk desk;

    @BeforeAll
    static void start() {
        desk = new Desk();
    }

    @BeforeEach
    void plentyOfFloat() {
        desk.floatIs("mtn", 10_000_000);
        desk.floatIs("orange", 10_000_000);
    }

    @AfterAll
    static void stop() {
        desk.close();
    }

    @Test
    void paysTheChargesNetLessItsOwnFee() {
        var shop = automatic("nets", "mtn");
        desk.feePlan(shop, 100, 5);

        Charge charge = charged(shop, 1000, 15);
        desk.deliver(succeeded(charge));

        assertThat(desk.payouts(shop)).singleElement().satisfies(payout -> {
            assertThat(payout.amount()).isEqualTo(970);
            assertThat(payout.fee()).isEqualTo(15);
            assertThat(payout.status()).isEqualTo(PayoutStatus.PENDING);
            assertThat(payout.charge()).isEqualTo(charge.id());
            assertThat(payout.createdBy()).isEqualTo("automatic");
            assertThat(desk.journals(payout))
                    .containsExactly("payout.requested merchant:shop:payable=985 float:mtn=-970 platform:fees=-15");
            assertThat(desk.told(payout.id())).containsExactly("payout.requested");
        });
        assertThat(desk.payable(shop)).isZero();
    }

    @Test
    void continuesTheTraceOfTheChargesEvent() {
        var shop = automatic("traced", "mtn");
        Charge charge = charged(shop, 1000, 0);
        String trace = "00-" + "c".repeat(32) + "-00f067aa0ba902b7-01";

        desk.deliver(Envelope.of("/nkap/test", shop.org(), Desk.LONG_AGO, trace, news(charge)));

        Payout payout = desk.payouts(shop).getFirst();
        assertThat(desk.events(payout.id()).getFirst().traceparent()).isEqualTo(trace);
        assertThat(payout.traceId()).isEqualTo(charge.traceId());
    }

    @Test
    void whoPrefersToDoItByHandIsNotPaidOut() {
        var manual = desk.shop("by-hand", 0);
        desk.prefer(manual, false, "mtn");
        var silent = desk.shop("said-nothing", 0);

        desk.deliver(succeeded(charged(manual, 1000, 0)));
        desk.deliver(succeeded(charged(silent, 1000, 0)));

        assertThat(desk.payouts(manual)).isEmpty();
        assertThat(desk.payouts(silent)).isEmpty();
        assertThat(desk.payable(manual)).isEqualTo(1000);
    }

    @Test
    void aChargeIsPaidOutOnceHoweverOftenItIsTold() {
        var shop = automatic("told-twice", "mtn");
        desk.earn(shop, 5000);
        Envelope event = succeeded(charged(shop, 1000, 0));

        desk.deliver(event);
        desk.deliver(event);
        assertThatThrownBy(() -> desk.tell(shop.org(), event.event()))
                .as("another event of it is somebody's mistake")
                .hasStackTraceContaining("payout_charge_key");

        assertThat(desk.payouts(shop)).hasSize(1);
        assertThat(desk.payable(shop)).isEqualTo(5000);
    }

    @Test
    void oneBatchPaysEachChargeOnce() {
        var shop = automatic("batched", "mtn");
        var other = automatic("batched-too", "mtn");
        Charge first = charged(shop, 1000, 0);

        settle(
                succeeded(first),
                succeeded(first),
                succeeded(charged(other, 300, 0)),
                succeeded(charged(shop, 2000, 0)));

        assertThat(desk.payouts(shop)).extracting(Payout::amount).containsExactlyInAnyOrder(1000L, 2000L);
        assertThat(desk.payouts(other)).extracting(Payout::amount).containsExactly(300L);
    }

    @ParameterizedTest
    @CsvSource({"mtn, 1000, 1000", "orange, 99, 0", "orange, 5001, 0", "camtel, 1000, 0"})
    void leavesOnTheBalanceWhatTheProviderDoesNotPayOut(String provider, long amount, long fee) {
        var shop = automatic("limits-" + provider + amount, provider);

        desk.deliver(succeeded(charged(shop, amount, fee)));

        assertThat(desk.payouts(shop)).isEmpty();
        assertThat(desk.payable(shop)).isEqualTo(amount - fee);
    }

    @Test
    void aFeeThatTakesAllLeavesNothingToPayOut() {
        var shop = automatic("fee-takes-all", "mtn");
        desk.feePlan(shop, 10_000, 0);

        desk.deliver(succeeded(charged(shop, 1000, 0)));

        assertThat(desk.payouts(shop)).isEmpty();
    }

    @Test
    void moneyThatIsSpentAlreadyIsNotPaidOut() {
        var shop = automatic("spent", "mtn");
        Charge charge = charged(shop, 1000, 0);
        desk.served.post(
                Grant.of("owner", shop.org(), "merchant"),
                "/v1/payouts",
                "{\"amount\":1,\"currency\":\"XAF\",\"reference\":\"cash\"}");

        desk.deliver(succeeded(charge));

        assertThat(desk.payouts(shop)).extracting(Payout::charge).containsOnlyNulls();
        assertThat(desk.payable(shop)).isEqualTo(999);
    }

    @Test
    void moneyThatAWaitingPayoutHasAClaimOnIsNotPaidOut() {
        var shop = automatic("claimed", "mtn");
        Charge charge = charged(shop, 1000, 0);
        desk.floatIs("mtn", 999);
        desk.served.post(
                Grant.of("owner", shop.org(), "merchant"),
                "/v1/payouts",
                "{\"amount\":1000,\"currency\":\"XAF\",\"reference\":\"cash\"}");
        desk.floatIs("mtn", 5000);

        desk.deliver(succeeded(charge));

        assertThat(desk.payouts(shop)).singleElement().satisfies(payout -> {
            assertThat(payout.status()).isEqualTo(PayoutStatus.QUEUED);
            assertThat(payout.charge()).isNull();
        });
        assertThat(desk.payable(shop)).isEqualTo(1000);
    }

    @Test
    void waitsWhenOurFloatIsShort() {
        var shop = automatic("float-short", "mtn");
        desk.floatIs("mtn", 1500);

        settle(succeeded(charged(shop, 1000, 0)), succeeded(charged(shop, 1000, 0)));

        assertThat(desk.payouts(shop))
                .extracting(Payout::status)
                .containsExactlyInAnyOrder(PayoutStatus.PENDING, PayoutStatus.QUEUED);
        Payout queued = desk.payouts(shop).stream()
                .filter(payout -> payout.status() == PayoutStatus.QUEUED)
                .findFirst()
                .orElseThrow();
        assertThat(queued.queuedReason()).isEqualTo("float_short");
        assertThat(desk.told(queued.id())).containsExactly("payout.queued");
    }

    private static Desk.Shop automatic(String org, String provider) {
        var shop = desk.shop(org, 0);
        desk.prefer(shop, true, provider);
        return shop;
    }

    /** A charge that succeeded, its net on the merchant's balance. */
    private static Charge charged(Desk.Shop shop, long amount, long fee) {
        var charge = new Charge(
                Ids.next("ch"),
                shop.org(),
                shop.id(),
                ChargeStatus.PENDING,
                amount,
                fee,
                amount - fee,
                "fp_1",
                "mtn",
                Desk.WALLET,
                "order",
                null,
                Map.of(),
                null,
                "somebody",
                null,
                null,
                "a".repeat(32),
                Desk.LONG_AGO,
                Desk.LONG_AGO.plusSeconds(300),
                null);
        desk.database.run(Orgs.all(), tx -> {
            ChargeRows.insert(tx.handle(), charge);
            ChargeRows.move(
                    tx.handle(),
                    List.of(new ChargeRows.Move(
                            charge.id(), ChargeStatus.PENDING, ChargeStatus.SUCCEEDED, null, "mtn-1", Desk.LONG_AGO)));
        });
        if (charge.net() > 0) {
            desk.earn(shop, charge.net());
        }
        return charge;
    }

    private static ChargeEvent news(Charge charge) {
        return new ChargeEvent.Succeeded(
                charge.id(), charge.merchant(), "mtn", charge.amount(), charge.fee(), charge.net(), "mtn-1");
    }

    private static Envelope succeeded(Charge charge) {
        return Envelope.of("/nkap/create-charge", charge.org(), Desk.LONG_AGO, null, news(charge));
    }

    private static void settle(Envelope... events) {
        var automatic = new AutomaticPayout(new PayoutBooks(new Ledger()));
        desk.database.run(Orgs.all(), tx -> automatic.settle(tx, List.of(events)));
    }
}
