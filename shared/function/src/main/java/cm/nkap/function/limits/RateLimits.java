package cm.nkap.function.limits;

import cm.nkap.function.Caller;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts calls against the budgets of their caller: its own, and its organisation's; money and reads apart, so that
 * neither starves the other. All processes together let pass in any time at most what the budget's rate and capacity
 * say, and for each process three tenths of a second's calls more; without Redis each process keeps to its part.
 */
public final class RateLimits {
    private static final String PREFIX = "nkap:limit:";
    private static final int MOST_KEPT = 20_000;
    private static final int DIGEST_BYTES = 16;

    private final @Nullable Leases leases;
    private final Consumer<String> refused;
    private final int processes;
    private final LongSupplier clock;
    private final @Nullable Budget clientReads;
    private final @Nullable Budget clientMoney;
    private final @Nullable Budget orgReads;
    private final @Nullable Budget orgMoney;
    private final ReentrantLock lock = new ReentrantLock();
    private final LinkedHashMap<String, Bucket> buckets = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
            return size() > MOST_KEPT && eldest.getValue().isIdle();
        }
    };

    /**
     * @param leases null when there is no Redis
     * @param refused told the name of the budget that each refused call was above
     */
    public RateLimits(LimitConfig config, @Nullable Leases leases, Consumer<String> refused) {
        this(config, leases, refused, System::nanoTime);
    }

    RateLimits(LimitConfig config, @Nullable Leases leases, LongSupplier clock) {
        this(config, leases, budget -> {}, clock);
    }

    private RateLimits(LimitConfig config, @Nullable Leases leases, Consumer<String> refused, LongSupplier clock) {
        this.refused = refused;
        this.leases = leases;
        this.processes = config.limitProcesses();
        this.clock = clock;
        this.clientReads = budget("client-reads", config.limitClientReads(), config.limitBurst());
        this.clientMoney = budget("client-money", config.limitClientMoney(), config.limitBurst());
        this.orgReads = budget("org-reads", config.limitOrgReads(), config.limitBurst());
        this.orgMoney = budget("org-money", config.limitOrgMoney(), config.limitBurst());
    }

    /** Counts one call. Waits for the network only when many calls of one caller come at the same moment. */
    public Allowance take(Caller caller, String method) {
        boolean reads = method.equals("GET") || method.equals("HEAD");
        var ofClient = bucket(reads ? clientReads : clientMoney, client(caller));
        // Customers share an organisation with strangers: one could use up what belongs to all.
        boolean counts = !caller.org().isEmpty() && !caller.isOnlyCustomer();
        var ofOrg = counts ? bucket(reads ? orgReads : orgMoney, caller.org()) : null;
        var taken = new ArrayList<Taken>();
        for (var bucket : Arrays.asList(ofClient, ofOrg)) {
            if (bucket != null) {
                taken.add(bucket.take());
                if (!taken.getLast().admitted()) {
                    refused.accept(taken.getLast().budget().name());
                    break;
                }
            }
        }
        if (taken.isEmpty()) {
            return Allowance.unlimited();
        }
        if (taken.size() == 2 && !taken.getLast().admitted() && ofClient != null) {
            ofClient.giveBack();
        }
        return Allowance.of(List.copyOf(taken));
    }

    private @Nullable Bucket bucket(@Nullable Budget budget, String whose) {
        if (budget == null) {
            return null;
        }
        var key = PREFIX + budget.name() + ":" + whose;
        lock.lock();
        try {
            return buckets.computeIfAbsent(key, made -> new Bucket(made, budget, leases, processes, clock));
        } finally {
            lock.unlock();
        }
    }

    private static @Nullable Budget budget(String name, int perSecond, Duration burst) {
        return perSecond == 0
                ? null
                : new Budget(name, perSecond, Math.multiplyExact(perSecond, Math.toIntExact(burst.toSeconds())));
    }

    /** Hashed: who somebody is does not belong into Redis. */
    private static String client(Caller caller) {
        try {
            var name = caller.client().length() + ":" + caller.client() + caller.subject();
            var digest = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, DIGEST_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
