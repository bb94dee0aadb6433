package cm.nkap.payout;

import cm.nkap.events.ChargeEvent;
import cm.nkap.events.Envelope;
import cm.nkap.function.Settlement;
import cm.nkap.function.Step;
import cm.nkap.function.Tx;
import cm.nkap.payments.AmountLimit;
import cm.nkap.payments.Charge;
import cm.nkap.payments.ChargeRows;
import cm.nkap.payments.FeePlan;
import cm.nkap.payments.Ids;
import cm.nkap.payments.MerchantRows;
import cm.nkap.payments.Payout;
import cm.nkap.payments.PayoutPreference;
import cm.nkap.payments.PayoutRows;
import cm.nkap.payments.PayoutStatus;
import cm.nkap.payments.Terms;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Pays out what a charge brought, at once, for merchants that prefer it so. One payout per charge, held by the database. */
final class AutomaticPayout implements Settlement {
    private final PayoutBooks books;

    AutomaticPayout(PayoutBooks books) {
        this.books = books;
    }

    @Override
    public void settle(Tx tx, List<Envelope> events) {
        Set<String> merchants = new TreeSet<>();
        Map<String, @Nullable String> traces = new TreeMap<>();
        for (Envelope event : events) {
            if (event.event() instanceof ChargeEvent.Succeeded succeeded) {
                merchants.add(succeeded.merchant());
                traces.put(succeeded.charge(), event.traceparent());
            }
        }
        Map<String, PayoutPreference> automatic = MerchantRows.preferences(tx.handle(), merchants).stream()
                .filter(PayoutPreference::automatic)
                .collect(Collectors.toMap(PayoutPreference::merchant, preference -> preference));
        if (automatic.isEmpty()) {
            return;
        }
        MerchantRows.lock(tx.handle(), automatic.keySet());
        List<Payout> made = take(tx, covered(tx, wanted(tx, traces.keySet(), automatic)));
        PayoutRows.insert(tx.handle(), made);
        made.forEach(payout -> PayoutBooks.announce(tx, payout, traces.get(String.valueOf(payout.charge()))));
        Step.reached("payout.automatic.before-commit");
        tx.afterCommit(() -> Step.reached("payout.automatic.after-commit"));
    }

    private static List<Payout> wanted(Tx tx, Set<String> charges, Map<String, PayoutPreference> automatic) {
        Map<String, Terms> terms = new HashMap<>();
        List<Payout> wanted = new ArrayList<>();
        for (Charge charge : ChargeRows.findAll(tx.handle(), charges)) {
            PayoutPreference preference = automatic.get(charge.merchant());
            // A fee that took the whole charge left nothing to pay out.
            if (preference != null && charge.net() > 0) {
                Terms inForce = terms.computeIfAbsent(
                        charge.org() + " " + preference.provider(),
                        key -> MerchantRows.terms(
                                tx.handle(), charge.org(), "payout", preference.provider(), tx.now()));
                payout(tx, charge, preference, inForce).ifPresent(wanted::add);
            }
        }
        return wanted;
    }

    /** Leaves out what the merchant has spent already or what a payout that waits has a claim on. */
    private List<Payout> covered(Tx tx, List<Payout> wanted) {
        Map<String, Long> free = new HashMap<>();
        List<Payout> covered = new ArrayList<>();
        for (Payout payout : wanted) {
            Long known = free.get(payout.merchant());
            long left = (known == null ? books.free(tx.handle(), payout.merchant()) : known) - payout.taken();
            if (left >= 0) {
                covered.add(payout);
                free.put(payout.merchant(), left);
            }
        }
        return covered;
    }

    private List<Payout> take(Tx tx, List<Payout> covered) {
        List<Payout> made = new ArrayList<>();
        for (PayoutBooks.Taken taken : books.take(tx.handle(), covered)) {
            switch (taken) {
                case PayoutBooks.Taken.Posted posted -> made.add(posted.payout());
                case PayoutBooks.Taken.FloatShort queued -> made.add(queued.payout());
                case PayoutBooks.Taken.MerchantShort _ -> {}
            }
        }
        return made;
    }

    /** The charge's net less the payout's own fee; nothing when that is below what the provider pays out. */
    private static Optional<Payout> payout(Tx tx, Charge charge, PayoutPreference preference, Terms terms) {
        FeePlan plan = terms.fees();
        long fee = plan.on(charge.net());
        long amount = charge.net() - fee;
        Optional<AmountLimit> limit = terms.limit();
        if (limit.isEmpty()
                || amount < limit.get().least()
                || amount > limit.get().most()) {
            return Optional.empty();
        }
        return Optional.of(new Payout(
                Ids.next("po"),
                charge.org(),
                charge.merchant(),
                PayoutStatus.QUEUED,
                amount,
                fee,
                plan.id(),
                preference.provider(),
                preference.payee(),
                charge.reference(),
                charge.id(),
                null,
                PayoutBooks.FLOAT_SHORT,
                "automatic",
                null,
                null,
                charge.traceId(),
                tx.now(),
                null));
    }
}
