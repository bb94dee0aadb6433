package cm.nkap.ledger;

import cm.nkap.ledger.Checks.Fault;
import cm.nkap.ledger.Checks.Limits;
import cm.nkap.ledger.Checks.Look;
import cm.nkap.ledger.Checks.Place;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;

/**
 * Rebuilds each account from its first posting and compares it with its balance as that was when the rebuilding began,
 * so that an account may be posted to meanwhile. An account with many postings takes several looks.
 */
final class Replay implements Checks.Check {
    private static final RowMapper<Goal> GOAL = (row, context) ->
            new Goal(row.getLong("account_id"), row.getLong("version"), row.getLong("debits"), row.getLong("credits"));

    private final Limits limits;

    Replay(Limits limits) {
        this.limits = limits;
    }

    /** What the postings of an account up to a version must add up to. */
    private record Goal(long account, long version, long debits, long credits) {}

    /** How far the rebuilding of one account has come. */
    private record Part(Goal goal, long version, long debits, long credits) {
        static Part of(String state) {
            long[] numbers =
                    Stream.of(state.split(" ", -1)).mapToLong(Long::parseLong).toArray();
            return new Part(
                    new Goal(numbers[0], numbers[1], numbers[2], numbers[3]), numbers[4], numbers[5], numbers[6]);
        }

        String state() {
            return LongStream.of(goal.account, goal.version, goal.debits, goal.credits, version, debits, credits)
                    .mapToObj(Long::toString)
                    .collect(Collectors.joining(" "));
        }
    }

    @Override
    public String name() {
        return "replay";
    }

    @Override
    public Duration rest() {
        return limits.again();
    }

    @Override
    public Look look(Handle tx, Place from, List<Fault> open) {
        if (!from.state().isEmpty()) {
            return goOn(tx, from, Part.of(from.state()));
        }
        List<Goal> goals = tx.createQuery(CheckSql.REPLAY_NEXT)
                .bind("after", from.seq())
                .bind("accounts", limits.accounts())
                .bind("postings", limits.postings())
                .map(GOAL)
                .list();
        if (goals.isEmpty()) {
            return new Look(new Place(0, ""), List.of(), fault -> false, 0, true);
        }
        Goal first = goals.getFirst();
        if (first.version() > limits.postings()) {
            return goOn(tx, from, new Part(first, 0, 0, 0));
        }
        long last = goals.getLast().account();
        return new Look(
                new Place(last, ""),
                faults(tx, goals),
                fault -> fault.at() > from.seq() && fault.at() <= last,
                0,
                false);
    }

    private static List<Fault> faults(Handle tx, List<Goal> goals) {
        return tx.createQuery(CheckSql.REPLAY)
                .bind("ids", goals.stream().map(Goal::account).toArray(Long[]::new))
                .bind("versions", goals.stream().map(Goal::version).toArray(Long[]::new))
                .bind("debits", goals.stream().map(Goal::debits).toArray(Long[]::new))
                .bind("credits", goals.stream().map(Goal::credits).toArray(Long[]::new))
                .map(CheckRows.FAULT)
                .list();
    }

    private Look goOn(Handle tx, Place from, Part part) {
        Goal goal = part.goal();
        long upto = Math.min(goal.version(), part.version() + limits.postings());
        Part next = tx.createQuery(CheckSql.REPLAY_PART)
                .bind("account", goal.account())
                .bind("after", part.version())
                .bind("upto", upto)
                .map((row, context) -> new Part(
                        goal,
                        part.version() + row.getLong("postings"),
                        Math.addExact(part.debits(), row.getLong("debits")),
                        Math.addExact(part.credits(), row.getLong("credits"))))
                .one();
        boolean gap = next.version() < upto;
        if (next.version() < goal.version() && !gap) {
            return new Look(new Place(from.seq(), next.state()), List.of(), fault -> false, 0, false);
        }
        boolean right = !gap && next.debits() == goal.debits() && next.credits() == goal.credits();
        return new Look(
                new Place(goal.account(), ""),
                right ? List.of() : List.of(fault(tx, next, gap)),
                fault -> fault.at() == goal.account(),
                0,
                false);
    }

    private static Fault fault(Handle tx, Part built, boolean gap) {
        Goal goal = built.goal();
        String name = tx.createQuery("SELECT name FROM ledger.account WHERE id = :id")
                .bind("id", goal.account())
                .mapTo(String.class)
                .findOne()
                .orElse(Long.toString(goal.account()));
        String detail = gap
                ? "lacks a posting among its first " + goal.version()
                : "at version " + goal.version() + " debits " + goal.debits() + ", credits " + goal.credits()
                        + "; its postings make debits " + built.debits() + ", credits " + built.credits();
        return new Fault(goal.account(), "account " + name, detail);
    }
}
