package cm.nkap.payout;

import cm.nkap.events.PayoutEvent;
import cm.nkap.function.Tx;
import cm.nkap.ledger.Journal;
import cm.nkap.ledger.Ledger;
import cm.nkap.ledger.Posting;
import cm.nkap.ledger.Verdict;
import cm.nkap.payments.Charge;
import cm.nkap.payments.ChartOfAccounts;
import cm.nkap.payments.Payout;
import cm.nkap.payments.PayoutRows;
import cm.nkap.payments.PayoutStatus;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The journals of payouts: taken before the provider is asked, given back only on a definite failure. */
final class PayoutBooks {
    /** Why a payout waits: our money at the provider is short. */
    static final String FLOAT_SHORT = "float_short";

    private final Ledger ledger;

    PayoutBooks(Ledger ledger) {
        this.ledger = ledger;
    }

    /** What taking the money of one payout came to. */
    sealed interface Taken {
        /** Posted; the payout is pending with its journal. */
        record Posted(Payout payout) implements Taken {}

        /** The float is short; nothing is posted. */
        record FloatShort(Payout payout) implements Taken {}

        /** The merchant's balance is short; nothing is posted. */
        record MerchantShort(Payout payout) implements Taken {}
    }

    /** Takes the money of payouts, in order. Post last in a transaction. */
    List<Taken> take(Handle tx, List<Payout> payouts) {
        List<Verdict> verdicts =
                ledger.post(tx, payouts.stream().map(PayoutBooks::requested).toList());
        List<Taken> taken = new ArrayList<>();
        for (int i = 0; i < verdicts.size(); i++) {
            Payout payout = payouts.get(i);
            taken.add(
                    switch (verdicts.get(i)) {
                        case Verdict.Posted posted -> new Taken.Posted(pending(payout, posted.seq()));
                        case Verdict.Replayed replayed -> new Taken.Posted(pending(payout, replayed.seq()));
                        case Verdict.InsufficientFunds shortOf ->
                            shortOf.account().equals(ChartOfAccounts.floatAt(payout.provider()))
                                    ? new Taken.FloatShort(payout)
                                    : new Taken.MerchantShort(payout);
                        default -> throw new IllegalStateException("payout " + payout.id() + ": " + verdicts.get(i));
                    });
        }
        return taken;
    }

    /** Posts journals that must stand. */
    void post(Handle tx, List<Journal> journals) {
        List<Verdict> verdicts = ledger.post(tx, journals);
        for (int i = 0; i < verdicts.size(); i++) {
            if (!verdicts.get(i).stands()) {
                throw new IllegalStateException("journal " + journals.get(i).key() + ": " + verdicts.get(i));
            }
        }
    }

    /** Whole francs that a merchant can be paid out: its balance less what payouts that wait have a claim on. */
    long free(Handle tx, String merchant) {
        long payable = ledger.balances(tx, List.of(ChartOfAccounts.payable(merchant))).stream()
                .mapToLong(balance -> balance.amount())
                .sum();
        return payable - PayoutRows.queuedOf(tx, merchant);
    }

    /** Says what became of a payout that was just made. */
    static void announce(Tx tx, Payout payout) {
        tx.emit(payout.org(), news(payout));
    }

    /** The same, continuing the trace of the charge that started it. */
    static void announce(Tx tx, Payout payout, @Nullable String traceparent) {
        tx.emit(payout.org(), news(payout), traceparent);
    }

    private static PayoutEvent news(Payout payout) {
        return payout.status() == PayoutStatus.QUEUED
                ? new PayoutEvent.Queued(payout.id(), payout.merchant(), FLOAT_SHORT)
                : new PayoutEvent.Requested(
                        payout.id(), payout.merchant(), payout.provider(), payout.amount(), Charge.CURRENCY);
    }

    /** The exact reversal of what the request took. */
    static Journal reversal(Payout payout) {
        List<Posting> legs = requested(payout).postings().stream()
                .map(leg -> new Posting(leg.account(), -leg.amount()))
                .toList();
        return new Journal(
                payout.id() + ":reversed", "payout.reversed", payout.org(), payout.id(), legs, payout.journal());
    }

    /** The provider paid although it had said that it would not: our float is smaller than the books say. */
    static Journal paidAfterAll(Payout payout) {
        return new Journal(
                payout.id() + ":paid-after-all",
                "payout.unexplained",
                payout.org(),
                payout.id(),
                List.of(
                        Posting.debit(ChartOfAccounts.suspense(payout.provider()), payout.amount()),
                        Posting.credit(ChartOfAccounts.floatAt(payout.provider()), payout.amount())));
    }

    private static Journal requested(Payout payout) {
        List<Posting> legs = new ArrayList<>();
        legs.add(Posting.debit(ChartOfAccounts.payable(payout.merchant()), payout.taken()));
        legs.add(Posting.credit(ChartOfAccounts.floatAt(payout.provider()), payout.amount()));
        if (payout.fee() > 0) {
            legs.add(Posting.credit(ChartOfAccounts.FEES, payout.fee()));
        }
        return new Journal(payout.id() + ":requested", "payout.requested", payout.org(), payout.id(), legs);
    }

    private static Payout pending(Payout payout, long journal) {
        return payout.posted(journal);
    }
}
