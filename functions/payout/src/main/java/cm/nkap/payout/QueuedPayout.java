package cm.nkap.payout;

import cm.nkap.events.Envelope;
import cm.nkap.events.PayoutEvent;
import cm.nkap.function.Settlement;
import cm.nkap.function.Tx;
import cm.nkap.payments.MerchantRows;
import cm.nkap.payments.Payout;
import cm.nkap.payments.PayoutRows;
import cm.nkap.payments.PayoutStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Tries payouts that wait for a provider's float, oldest first; stops at the first that is still too large for it. */
final class QueuedPayout implements Settlement {
    private static final int AT_ONCE = 100;

    private final PayoutBooks books;

    QueuedPayout(PayoutBooks books) {
        this.books = books;
    }

    @Override
    public void settle(Tx tx, List<Envelope> events) {
        // Sweep runs for the platform and names a provider, not an organisation: the queue spans them all.
        tx.actForAll();
        Set<String> providers = events.stream()
                .map(event -> ((PayoutEvent.Due) event.event()).provider())
                .collect(Collectors.toCollection(TreeSet::new));
        for (String provider : providers) {
            drain(tx, PayoutRows.queued(tx.handle(), provider, AT_ONCE));
        }
    }

    private void drain(Tx tx, List<Payout> queue) {
        if (queue.isEmpty()) {
            return;
        }
        MerchantRows.lock(tx.handle(), queue.stream().map(Payout::merchant).collect(Collectors.toSet()));
        List<Payout> waiting = PayoutRows.lock(
                        tx.handle(), queue.stream().map(Payout::id).toList())
                .stream()
                .filter(payout -> payout.status() == PayoutStatus.QUEUED)
                .toList();
        List<PayoutRows.Move> moves = new ArrayList<>();
        for (Payout payout : waiting) {
            switch (books.take(tx.handle(), List.of(payout)).getFirst()) {
                case PayoutBooks.Taken.Posted posted -> {
                    moves.add(requested(posted.payout()));
                    PayoutBooks.announce(tx, posted.payout());
                }
                // A merchant whose balance is gone must not hold up the others.
                case PayoutBooks.Taken.MerchantShort _ -> {}
                case PayoutBooks.Taken.FloatShort _ -> {
                    PayoutRows.move(tx.handle(), moves);
                    return;
                }
            }
        }
        PayoutRows.move(tx.handle(), moves);
    }

    private static PayoutRows.Move requested(Payout posted) {
        return new PayoutRows.Move(
                posted.id(), PayoutStatus.QUEUED, PayoutStatus.PENDING, null, null, posted.journal(), null);
    }
}
