package cm.nkap.query;

import cm.nkap.function.Call;
import cm.nkap.function.Page;
import cm.nkap.function.Parameters;
import cm.nkap.function.Problem;
import cm.nkap.function.Reply;
import cm.nkap.function.Tx;
import cm.nkap.payments.Charge;
import cm.nkap.payments.ChargeRows;
import cm.nkap.payments.ChargeStatus;
import cm.nkap.payments.ChargeView;
import cm.nkap.payments.Payout;
import cm.nkap.payments.PayoutRows;
import cm.nkap.payments.PayoutStatus;
import cm.nkap.payments.PayoutView;
import java.util.Arrays;
import java.util.List;

/** Charges and payouts, one of them or a page. */
final class Payments {
    private static final int LONGEST_REFERENCE = 100;
    private static final List<String> CHARGE_STATUSES =
            Arrays.stream(ChargeStatus.values()).map(ChargeStatus::text).toList();
    private static final List<String> PAYOUT_STATUSES =
            Arrays.stream(PayoutStatus.values()).map(PayoutStatus::text).toList();

    private Payments() {}

    static Reply<Page<ChargeView>> charges(Tx tx, Call call) {
        var asked = Parameters.of(call);
        int limit = asked.limit();
        var after = asked.startingAfter("ch");
        var status = asked.oneOf("status", CHARGE_STATUSES);
        var merchant = asked.id("merchant", "mer");
        var reference = asked.text("reference", LONGEST_REFERENCE);
        asked.check();

        var filter = Sight.of(tx, call.caller()).filter(merchant, status, reference);
        var charges = ChargeRows.page(tx.handle(), filter, after, limit + 1);
        return Reply.ok(Page.of(charges.stream().map(ChargeView::of).toList(), limit));
    }

    static Reply<ChargeView> charge(Tx tx, Call call) {
        Parameters.of(call).check();
        return Reply.ok(ChargeView.of(visibleCharge(tx, Sight.of(tx, call.caller()), call.path("id"))));
    }

    static Reply<Page<PayoutView>> payouts(Tx tx, Call call) {
        var asked = Parameters.of(call);
        int limit = asked.limit();
        var after = asked.startingAfter("po");
        var status = asked.oneOf("status", PAYOUT_STATUSES);
        var merchant = asked.id("merchant", "mer");
        var reference = asked.text("reference", LONGEST_REFERENCE);
        asked.check();

        var filter = Sight.of(tx, call.caller()).filter(merchant, status, reference);
        var payouts = PayoutRows.page(tx.handle(), filter, after, limit + 1);
        return Reply.ok(Page.of(payouts.stream().map(PayoutView::of).toList(), limit));
    }

    static Reply<PayoutView> payout(Tx tx, Call call) {
        Parameters.of(call).check();
        return Reply.ok(PayoutView.of(visiblePayout(tx, Sight.of(tx, call.caller()), call.path("id"))));
    }

    /** @throws Problem 404 also for a charge that exists and is not this caller's */
    static Charge visibleCharge(Tx tx, Sight sight, String id) {
        return ChargeRows.find(tx.handle(), id).filter(sight::covers).orElseThrow(() -> Problem.notFound("charge"));
    }

    /** @throws Problem 404 also for a payout that exists and is not this caller's */
    static Payout visiblePayout(Tx tx, Sight sight, String id) {
        return PayoutRows.find(tx.handle(), id)
                .filter(payout -> sight.coversOrg(payout.org()))
                .orElseThrow(() -> Problem.notFound("payout"));
    }
}
