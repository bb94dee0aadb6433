package cm.nkap.ledger;

import cm.nkap.ledger.Checks.Fault;
import cm.nkap.ledger.Checks.Limits;
import cm.nkap.ledger.Checks.Look;
import cm.nkap.ledger.Checks.Place;
import java.time.Duration;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Reads the accounts slice by slice, each slice in one snapshot, and begins again after a rest. */
final class AccountCheck implements Checks.Check {
    private final String name;
    private final Limits limits;
    private final String sql;

    AccountCheck(String name, Limits limits, String sql) {
        this.name = name;
        this.limits = limits;
        this.sql = sql;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Duration rest() {
        return limits.round();
    }

    @Override
    public Look look(Handle tx, Place from, List<Fault> open) {
        long upto = tx.createQuery("""
                        SELECT coalesce(max(id), 0) FROM
                            (SELECT id FROM ledger.account WHERE id > :after ORDER BY id LIMIT :accounts) slice
                        """)
                .bind("after", from.seq())
                .bind("accounts", limits.accounts())
                .mapTo(Long.class)
                .one();
        if (upto == 0) {
            return new Look(new Place(0, ""), List.of(), fault -> false, 0, true);
        }
        List<Fault> faults = tx.createQuery(sql)
                .bind("after", from.seq())
                .bind("upto", upto)
                .map(CheckRows.FAULT)
                .list();
        return new Look(new Place(upto, ""), faults, fault -> fault.at() > from.seq() && fault.at() <= upto, 0, false);
    }
}
