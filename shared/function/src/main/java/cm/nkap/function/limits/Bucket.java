package cm.nkap.function.limits;

import cm.nkap.function.limits.Leases.Lease;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * This process's part of one shared budget. Calls spend what was leased; more is asked for in the background before it
 * runs out, and a few calls pass on credit while nothing is held, so that almost no call waits for the network. A crowd
 * larger than the credit waits for the lease that is under way, {@value #PATIENCE_MILLIS} ms at most.
 */
final class Bucket {
    static final long PATIENCE_MILLIS = 50;
    private static final long LEASE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long AWAY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final String key;
    private final Budget budget;
    private final @Nullable Leases leases;
    private final LongSupplier clock;
    private final OwnBucket own;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable CompletableFuture<Void> underWay;
    /** Calls that may pass; negative for what passed on credit. */
    private long held;

    private long heldUntil;
    private long emptyUntil;
    private long awayUntil;
    private long left;
    private long chunk = 1;
    private int waiting;

    /** @param leases null for a process that shares with nobody */
    Bucket(String key, Budget budget, @Nullable Leases leases, int processes, LongSupplier clock) {
        this.key = key;
        this.budget = budget;
        this.leases = leases;
        this.clock = clock;
        long now = clock.getAsLong();
        this.own = new OwnBucket(budget.partOf(processes), now);
        this.heldUntil = now;
        this.emptyUntil = now;
        this.awayUntil = now;
        this.left = budget.capacity();
    }

    Taken take() {
        long deadline = clock.getAsLong() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
        while (true) {
            CompletableFuture<Void> lease;
            lock.lock();
            try {
                var taken = takeHeld(clock.getAsLong());
                if (taken != null) {
                    return taken;
                }
                lease = underWay;
            } finally {
                lock.unlock();
            }
            if (lease != null && !await(lease, deadline)) {
                return takeOwn();
            }
        }
    }

    /** Gives back what a call took that another budget refused. */
    void giveBack() {
        lock.lock();
        try {
            held++;
        } finally {
            lock.unlock();
        }
    }

    /** True when nothing here would be missed. */
    boolean isIdle() {
        lock.lock();
        try {
            return underWay == null && held >= 0 && heldUntil + LEASE_NANOS - clock.getAsLong() < 0;
        } finally {
            lock.unlock();
        }
    }

    /** Null when a lease is under way that decides. */
    private @Nullable Taken takeHeld(long now) {
        if (held > 0 && heldUntil - now < 0) {
            held = 0;
            chunk = Math.max(1, chunk / 2);
        }
        if (held > 0) {
            held--;
            if (held <= chunk / 2) {
                order();
            }
            return Taken.yes(budget, left + held);
        }
        if (emptyUntil - now > 0) {
            return Taken.no(budget, emptyUntil - now);
        }
        if (leases == null || awayUntil - now > 0) {
            return own.take(now);
        }
        if (held > -budget.mostLeased()) {
            held--;
            order();
            return Taken.yes(budget, left + held);
        }
        order();
        return null;
    }

    private boolean await(CompletableFuture<Void> lease, long deadline) {
        waits(1);
        try {
            lease.get(Math.max(0, deadline - clock.getAsLong()), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException | ExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            waits(-1);
        }
    }

    private void waits(int more) {
        lock.lock();
        try {
            waiting += more;
        } finally {
            lock.unlock();
        }
    }

    private Taken takeOwn() {
        lock.lock();
        try {
            return own.take(clock.getAsLong());
        } finally {
            lock.unlock();
        }
    }

    /** Asks for more in the background, unless somebody has. */
    private void order() {
        if (underWay != null || leases == null) {
            return;
        }
        var mine = new CompletableFuture<Void>();
        underWay = mine;
        long owed = Math.max(0, -held);
        var unwatched = leases.lease(key, budget, owed, chunk + waiting).handle((lease, failure) -> {
            lock.lock();
            try {
                underWay = null;
                arrived(lease, owed);
            } finally {
                lock.unlock();
            }
            return mine.complete(null);
        });
        assert unwatched != null;
    }

    private void arrived(@Nullable Lease lease, long owed) {
        long now = clock.getAsLong();
        held += owed;
        if (lease == null) {
            awayUntil = now + AWAY_NANOS;
            return;
        }
        left = lease.left();
        if (lease.calls() > 0) {
            held += lease.calls();
            heldUntil = now + LEASE_NANOS;
            chunk = Math.min(budget.mostLeased(), chunk * 2);
        } else {
            emptyUntil = now + TimeUnit.MICROSECONDS.toNanos(lease.waitMicros());
        }
    }
}
