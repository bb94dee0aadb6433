package cm.nkap.ledger;

import cm.nkap.ledger.Checks.Fault;
import cm.nkap.ledger.Checks.Limits;
import cm.nkap.ledger.Checks.Look;
import cm.nkap.ledger.Checks.Place;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** Reads journals in the order of their numbers: the new ones, or all of them round after round. */
final class JournalCheck implements Checks.Check {
    private static final int RECHECKS = 10;

    private final String name;
    private final Duration rest;
    private final boolean rounds;
    private final int window;
    private final Reading reading;

    private JournalCheck(String name, Duration rest, boolean rounds, int window, Reading reading) {
        this.name = name;
        this.rest = rest;
        this.rounds = rounds;
        this.window = window;
        this.reading = reading;
    }

    /** Faults of the journals after one number up to another, in their order and at most so many. */
    interface Reading {
        List<Fault> faults(Handle tx, long after, long upto, int most);
    }

    /** Reads each journal once, soon after it was posted. */
    static JournalCheck endless(String name, Limits limits, Reading reading) {
        return new JournalCheck(name, Duration.ZERO, false, limits.journals(), reading);
    }

    static JournalCheck endless(String name, Limits limits, String sql) {
        return endless(name, limits, (tx, after, upto, most) -> tx.createQuery(sql)
                .bind("after", after)
                .bind("upto", upto)
                .bind("most", most)
                .map(CheckRows.FAULT)
                .list());
    }

    /** Reads all journals, rests, and reads them again. */
    static JournalCheck rounds(String name, Limits limits, Reading reading) {
        return new JournalCheck(name, limits.again(), true, limits.journals(), reading);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Duration rest() {
        return rest;
    }

    @Override
    public Look look(Handle tx, Place from, List<Fault> open) {
        List<Fault> faults = new ArrayList<>();
        long head = head(tx);
        Set<Long> read = recheck(tx, open, head, faults);
        // the head stands before where this check had come only when the books were put back
        long after = Math.min(from.seq(), head);
        long upto = after;
        int room = Checks.MOST - open.size();
        if (head > after && room > 0) {
            List<Fault> more = reading.faults(tx, after, Math.min(head, after + window), room);
            upto = more.size() < room
                    ? Math.min(head, after + window)
                    : more.getLast().at();
            faults.addAll(more);
        }
        boolean ended = upto >= head;
        long last = upto;
        return new Look(
                new Place(rounds && ended ? 0 : last, ""),
                faults,
                fault -> read.contains(fault.at()) || (fault.at() > after && fault.at() <= last),
                rounds ? 0 : head - last,
                ended);
    }

    private Set<Long> recheck(Handle tx, List<Fault> open, long head, List<Fault> faults) {
        Set<Long> read = new HashSet<>();
        for (Fault fault : open) {
            if (fault.at() > head) {
                read.add(fault.at());
            } else if (fault.at() >= 0 && read.size() < RECHECKS && read.add(fault.at())) {
                faults.addAll(reading.faults(tx, fault.at() - 1, fault.at(), Checks.MOST));
            }
        }
        return read;
    }

    static long head(Handle tx) {
        return tx.createQuery("SELECT next_seq - 1 FROM ledger.head")
                .mapTo(Long.class)
                .one();
    }
}
