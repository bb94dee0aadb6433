package cm.nkap.ledger;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Claims about the books that are held against the rows again and again while others post. Each look reads a bounded
 * part: what is new since the last one, or the next slice of a round. How far a check has come and what it found is
 * stored in the transaction of the look, which must see every tenant and never takes the head. docs/checks.md says
 * what each finding means.
 */
public final class Checks {
    /** Open findings that one check keeps; a check of journals reads nothing new before there are fewer. */
    static final int MOST = 100;

    private static final long ITSELF = -1;
    private final Map<String, Check> checks = new LinkedHashMap<>();

    /** @param more checks of those who use the ledger, run like its own */
    public Checks(Limits limits, List<Check> more) {
        for (Check check : ownChecks(limits)) {
            checks.put(check.name(), check);
        }
        more.forEach(check -> checks.put(check.name(), check));
    }

    /**
     * How much one look reads and when a round begins again.
     *
     * @param journals new journals in one look
     * @param accounts accounts in one look
     * @param postings postings that one look of the replay reads
     * @param round between two rounds over all accounts
     * @param again between two rounds over all that was ever posted
     * @param clearing from the beginning of an account's name to how long a payment may stand on such an account
     */
    public record Limits(
            int journals,
            int accounts,
            int postings,
            Duration round,
            Duration again,
            Map<String, Duration> clearing,
            Health health) {}

    /**
     * What is still healthy.
     *
     * @param every between two looks
     * @param hotPercent least share of balance updates that touch no index
     * @param deadRows most dead rows in the balances
     * @param transaction how long a transaction of ours may be open
     * @param lockWait how long anybody may wait for a lock
     * @param queue most sessions waiting for the head
     */
    public record Health(
            Duration every, int hotPercent, long deadRows, Duration transaction, Duration lockWait, int queue) {}

    /** One claim. */
    public interface Check {
        String name();

        /** How long it rests after a round. */
        Duration rest();

        /** Reads the next bounded part, and once more what it had found. */
        Look look(Handle tx, Place from, List<Fault> open);
    }

    /** Where a check goes on: after this journal or account, with what it noted for itself; 0 and nothing in a new round. */
    public record Place(long seq, String state) {}

    /** Something found, and the number of the journal or account by which the check finds it again. */
    public record Fault(long at, String about, String detail) {}

    /**
     * What one look brought.
     *
     * @param verified which of the earlier findings it looked at; those it did not find again are gone
     * @param lag journals that it has not read yet
     * @param ended it has read everything
     */
    public record Look(Place next, List<Fault> faults, Predicate<Fault> verified, long lag, boolean ended) {}

    /** What a look changed; {@code open} findings are left. */
    public record Outcome(String check, List<Finding> found, List<Finding> gone, int open, long lag) {}

    /**
     * How a check stands.
     *
     * @param completeAt when it last had read everything
     */
    public record Progress(
            String check,
            @Nullable Instant ranAt,
            @Nullable Instant completeAt,
            long lag,
            List<OpenFinding> findings) {}

    /** A finding that is still there. */
    public record OpenFinding(String about, String detail, Instant foundAt) {}

    /** The checks that have something to read now, the one that waits longest first. */
    public List<String> due(Handle tx) {
        return CheckRows.due(tx, checks.values());
    }

    /** One look; nothing when somebody else is at it. */
    public Optional<Outcome> look(Handle tx, String name) {
        Check check = check(name);
        Optional<Place> place = CheckRows.take(tx, name);
        if (place.isEmpty()) {
            return Optional.empty();
        }
        List<Fault> open = CheckRows.open(tx, name);
        Look look = check.look(tx, place.get(), open);
        CheckRows.save(tx, name, look);
        return Optional.of(settle(tx, name, open, look));
    }

    /** Notes that a look could not be made; its own transaction is rolled back, this is another one. */
    public Optional<Outcome> broke(Handle tx, String name, String reason) {
        if (CheckRows.take(tx, name).isEmpty()) {
            return Optional.empty();
        }
        CheckRows.touch(tx, name);
        List<Fault> faults = List.of(new Fault(ITSELF, "check " + name, "could not be made: " + reason));
        return Optional.of(settle(
                tx,
                name,
                CheckRows.open(tx, name),
                new Look(new Place(0, ""), faults, fault -> false, CheckRows.lag(tx, name), false)));
    }

    /** How every check stands that ever ran. */
    public static List<Progress> progress(Handle tx) {
        return CheckRows.progress(tx);
    }

    private Check check(String name) {
        Check check = checks.get(name);
        if (check == null) {
            throw new IllegalArgumentException("no such check: " + name);
        }
        return check;
    }

    private static Outcome settle(Handle tx, String name, List<Fault> open, Look look) {
        Map<String, Fault> before = new LinkedHashMap<>();
        open.forEach(fault -> before.put(fault.about(), fault));
        Set<String> there = new HashSet<>();
        List<Fault> fresh = new ArrayList<>();
        List<Fault> again = new ArrayList<>();
        for (Fault fault : look.faults()) {
            if (there.add(fault.about())) {
                (before.containsKey(fault.about()) ? again : fresh).add(fault);
            }
        }
        List<Fault> gone = open.stream()
                .filter(fault -> !there.contains(fault.about()))
                .filter(fault -> fault.at() == ITSELF || look.verified().test(fault))
                .toList();
        List<Fault> found = fresh.subList(0, Math.clamp(MOST - open.size() + gone.size(), 0, fresh.size()));
        CheckRows.found(tx, name, found);
        CheckRows.seenAgain(tx, name, again);
        CheckRows.gone(tx, name, gone);
        return new Outcome(
                name, named(name, found), named(name, gone), open.size() + found.size() - gone.size(), look.lag());
    }

    private static List<Finding> named(String check, List<Fault> faults) {
        return faults.stream()
                .map(fault -> new Finding(check, fault.about(), fault.detail()))
                .toList();
    }

    private static List<Check> ownChecks(Limits limits) {
        return List.of(
                JournalCheck.endless("journals", limits, CheckSql.JOURNALS),
                JournalCheck.endless("histories", limits, CheckSql.HISTORIES),
                JournalCheck.endless("chain", limits, ChainReading::faults),
                JournalCheck.rounds("whole-chain", limits, ChainReading::faults),
                new OpenItems(limits),
                new Totals(limits.round()),
                new AccountCheck("balances", limits, CheckSql.BALANCES),
                new AccountCheck("floors", limits, CheckSql.FLOORS),
                new Replay(limits),
                new HealthCheck(limits.health()));
    }
}
