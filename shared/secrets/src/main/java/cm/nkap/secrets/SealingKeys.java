package cm.nkap.secrets;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keys to seal with on this machine, so that sealing is no call over the network. One is in use at a time, for an hour or
 * a million seals; the next is fetched in the background. Others' keys are unwrapped once and kept as long.
 */
public final class SealingKeys {
    private static final Logger LOG = LoggerFactory.getLogger(SealingKeys.class);
    private static final int MOST_KEPT = 1_000;

    private final SecretStore store;
    private final String key;
    private final Bounds bounds;
    private final ReentrantLock making = new ReentrantLock();
    private final AtomicBoolean ahead = new AtomicBoolean();
    private final ReentrantLock keeping = new ReentrantLock();
    private final Map<Keyed, Opened> opened = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Keyed, Opened> eldest) {
            return size() > MOST_KEPT;
        }
    };
    private volatile @Nullable InUse current;

    /**
     * @param age how long a key is used, and how long an unwrapped one is believed
     * @param outage how long both go on while the store is away
     * @param uses most seals under one key; random nonces of AES-GCM stay safe far beyond
     */
    public record Bounds(Duration age, Duration outage, long uses) {
        public static final Bounds USUAL = new Bounds(Duration.ofHours(1), Duration.ofHours(12), 1_000_000);
    }

    /** A key and the sealed form that is stored beside what it seals. */
    public record Current(SecretKey key, Keyed wrapped) {
        @Override
        public String toString() {
            return "Current[" + wrapped + "]";
        }
    }

    private record InUse(Current current, long since, AtomicLong uses) {}

    private record Opened(SecretKey key, long since) {}

    /** @param key of the store, which wraps them all */
    public SealingKeys(SecretStore store, String key, Bounds bounds) {
        this.store = store;
        this.key = key;
        this.bounds = bounds;
    }

    /** Fetches the first key in the background, so that nobody has to wait for it. */
    public void fetchAhead() {
        if (ahead.compareAndSet(false, true)) {
            Thread.ofVirtual().name("data-key").start(() -> {
                try {
                    make(current);
                } catch (SecretsFailure e) {
                    LOG.warn("msg=data_key_not_made reason=\"{}\"", e.getMessage());
                } finally {
                    ahead.set(false);
                }
            });
        }
    }

    /** @throws SecretsFailure when there is no key to use, or only one that is too old */
    public Current current() {
        InUse used = current;
        if (used == null
                || !younger(used.since(), bounds.outage())
                || used.uses().get() >= 2 * bounds.uses()) {
            used = make(used);
        } else if (!younger(used.since(), bounds.age()) || used.uses().get() >= bounds.uses()) {
            fetchAhead();
        }
        used.uses().incrementAndGet();
        return used.current();
    }

    private InUse make(@Nullable InUse old) {
        making.lock();
        try {
            InUse meanwhile = current;
            if (meanwhile != null && !meanwhile.equals(old)) {
                return meanwhile;
            }
            WrappedKey made = store.dataKey(key);
            SecretKey plain = new SecretKeySpec(made.plain(), "AES");
            InUse fresh = new InUse(new Current(plain, made.wrapped()), System.nanoTime(), new AtomicLong());
            keep(made.wrapped(), plain);
            current = fresh;
            return fresh;
        } finally {
            making.unlock();
        }
    }

    /**
     * The key whose sealed form this is.
     *
     * @throws SecretsFailure.Rejected when the store did not seal it
     */
    public SecretKey open(Keyed wrapped) {
        Opened known = kept(wrapped);
        if (known != null && younger(known.since(), bounds.age())) {
            return known.key();
        }
        try {
            SecretKey plain = new SecretKeySpec(store.decrypt(key, wrapped, new byte[0]), "AES");
            keep(wrapped, plain);
            return plain;
        } catch (SecretsFailure.Unavailable e) {
            if (known != null && younger(known.since(), bounds.outage())) {
                return known.key();
            }
            throw e;
        }
    }

    /** What was sealed under older versions should be sealed anew. */
    public int newestVersion() {
        return store.newestVersion(key);
    }

    private @Nullable Opened kept(Keyed wrapped) {
        keeping.lock();
        try {
            return opened.get(wrapped);
        } finally {
            keeping.unlock();
        }
    }

    private void keep(Keyed wrapped, SecretKey plain) {
        keeping.lock();
        try {
            opened.put(wrapped, new Opened(plain, System.nanoTime()));
        } finally {
            keeping.unlock();
        }
    }

    private static boolean younger(long moment, Duration age) {
        return System.nanoTime() - moment < age.toNanos();
    }
}
