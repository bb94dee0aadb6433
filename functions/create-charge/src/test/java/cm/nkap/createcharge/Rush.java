package cm.nkap.createcharge;

import cm.nkap.events.Envelope;
import cm.nkap.events.ProviderEvent;
import cm.nkap.payments.Charge;
import cm.nkap.testing.Until;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Events that are delivered each by its own thread, as a dispatcher does, and what each delivery came to. */
final class Rush {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Consumer<Envelope> door;
    private final List<Thread> threads = new ArrayList<>();
    private final Map<String, RuntimeException> refused = new ConcurrentHashMap<>();

    Rush(Consumer<Envelope> door) {
        this.door = door;
    }

    static Envelope paid(Charge charge) {
        return paid(charge, charge.amount());
    }

    static Envelope paid(Charge charge, long amount) {
        return Envelope.of(
                "/nkap/provider-gateway",
                charge.org(),
                Instant.now(),
                null,
                new ProviderEvent.CollectionSucceeded("pr_1", charge.id(), "mtn", "mtn-77", amount, "XAF"));
    }

    /** Starts to deliver. */
    void bring(Envelope event) {
        threads.add(Thread.ofVirtual().start(() -> {
            try {
                door.accept(event);
            } catch (RuntimeException e) {
                refused.put(event.event().about(), e);
            }
        }));
    }

    /** Returns when each delivery waits for its turn, or has been turned away. */
    void awaitQueue() {
        Until.holds(LIMIT, "all deliveries wait", () -> threads.stream()
                .map(Thread::getState)
                .allMatch(state -> state == Thread.State.WAITING || state == Thread.State.TERMINATED));
    }

    /** What each refused delivery was told, by charge. */
    Map<String, RuntimeException> outcome() {
        Until.holds(LIMIT, "all deliveries end", () -> threads.stream().noneMatch(Thread::isAlive));
        return refused;
    }

    /** Locks a charge's row as somebody else would. */
    static Held hold(Till till, Charge charge) throws SQLException {
        Connection other = till.served.database().admin().getConnection();
        other.setAutoCommit(false);
        try (var lock = other.prepareStatement("SELECT FROM payments.charge WHERE id = ? FOR UPDATE")) {
            lock.setString(1, charge.id());
            lock.execute();
        }
        return new Held(other);
    }

    /** A lock, until it is closed. */
    record Held(Connection other) implements AutoCloseable {
        @Override
        public void close() throws SQLException {
            other.rollback();
            other.close();
        }
    }

    /** The back end of a function that waits for somebody's lock, when there is one. */
    static @Nullable Integer waiting(Till till) throws SQLException {
        try (Connection admin = till.served.database().admin().getConnection();
                var rows = admin.createStatement()
                        .executeQuery("SELECT pid FROM pg_stat_activity WHERE usename = 'nkap_app'"
                                + " AND wait_event_type = 'Lock' AND datname = current_database()")) {
            return rows.next() ? rows.getInt(1) : null;
        }
    }

    static void awaitBlocked(Till till) throws SQLException {
        Until.holds(LIMIT, "a batch waits for the row", () -> waiting(till) != null);
    }
}
