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
        Terms terms = new Terms(tx);
        List<Payout> wanted = new ArrayList<>();
        for (Charge charge : ChargeRows.findAll(tx.handle(), traces.keySet())) {
            PayoutPreference preference = automatic.get(charge.merchant());
            if (preference != null) {
                payout(tx, charge, preference, terms).ifPresent(wanted::add);
            }
        }
        List<Payout> made = new ArrayList<>();
        for (PayoutBooks.Taken taken : books.take(tx.handle(), wanted)) {
            switch (taken) {
                case PayoutBooks.Taken.Posted posted -> made.add(posted.payout());
                case PayoutBooks.Taken.FloatShort queued -> made.add(queued.payout());
                // The merchant has spent the money already; there is nothing to pay out.
                case PayoutBooks.Taken.MerchantShort _ -> {}
            }
        }
        PayoutRows.insert(tx.handle(), made);
        made.forEach(payout -> PayoutBooks.announce(tx, payout, traces.get(String.valueOf(payout.charge()))));
        Step.reached("payout.automatic.before-commit");
        tx.afterCommit(() -> Step.reached("payout.automatic.after-commit"));
    }

    /** The charge's net less the payout's own fee; nothing when that is below what the provider pays out. */
    private static Optional<Payout> payout(Tx tx, Charge charge, PayoutPreference preference, Terms terms) {
        FeePlan plan = terms.plan(charge.org());
        long fee = plan.on(charge.net());
        long amount = charge.net() - fee;
        Optional<AmountLimit> limit = terms.limit(preference.provider());
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

    /** Fee plans and limits, asked for once per batch. */
    private static final class Terms {
        private final Tx tx;
        private final Map<String, FeePlan> plans = new HashMap<>();
        private final Map<String, Optional<AmountLimit>> limits = new HashMap<>();

        Terms(Tx tx) {
            this.tx = tx;
        }

        FeePlan plan(String org) {
            return plans.computeIfAbsent(org, o -> MerchantRows.feePlan(tx.handle(), o, "payout", tx.now()));
        }

        Optional<AmountLimit> limit(String provider) {
            return limits.computeIfAbsent(provider, p -> MerchantRows.limit(tx.handle(), p, "payout", tx.now()));
        }
    }
}
