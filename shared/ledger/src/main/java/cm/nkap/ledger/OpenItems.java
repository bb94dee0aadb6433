package cm.nkap.ledger;

import cm.nkap.ledger.Checks.Fault;
import cm.nkap.ledger.Checks.Limits;
import cm.nkap.ledger.Checks.Look;
import cm.nkap.ledger.Checks.Place;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/** Accounts that money only passes through return to zero in time, payment by payment. */
final class OpenItems implements Checks.Check {
    private final int window;
    private final SortedMap<String, Duration> clearing;

    OpenItems(Limits limits) {
        this.window = limits.journals();
        this.clearing = new TreeMap<>(limits.clearing());
    }

    @Override
    public String name() {
        return "clearing";
    }

    @Override
    public Duration rest() {
        return Duration.ZERO;
    }

    @Override
    public Look look(Handle tx, Place from, List<Fault> open) {
        String names = String.join(" ", clearing.keySet());
        long after = from.seq();
        if (!from.state().equals(names)) {
            // other accounts are watched now: what stands on them is found by reading everything again
            tx.execute("DELETE FROM ledger.open_item");
            after = 0;
        }
        long head = JournalCheck.head(tx);
        long upto = Math.min(head, after + window);
        if (upto > after) {
            tx.createUpdate(CheckSql.MOVE_ITEMS)
                    .bind("after", after)
                    .bind("upto", upto)
                    .bind("names", clearing.keySet().toArray(String[]::new))
                    .execute();
        }
        if (upto < head) {
            // what is not read yet may have cleared what stands there
            return new Look(new Place(upto, names), List.of(), fault -> false, head - upto, false);
        }
        return new Look(new Place(Math.max(after, upto), names), old(tx), fault -> true, 0, true);
    }

    private List<Fault> old(Handle tx) {
        return tx.createQuery(CheckSql.OLD_ITEMS)
                .bind("names", clearing.keySet().toArray(String[]::new))
                .bind(
                        "millis",
                        clearing.values().stream().map(Duration::toMillis).toArray(Long[]::new))
                .bind("most", Checks.MOST)
                .map(CheckRows.FAULT)
                .list();
    }
}
