package cm.nkap.payout;

import cm.nkap.events.Envelope;
import cm.nkap.events.PayoutEvent;
import cm.nkap.events.ProviderEvent;
import cm.nkap.function.Settlement;
import cm.nkap.function.Step;
import cm.nkap.function.Tx;
import cm.nkap.ledger.Journal;
import cm.nkap.payments.Charge;
import cm.nkap.payments.ExceptionRows;
import cm.nkap.payments.Failure;
import cm.nkap.payments.Payout;
import cm.nkap.payments.PayoutRows;
import cm.nkap.payments.PayoutStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a provider answered about a payout becomes its state and its event. Success posts nothing, the money left before
 * the provider was asked; a definite failure posts the exact reversal; anything unknown leaves the money where it is.
 */
final class SettlePayout implements Settlement {
    private final PayoutBooks books;

    SettlePayout(PayoutBooks books) {
        this.books = books;
    }

    @Override
    public void settle(Tx tx, List<Envelope> events) {
        List<Envelope> left = new ArrayList<>(events);
        while (!left.isEmpty()) {
            Map<String, Envelope> round = new LinkedHashMap<>();
            for (Envelope event : left) {
                round.putIfAbsent(event.event().about(), event);
            }
            left.removeAll(round.values());
            settleRound(tx, round);
        }
        Step.reached("payout.settle.before-commit");
        tx.afterCommit(() -> Step.reached("payout.settle.after-commit"));
    }

    /** At most one event per payout, so that each sees the state that the one before left. */
    private void settleRound(Tx tx, Map<String, Envelope> events) {
        Round round = new Round(tx);
        for (Payout payout : PayoutRows.lock(tx.handle(), events.keySet())) {
            Envelope event = events.get(payout.id());
            if (event != null && event.event() instanceof ProviderEvent answer) {
                round.take(payout, answer);
            }
        }
        PayoutRows.move(tx.handle(), round.moves);
        books.post(tx.handle(), round.journals);
    }

    /** The moves and journals of one round, collected to be written set by set. */
    private static final class Round {
        private final Tx tx;
        private final List<PayoutRows.Move> moves = new ArrayList<>();
        private final List<Journal> journals = new ArrayList<>();

        Round(Tx tx) {
            this.tx = tx;
        }

        void take(Payout payout, ProviderEvent answer) {
            switch (answer) {
                case ProviderEvent.DisbursementSucceeded paid -> paid(payout, paid);
                case ProviderEvent.DisbursementFailed failed ->
                    failed(payout, new Failure(failed.code(), failed.message()));
                case ProviderEvent.DisbursementUnknown _ -> {
                    if (payout.status() == PayoutStatus.PENDING) {
                        move(payout, PayoutStatus.UNKNOWN, null, null);
                        tx.emit(payout.org(), new PayoutEvent.BecameUnknown(payout.id(), payout.merchant()));
                    }
                }
                case ProviderEvent.DisbursementPending _ -> {
                    if (payout.status() == PayoutStatus.UNKNOWN) {
                        move(payout, PayoutStatus.PENDING, null, null);
                    }
                }
                default -> throw new IllegalArgumentException("not about a disbursement: " + answer);
            }
        }

        private void paid(Payout payout, ProviderEvent.DisbursementSucceeded paid) {
            if (paid.amount() != payout.amount() || !paid.currency().equals(Charge.CURRENCY)) {
                throw new IllegalArgumentException("payout " + payout.id() + " is over " + payout.amount()
                        + " XAF, not " + paid.amount() + " " + paid.currency());
            }
            if (payout.status() == PayoutStatus.FAILED) {
                journals.add(PayoutBooks.paidAfterAll(payout));
                contradiction(payout, "failed and given back, then the provider said that it had paid");
            } else if (payout.status() != PayoutStatus.SUCCEEDED) {
                move(payout, PayoutStatus.SUCCEEDED, null, paid.providerTransaction());
                tx.emit(
                        payout.org(),
                        new PayoutEvent.Succeeded(
                                payout.id(),
                                payout.merchant(),
                                payout.provider(),
                                payout.amount(),
                                paid.providerTransaction()));
            }
        }

        private void failed(Payout payout, Failure failure) {
            if (payout.status() == PayoutStatus.SUCCEEDED) {
                contradiction(payout, "settled as succeeded, then the provider said " + failure.code());
            } else if (payout.status() != PayoutStatus.FAILED) {
                move(payout, PayoutStatus.FAILED, failure, null);
                journals.add(PayoutBooks.reversal(payout));
                tx.emit(payout.org(), new PayoutEvent.Failed(payout.id(), payout.merchant(), failure.code()));
            }
        }

        private void move(Payout payout, PayoutStatus to, @Nullable Failure failure, @Nullable String transaction) {
            moves.add(new PayoutRows.Move(
                    payout.id(), payout.status(), to, failure, transaction, null, to.isFinal() ? tx.now() : null));
        }

        private void contradiction(Payout payout, String detail) {
            ExceptionRows.raise(
                    tx.handle(), payout.org(), ExceptionRows.STATUS_CONTRADICTION, payout.id(), detail, tx.now());
        }
    }
}
