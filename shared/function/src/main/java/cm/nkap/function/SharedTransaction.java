package cm.nkap.function;

import cm.nkap.ledger.GroupCommit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

/** One transaction for all who wait at the same moment; see {@link GroupCommit}. Failures are the shell's problems. */
public final class SharedTransaction<I, O> {
    private static final ScopedValue<List<String>> SHARERS = ScopedValue.newInstance();

    private final GroupCommit<Shared<I>, O> group;

    /** An item and the span that waits for it, in W3C form; "" when there is none. */
    private record Shared<I>(I item, String traceparent) {}

    /** @param work runs in one transaction of {@link Database} and answers one result per item, in order */
    public SharedTransaction(GroupCommit.Size size, Function<List<I>, List<O>> work) {
        this.group = new GroupCommit<>(size, SharedTransaction::hitsEverybody, shared -> {
            var items = new ArrayList<I>(shared.size());
            var sharers = new ArrayList<String>(shared.size());
            for (var one : shared) {
                items.add(one.item);
                sharers.add(one.traceparent);
            }
            return ScopedValue.where(SHARERS, sharers).call(() -> work.apply(items));
        });
    }

    /** Whose work this thread's transaction is; empty when it is the thread's own. */
    static List<String> sharers() {
        return SHARERS.orElse(List.of());
    }

    /**
     * Waits for the result of this item.
     *
     * @throws Problem 503 {@code overloaded} when too many wait or this thread was interrupted before its turn;
     *     {@code outcome_unknown} when the connection broke during the commit
     */
    public O submit(I item) {
        try {
            var traceparent = Scope.current().traceparent();
            return group.submit(new Shared<>(item, traceparent == null ? "" : traceparent));
        } catch (RejectedExecutionException | CancellationException e) {
            throw Refusals.overloaded("Too many wait for the same work").causedBy(e);
        }
    }

    /**
     * A database that is away or overrun fails each item alike: trying them one by one would only add to it. After a lost
     * commit nothing may be run again before somebody has looked.
     */
    private static boolean hitsEverybody(RuntimeException e) {
        return switch (e) {
            case CommitLost _ -> true;
            case Problem problem -> problem.status() == 503 && !problem.code().equals("busy");
            default -> false;
        };
    }
}
