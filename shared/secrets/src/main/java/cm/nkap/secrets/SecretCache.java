package cm.nkap.secrets;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Secrets already read. They are looked at again in the background, so that readers do not wait; while the store is away
 * they serve on, for a bounded time. A secret that is denied or gone is forgotten at once.
 */
final class SecretCache {
    private static final Logger LOG = LoggerFactory.getLogger(SecretCache.class);

    private final Function<String, Secret> source;
    private final Duration refresh;
    private final Duration outage;
    private final Map<String, Entry> entries = new ConcurrentHashMap<>();

    /** @param source asks the store */
    SecretCache(Function<String, Secret> source, Duration refresh, Duration outage) {
        this.source = source;
        this.refresh = refresh;
        this.outage = outage;
    }

    private static final class Entry {
        private final String path;
        private final ReentrantLock asking = new ReentrantLock();
        private final List<Consumer<Secret>> listeners = new CopyOnWriteArrayList<>();
        private volatile @Nullable Secret secret;
        private volatile long seen;
        private volatile long tried;

        Entry(String path) {
            this.path = path;
        }
    }

    Secret read(String path) {
        Entry entry = entries.computeIfAbsent(path, Entry::new);
        Secret known = entry.secret;
        return known != null && serves(entry) ? known : ask(entry, false);
    }

    void onChange(String path, Consumer<Secret> listener) {
        Entry entry = entries.computeIfAbsent(path, Entry::new);
        if (entry.secret == null) {
            ask(entry, false);
        }
        entry.listeners.add(listener);
    }

    /** Looks at everything again that was read before. */
    void refresh() {
        for (Entry entry : entries.values()) {
            if (entry.secret != null || !entry.listeners.isEmpty()) {
                try {
                    ask(entry, true);
                } catch (SecretsFailure e) {
                    LOG.warn("msg=secret_not_refreshed path={} reason=\"{}\"", entry.path, e.getMessage());
                }
            }
        }
    }

    /** Twice the interval: the background needs a moment. In an outage it is enough that somebody keeps trying. */
    private boolean serves(Entry entry) {
        Duration late = refresh.multipliedBy(2);
        return younger(entry.seen, late) || (younger(entry.tried, late) && younger(entry.seen, outage));
    }

    private static boolean younger(long moment, Duration age) {
        return System.nanoTime() - moment < age.toNanos();
    }

    private Secret ask(Entry entry, boolean again) {
        entry.asking.lock();
        try {
            Secret known = entry.secret;
            if (known != null && !again && serves(entry)) {
                return known;
            }
            entry.tried = System.nanoTime();
            Secret found = source.apply(entry.path);
            entry.secret = found;
            entry.seen = System.nanoTime();
            if (known != null && known.version() != found.version()) {
                LOG.info("msg=secret_changed path={} version={}", entry.path, found.version());
                entry.listeners.forEach(listener -> tell(listener, found));
            }
            return found;
        } catch (SecretsFailure.Unavailable e) {
            Secret known = entry.secret;
            if (known != null && !again && younger(entry.seen, outage)) {
                return known;
            }
            throw e;
        } catch (SecretsFailure e) {
            entry.secret = null;
            if (entry.listeners.isEmpty()) {
                entries.remove(entry.path, entry);
            }
            throw e;
        } finally {
            entry.asking.unlock();
        }
    }

    /** A listener that fails keeps what it had; the others must still hear. */
    private static void tell(Consumer<Secret> listener, Secret secret) {
        try {
            listener.accept(secret);
        } catch (RuntimeException e) {
            LOG.error("msg=secret_change_not_taken path={}", secret.path(), e);
        }
    }
}
