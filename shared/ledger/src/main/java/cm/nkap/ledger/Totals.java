package cm.nkap.ledger;

import cm.nkap.ledger.Checks.Fault;
import cm.nkap.ledger.Checks.Look;
import cm.nkap.ledger.Checks.Place;
import java.time.Duration;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** What all accounts were debited is what they were credited, in one snapshot. */
final class Totals implements Checks.Check {
    private final Duration rest;

    Totals(Duration rest) {
        this.rest = rest;
    }

    @Override
    public String name() {
        return "totals";
    }

    @Override
    public Duration rest() {
        return rest;
    }

    @Override
    public Look look(Handle tx, Place from, List<Fault> open) {
        List<Fault> faults =
                tx.createQuery(CheckSql.TOTALS).map(CheckRows.FAULT).list();
        return new Look(from, faults, fault -> true, 0, true);
    }
}
