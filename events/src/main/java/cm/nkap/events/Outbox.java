package cm.nkap.events;

import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The events that this database owes the world, written in the transaction of the change that they tell of. Postgres is the truth;
 * NATS only makes it sooner. An event's own row never changes; beside it a small one stands in {@code events.pending} until every
 * subscribed function is known to have consumed it or, when there is none, JetStream to have it. Row-level security applies: a
 * caller sees and writes rows of the organisations set for its transaction.
 */
public final class Outbox {
    /** No object has more events; a trace that is longer ends here. */
    private static final int MAX_PER_OBJECT = 1_000;

    private Outbox() {}

    /** Writes events in the caller's transaction, in order, by one statement. */
    public static void append(Handle tx, List<Envelope> events) {
        if (events.isEmpty()) {
            return;
        }
        tx.createUpdate(OutboxSql.APPEND)
                .bindBySqlType("ids", column(events, Envelope::id), Types.ARRAY)
                .bindBySqlType("orgs", column(events, Envelope::org), Types.ARRAY)
                .bindBySqlType("types", column(events, Envelope::type), Types.ARRAY)
                .bindBySqlType("abouts", column(events, e -> e.event().about()), Types.ARRAY)
                .bindBySqlType("sources", column(events, Envelope::source), Types.ARRAY)
                .bindBySqlType("traceparents", column(events, Envelope::traceparent), Types.ARRAY)
                .bindBySqlType(
                        "bodies", column(events, e -> new String(e.toJson(), StandardCharsets.UTF_8)), Types.ARRAY)
                .bindBySqlType(
                        "expected",
                        events.stream()
                                .map(e -> Subscriptions.consumers(e.natsSubject()))
                                .toArray(Integer[]::new),
                        Types.ARRAY)
                .execute();
    }

    /** Returns the events about one object in the order of writing, those of unknown type left out. */
    public static List<Envelope> forPayment(Handle tx, String about) {
        return tx
                .createQuery(OutboxSql.ABOUT)
                .bind("about", about)
                .bind("limit", MAX_PER_OBJECT)
                .mapTo(String.class)
                .stream()
                .map(body -> Envelope.readJson(body.getBytes(StandardCharsets.UTF_8)))
                .flatMap(Optional::stream)
                .toList();
    }

    /**
     * An event as the trace of a payment shows it.
     *
     * @param pending whether some function may still have to consume it
     * @param consumedBy functions that had their effect, with the time
     */
    public record Traced(Envelope event, boolean pending, Map<String, Instant> consumedBy) {}

    /** Returns the events about one object with what became of each, in the order of writing. */
    public static List<Traced> trail(Handle tx, String about) {
        Map<String, Traced> trail = new LinkedHashMap<>();
        tx.createQuery(OutboxSql.TRAIL)
                .bind("about", about)
                .bind("limit", MAX_PER_OBJECT)
                .map((row, context) -> traced(row))
                .list()
                .forEach(row -> row.ifPresent(one -> trail.merge(one.event().id(), one, Outbox::joined)));
        return List.copyOf(trail.values());
    }

    /** Forgets that these events are pending, as far as nobody subscribes to them: JetStream has them, which is all they need. */
    static void confirm(Handle tx, Collection<String> ids) {
        forget(tx, ids, false);
    }

    /** Forgets that these events are pending: everybody has consumed them. */
    static void consumed(Handle tx, Collection<String> ids) {
        forget(tx, ids, true);
    }

    private static void forget(Handle tx, Collection<String> ids, boolean consumed) {
        if (!ids.isEmpty()) {
            tx.createUpdate(OutboxSql.FORGET)
                    .bindBySqlType("ids", ids.toArray(String[]::new), Types.ARRAY)
                    .bind("consumed", consumed)
                    .execute();
        }
    }

    /** Returns what a {@link Publisher} calls with the ids that JetStream has confirmed. */
    public static Consumer<Collection<String>> confirmer(AllOrgs database) {
        return ids -> database.run(tx -> {
            forgiving(tx);
            confirm(tx, ids);
        });
    }

    /**
     * Looks at the {@code limit} pending events that come next and forgets those that every subscribed function has consumed; returns
     * how many those were.
     */
    static int settle(Handle tx, int limit) {
        forgiving(tx);
        return tx.createUpdate(OutboxSql.SETTLE)
                .bindBySqlType("functions", Subscriptions.FUNCTIONS, Types.ARRAY)
                .bind("limit", limit)
                .execute();
    }

    /**
     * Returns events that are pending {@code quietFor} after they were written or last taken up (later after each further
     * round), those first that wait longest.
     */
    static List<Pending> due(Handle tx, Duration quietFor, int limit) {
        return tx.createQuery(OutboxSql.DUE)
                .bindBySqlType("functions", Subscriptions.FUNCTIONS, Types.ARRAY)
                .bind("millis", quietFor.toMillis())
                .bind("limit", limit)
                .map((row, context) -> pending(row))
                .list();
    }

    /** Puts events off that were taken up; {@code patience} is the wait before the first round and doubles with each. */
    static void nextRound(Handle tx, List<Pending> rows, Duration patience) {
        if (rows.isEmpty()) {
            return;
        }
        forgiving(tx);
        tx.createUpdate(OutboxSql.NEXT_ROUND)
                .bindBySqlType("ids", rows.stream().map(Pending::id).toArray(String[]::new), Types.ARRAY)
                .bindBySqlType("expected", rows.stream().map(Pending::consumers).toArray(Integer[]::new), Types.ARRAY)
                .bindBySqlType("places", rows.stream().map(Pending::place).toArray(Long[]::new), Types.ARRAY)
                .bind("millis", patience.toMillis())
                .execute();
    }

    /** What is lost in a crash here is found and done again; waiting for the disk would cost every batch. */
    private static void forgiving(Handle tx) {
        tx.execute("SET LOCAL synchronous_commit = off");
    }

    private static Pending pending(ResultSet row) throws SQLException {
        return new Pending(
                row.getString("id"),
                row.getString("type"),
                row.getString("body"),
                row.getString("traceparent"),
                row.getInt("rounds"),
                row.getObject("stream_seq", Long.class),
                Pending.State.valueOf(row.getString("state")));
    }

    private static Optional<Traced> traced(ResultSet row) throws SQLException {
        boolean pending = row.getBoolean("pending");
        String function = row.getString("function");
        OffsetDateTime received = row.getObject("received_at", OffsetDateTime.class);
        Map<String, Instant> consumed =
                function == null || received == null ? Map.of() : Map.of(function, received.toInstant());
        return Envelope.readJson(row.getString("body").getBytes(StandardCharsets.UTF_8))
                .map(event -> new Traced(event, pending, consumed));
    }

    private static Traced joined(Traced one, Traced other) {
        Map<String, Instant> both = new LinkedHashMap<>(one.consumedBy());
        both.putAll(other.consumedBy());
        return new Traced(one.event(), one.pending(), both);
    }

    private static String[] column(List<Envelope> events, Function<Envelope, ? extends @Nullable String> value) {
        return events.stream().map(value).toArray(String[]::new);
    }
}
