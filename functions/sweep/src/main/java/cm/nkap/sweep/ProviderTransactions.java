package cm.nkap.sweep;

import cm.nkap.ledger.Checks.Check;
import cm.nkap.ledger.Checks.Fault;
import cm.nkap.ledger.Checks.Look;
import cm.nkap.ledger.Checks.Place;
import cm.nkap.payments.ProviderRequestOversight;
import cm.nkap.payments.ProviderRequestOversight.Succeeded;
import cm.nkap.payments.ProviderRequestOversight.Transaction;
import java.time.Duration;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** No two requests succeeded under one transaction of a provider: its money would be in the books twice. */
final class ProviderTransactions implements Check {
    private final int atOnce;
    private final Duration rest;

    ProviderTransactions(int atOnce, Duration rest) {
        this.atOnce = atOnce;
        this.rest = rest;
    }

    @Override
    public String name() {
        return "provider-transactions";
    }

    @Override
    public Duration rest() {
        return rest;
    }

    @Override
    public Look look(Handle tx, Place from, List<Fault> open) {
        Transaction first = transaction(from.state());
        List<Succeeded> page = ProviderRequestOversight.succeeded(tx, first, atOnce);
        int read = page.stream().mapToInt(group -> group.requests().size()).sum();
        boolean ended = read < atOnce || page.size() == 1;
        Transaction last = page.isEmpty() ? first : page.getLast().transaction();
        List<Fault> faults = page.stream()
                .filter(group -> group.requests().size() > 1)
                .map(group -> new Fault(
                        0, text(group.transaction()), "succeeded for each of " + String.join(", ", group.requests())))
                .toList();
        return new Look(
                new Place(0, ended ? "" : text(last)),
                faults,
                fault -> first.compareTo(transaction(fault.about())) <= 0
                        && (ended || transaction(fault.about()).compareTo(last) < 0),
                0,
                ended);
    }

    private static String text(Transaction transaction) {
        return transaction.provider() + " " + transaction.id();
    }

    /** The names of providers have no spaces. */
    private static Transaction transaction(String text) {
        int space = text.indexOf(' ');
        return space < 0
                ? new Transaction("", "")
                : new Transaction(text.substring(0, space), text.substring(space + 1));
    }
}
