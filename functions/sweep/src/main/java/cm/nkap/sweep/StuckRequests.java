package cm.nkap.sweep;

import cm.nkap.ledger.Checks.Check;
import cm.nkap.ledger.Checks.Fault;
import cm.nkap.ledger.Checks.Look;
import cm.nkap.ledger.Checks.Place;
import cm.nkap.payments.ProviderRequestOversight;
import java.time.Duration;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Every request has an outcome in reasonable time after it expired. */
final class StuckRequests implements Check {
    private static final int MOST = 100;

    private final Duration patience;
    private final Duration rest;

    StuckRequests(Duration patience, Duration rest) {
        this.patience = patience;
        this.rest = rest;
    }

    @Override
    public String name() {
        return "stuck-requests";
    }

    @Override
    public Duration rest() {
        return rest;
    }

    @Override
    public Look look(Handle tx, Place from, List<Fault> open) {
        List<Fault> faults = ProviderRequestOversight.stuck(tx, patience, MOST).stream()
                .map(request -> new Fault(
                        0,
                        "request " + request.id(),
                        "of " + request.payment() + " is " + request.status() + " at " + request.provider()))
                .toList();
        return new Look(from, faults, fault -> true, 0, true);
    }
}
