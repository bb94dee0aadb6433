package cm.nkap.createcharge;

import cm.nkap.events.ChargeEvent;
import cm.nkap.events.Envelope;
import cm.nkap.events.ProviderEvent;
import cm.nkap.function.Settlement;
import cm.nkap.function.Step;
import cm.nkap.function.Tx;
import cm.nkap.ledger.Journal;
import cm.nkap.ledger.Ledger;
import cm.nkap.ledger.Posting;
import cm.nkap.ledger.Verdict;
import cm.nkap.payments.Charge;
import cm.nkap.payments.ChargeRows;
import cm.nkap.payments.ChargeStatus;
import cm.nkap.payments.ChartOfAccounts;
import cm.nkap.payments.ExceptionRows;
import cm.nkap.payments.Failure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a provider answered about a collection becomes the charge's state, its journal and its event, in one
 * transaction. A final state stays: money that comes later is kept as an unapplied receipt, a contradiction is raised.
 */
final class SettleCharge implements Settlement {
    private final Ledger ledger;

    SettleCharge(Ledger ledger) {
        this.ledger = ledger;
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
        Step.reached("create-charge.settle.before-commit");
        tx.afterCommit(() -> Step.reached("create-charge.settle.after-commit"));
    }

    /** At most one event per charge, so that each sees the state that the one before left. */
    private void settleRound(Tx tx, Map<String, Envelope> events) {
        Round round = new Round(tx);
        for (Charge charge : ChargeRows.lock(tx.handle(), events.keySet())) {
            Envelope event = events.get(charge.id());
            if (event != null && event.event() instanceof ProviderEvent answer) {
                round.take(charge, answer);
            }
        }
        round.post(ledger);
    }

    /** The moves and journals of one round, collected to be written set by set. */
    private static final class Round {
        private final Tx tx;
        private final List<ChargeRows.Move> moves = new ArrayList<>();
        private final List<Journal> journals = new ArrayList<>();
        private final Map<String, Late> late = new LinkedHashMap<>();

        private record Late(Charge charge, String transaction) {}

        Round(Tx tx) {
            this.tx = tx;
        }

        void take(Charge charge, ProviderEvent answer) {
            switch (answer) {
                case ProviderEvent.CollectionSucceeded paid -> paid(charge, paid);
                case ProviderEvent.CollectionFailed failed -> {
                    if (end(charge, ChargeStatus.FAILED, new Failure(failed.code(), failed.message()))) {
                        tx.emit(charge.org(), new ChargeEvent.Failed(charge.id(), charge.merchant(), failed.code()));
                    }
                }
                case ProviderEvent.CollectionExpired _ -> {
                    if (end(
                            charge,
                            ChargeStatus.EXPIRED,
                            new Failure("payer_timeout", "The payer did not approve in time."))) {
                        tx.emit(charge.org(), new ChargeEvent.Expired(charge.id(), charge.merchant()));
                    }
                }
                case ProviderEvent.CollectionUnknown _ -> {
                    if (charge.status() == ChargeStatus.PENDING) {
                        move(charge, ChargeStatus.UNKNOWN, null, null, null);
                        tx.emit(charge.org(), new ChargeEvent.BecameUnknown(charge.id(), charge.merchant()));
                    }
                }
                case ProviderEvent.CollectionPending _ -> {
                    if (charge.status() == ChargeStatus.UNKNOWN) {
                        move(charge, ChargeStatus.PENDING, null, null, null);
                    }
                }
                default -> throw new IllegalArgumentException("not about a collection: " + answer);
            }
        }

        private void paid(Charge charge, ProviderEvent.CollectionSucceeded paid) {
            if (paid.amount() != charge.amount() || !paid.currency().equals(Charge.CURRENCY)) {
                throw new IllegalArgumentException("charge " + charge.id() + " is over " + charge.amount()
                        + " XAF, not " + paid.amount() + " " + paid.currency());
            }
            switch (charge.status()) {
                case SUCCEEDED -> {}
                case FAILED, EXPIRED, CANCELED -> {
                    journals.add(received(charge));
                    late.put(charge.id(), new Late(charge, paid.providerTransaction()));
                }
                case PENDING, UNKNOWN -> {
                    journals.add(collected(charge));
                    move(charge, ChargeStatus.SUCCEEDED, null, paid.providerTransaction(), tx.now());
                    tx.emit(
                            charge.org(),
                            new ChargeEvent.Succeeded(
                                    charge.id(),
                                    charge.merchant(),
                                    charge.provider(),
                                    charge.amount(),
                                    charge.fee(),
                                    charge.net(),
                                    paid.providerTransaction()));
                }
            }
        }

        private boolean end(Charge charge, ChargeStatus status, Failure failure) {
            if (charge.status() == ChargeStatus.SUCCEEDED) {
                ExceptionRows.raise(
                        tx.handle(),
                        charge.org(),
                        ExceptionRows.STATUS_CONTRADICTION,
                        charge.id(),
                        "settled as succeeded, then the provider said " + failure.code(),
                        tx.now());
            }
            if (charge.status().isFinal()) {
                return false;
            }
            move(charge, status, failure, null, tx.now());
            return true;
        }

        private void move(
                Charge charge,
                ChargeStatus to,
                @Nullable Failure failure,
                @Nullable String transaction,
                @Nullable Instant completedAt) {
            moves.add(new ChargeRows.Move(charge.id(), charge.status(), to, failure, transaction, completedAt));
        }

        /** Posts last: from here to the commit this transaction is the ledger's only writer. */
        void post(Ledger ledger) {
            ChargeRows.move(tx.handle(), moves);
            List<Verdict> verdicts = ledger.post(tx.handle(), journals);
            for (int i = 0; i < verdicts.size(); i++) {
                Journal journal = journals.get(i);
                if (!verdicts.get(i).stands()) {
                    throw new IllegalStateException("journal " + journal.key() + ": " + verdicts.get(i));
                }
                Late receipt = journal.payment() == null ? null : late.get(journal.payment());
                if (receipt != null) {
                    keep(receipt, verdicts.get(i));
                }
            }
        }

        private void keep(Late receipt, Verdict verdict) {
            Charge charge = receipt.charge();
            if (verdict instanceof Verdict.Posted posted) {
                ExceptionRows.keepReceipt(tx.handle(), charge, receipt.transaction(), posted.seq(), tx.now());
                ExceptionRows.raise(
                        tx.handle(),
                        charge.org(),
                        ExceptionRows.STATUS_CONTRADICTION,
                        charge.id(),
                        "paid after the charge was " + charge.status().text() + "; kept as an unapplied receipt",
                        tx.now());
            }
        }
    }

    private static Journal collected(Charge charge) {
        List<Posting> legs = new ArrayList<>();
        legs.add(Posting.debit(ChartOfAccounts.floatAt(charge.provider()), charge.amount()));
        if (charge.net() > 0) {
            legs.add(Posting.credit(ChartOfAccounts.payable(charge.merchant()), charge.net()));
        }
        if (charge.fee() > 0) {
            legs.add(Posting.credit(ChartOfAccounts.FEES, charge.fee()));
        }
        return new Journal(charge.id() + ":collected", "charge.collected", charge.org(), charge.id(), legs);
    }

    private static Journal received(Charge charge) {
        return new Journal(
                charge.id() + ":unapplied",
                "charge.unapplied",
                charge.org(),
                charge.id(),
                List.of(
                        Posting.debit(ChartOfAccounts.floatAt(charge.provider()), charge.amount()),
                        Posting.credit(ChartOfAccounts.suspense(charge.provider()), charge.amount())));
    }
}
