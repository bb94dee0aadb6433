package cm.nkap.sweep;

import cm.nkap.events.EventFigures;
import cm.nkap.ledger.Ledger;
import cm.nkap.ledger.Seals;
import cm.nkap.payments.ChartOfAccounts;
import cm.nkap.payments.PaymentFigures;
import cm.nkap.providers.ProviderName;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/**
 * The state of the whole database in a few numbers, read by one process for all: seven small queries that use indexes only.
 *
 * @param floats whole XAF by provider, zero where nothing was ever booked
 * @param sealLag how long the first unsealed hour is over
 */
record Figures(
        EventFigures.Waiting events,
        List<EventFigures.Parked> parked,
        List<PaymentFigures.OpenRequests> requests,
        List<PaymentFigures.QueuedPayouts> payouts,
        List<PaymentFigures.OpenExceptions> exceptions,
        Map<String, Long> floats,
        Duration sealLag) {

    static final List<String> PROVIDERS =
            Arrays.stream(ProviderName.values()).map(ProviderName::text).toList();

    static Figures read(Handle tx) {
        return new Figures(
                EventFigures.waiting(tx),
                EventFigures.parked(tx),
                PaymentFigures.openRequests(tx),
                PaymentFigures.queuedPayouts(tx),
                PaymentFigures.openExceptions(tx),
                floats(tx),
                new Seals().lag(tx));
    }

    private static Map<String, Long> floats(Handle tx) {
        Map<String, Long> held = new TreeMap<>();
        List<String> accounts = PROVIDERS.stream().map(ChartOfAccounts::floatAt).toList();
        PROVIDERS.forEach(provider -> held.put(provider, 0L));
        new Ledger().balances(tx, accounts).forEach(balance -> PROVIDERS.stream()
                .filter(provider -> ChartOfAccounts.floatAt(provider).equals(balance.account()))
                .forEach(provider -> held.put(provider, balance.amount())));
        return Map.copyOf(held);
    }
}
