package cm.nkap.payout;

import cm.nkap.events.Envelope;
import cm.nkap.events.PayoutEvent;
import cm.nkap.events.ProviderEvent;
import cm.nkap.function.Settlement;
import cm.nkap.function.Step;
import cm.nkap.function.Tx;
import cm.nkap.ledger.Journal;
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

    private void settleRound(Tx tx, Map<String, Envelope> events) {
        List<PayoutRows.Move> moves = new ArrayList<>();
        List<Journal> journals = new ArrayList<>();
        for (Payout payout : PayoutRows.lock(tx.handle(), events.keySet())) {
            Envelope event = events.get(payout.id());
            if (event != null && event.event() instanceof ProviderEvent answer) {
                take(tx, payout, answer, moves, journals);
            }
        }
        PayoutRows.move(tx.handle(), moves);
        books.post(tx.handle(), journals);
    }

    private static void take(
            Tx tx, Payout payout, ProviderEvent answer, List<PayoutRows.Move> moves, List<Journal> journals) {
        switch (answer) {
            case ProviderEvent.DisbursementSucceeded paid -> {
                if (payout.status() == PayoutStatus.FAILED) {
                    journals.add(PayoutBooks.paidAfterAll(payout));
                    contradiction(tx, payout, "failed and given back, then the provider said that it had paid");
                } else if (payout.status() != PayoutStatus.SUCCEEDED) {
                    moves.add(move(payout, PayoutStatus.SUCCEEDED, null, paid.providerTransaction(), tx));
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
            case ProviderEvent.DisbursementFailed failed -> {
                if (payout.status() == PayoutStatus.SUCCEEDED) {
                    contradiction(tx, payout, "settled as succeeded, then the provider said " + failed.code());
                } else if (payout.status() != PayoutStatus.FAILED) {
                    journals.add(PayoutBooks.reversal(payout));
                    moves.add(
                            move(payout, PayoutStatus.FAILED, new Failure(failed.code(), failed.message()), null, tx));
                    tx.emit(payout.org(), new PayoutEvent.Failed(payout.id(), payout.merchant(), failed.code()));
                }
            }
            case ProviderEvent.DisbursementUnknown _ -> {
                if (payout.status() == PayoutStatus.PENDING) {
                    moves.add(move(payout, PayoutStatus.UNKNOWN, null, null, tx));
                    tx.emit(payout.org(), new PayoutEvent.BecameUnknown(payout.id(), payout.merchant()));
                }
            }
            case ProviderEvent.DisbursementPending _ -> {
                if (payout.status() == PayoutStatus.UNKNOWN) {
                    moves.add(move(payout, PayoutStatus.PENDING, null, null, tx));
                }
            }
            default -> throw new IllegalArgumentException("not about a disbursement: " + answer);
        }
    }

    private static PayoutRows.Move move(
            Payout payout, PayoutStatus to, @Nullable Failure failure, @Nullable String transaction, Tx tx) {
        return new PayoutRows.Move(
                payout.id(), payout.status(), to, failure, transaction, null, to.isFinal() ? tx.now() : null);
    }

    private static void contradiction(Tx tx, Payout payout, String detail) {
        ExceptionRows.raise(
                tx.handle(), payout.org(), ExceptionRows.STATUS_CONTRADICTION, payout.id(), detail, tx.now());
    }
}
