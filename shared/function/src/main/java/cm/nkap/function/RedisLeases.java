package cm.nkap.function;

import cm.nkap.function.limits.Budget;
import cm.nkap.function.limits.Leases;
import java.util.concurrent.CompletableFuture;

/**
 * Budgets in Redis, one key each, drawn from by one script that is atomic there (generic cell rate algorithm). Redis's
 * own clock decides, so that processes need not agree on the time. A key that Redis forgets is a budget that is whole.
 */
final class RedisLeases implements Leases {
    /**
     * The key holds the moment, in microseconds, at which the bucket will be full again. Numbers are formatted by hand
     * because Redis writes those of Lua with fourteen digits.
     */
    private static final String DRAW = """
            local t = redis.call('TIME')
            local now = t[1] * 1000000 + t[2]
            local per, capacity = tonumber(ARGV[1]), tonumber(ARGV[2])
            local owed, wanted = tonumber(ARGV[3]), tonumber(ARGV[4])
            local full = tonumber(redis.call('GET', KEYS[1]) or now)
            if full < now then full = now end
            full = full + owed * per
            local empty = now + capacity * per
            local free = math.max(0, math.floor((empty - full) / per))
            local calls = math.min(wanted, free)
            full = full + calls * per
            redis.call('SET', KEYS[1], string.format('%.0f', full), 'PX', math.ceil((full - now) / 1000) + 1000)
            local wait = 0
            if calls == 0 then wait = math.max(1, full + per - empty) end
            return {calls, free - calls, wait}
            """;

    private final RedisLink redis;

    RedisLeases(RedisLink redis) {
        this.redis = redis;
    }

    @Override
    public CompletableFuture<Lease> lease(String key, Budget budget, long owed, long wanted) {
        return redis.run(
                        DRAW,
                        key,
                        Long.toString(budget.microsPerCall()),
                        Integer.toString(budget.capacity()),
                        Long.toString(owed),
                        Long.toString(wanted))
                .thenApply(said -> new Lease(said.get(0), said.get(1), said.get(2)));
    }
}
