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
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/**
 * The events that this database owes the world, written in the transaction of the change that they tell of. Postgres is the truth;
 * NATS only makes it sooner. Row-level security applies: a caller sees and writes rows of the organisations set for its transaction.
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
                .bindBySqlType("times", column(events, e -> e.time().toString()), Types.ARRAY)
                .bindBySqlType("traceparents", column(events, Envelope::traceparent), Types.ARRAY)
                .bindBySqlType(
                        "bodies", column(events, e -> new String(e.toJson(), StandardCharsets.UTF_8)), Types.ARRAY)
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
     * @param publishedAt when JetStream last confirmed it
     * @param consumedBy functions that had their effect, with the time
     */
    public record Traced(
            Envelope event, @Nullable Instant publishedAt, int publications, Map<String, Instant> consumedBy) {}

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

    /** Returns rows never published that were written at least {@code olderThan} ago, oldest first. */
    public static List<Pending> unpublished(Handle tx, Duration olderThan, int limit) {
        return pending(tx.createQuery(OutboxSql.UNPUBLISHED), olderThan, limit);
    }

    /**
     * Returns published rows that some subscribed function has not consumed {@code olderThan} after their last publication (twice as
     * long after each further one). What is parked as a dead letter is not listed until it is replayed.
     */
    public static List<Pending> unconsumed(Handle tx, Duration olderThan, int limit) {
        Query query = tx.createQuery(OutboxSql.UNCONSUMED)
                .bindBySqlType("types", Expected.TYPES, Types.ARRAY)
                .bindBySqlType("functions", Expected.FUNCTIONS, Types.ARRAY);
        return pending(query, olderThan, limit);
    }

    /** Marks rows as published now and counts the publication. */
    public static void markPublished(Handle tx, Collection<String> ids) {
        if (!ids.isEmpty()) {
            tx.createUpdate(OutboxSql.MARK_PUBLISHED)
                    .bindBySqlType("ids", ids.toArray(String[]::new), Types.ARRAY)
                    .execute();
        }
    }

    /** Marks at most {@code limit} published rows that every subscribed function has consumed; returns how many. */
    public static int settle(Handle tx, int limit) {
        return tx.createUpdate(OutboxSql.SETTLE)
                .bindBySqlType("types", Expected.TYPES, Types.ARRAY)
                .bindBySqlType("functions", Expected.FUNCTIONS, Types.ARRAY)
                .bind("limit", limit)
                .execute();
    }

    /** Returns what a {@link Publisher} calls with the ids that JetStream has confirmed. */
    public static Consumer<Collection<String>> marker(Jdbi jdbi) {
        AllOrgs database = AllOrgs.of(jdbi);
        return ids -> database.run(tx -> {
            // A mark lost in a crash costs a second publication; waiting for the disk costs every batch.
            tx.execute("SET LOCAL synchronous_commit = off");
            markPublished(tx, ids);
        });
    }

    private static List<Pending> pending(Query query, Duration olderThan, int limit) {
        return query.bind("millis", olderThan.toMillis())
                .bind("limit", limit)
                .map((row, context) -> row(row))
                .list();
    }

    private static Pending row(ResultSet row) throws SQLException {
        return new Pending(
                row.getLong("seq"),
                row.getString("id"),
                row.getString("type"),
                row.getString("body"),
                row.getString("traceparent"),
                row.getInt("publications"));
    }

    private static Optional<Traced> traced(ResultSet row) throws SQLException {
        Instant published = instant(row, "published_at");
        int publications = row.getInt("publications");
        String function = row.getString("function");
        Instant received = instant(row, "received_at");
        Map<String, Instant> consumed = function == null || received == null ? Map.of() : Map.of(function, received);
        return Envelope.readJson(row.getString("body").getBytes(StandardCharsets.UTF_8))
                .map(event -> new Traced(event, published, publications, consumed));
    }

    private static Traced joined(Traced one, Traced other) {
        Map<String, Instant> both = new LinkedHashMap<>(one.consumedBy());
        both.putAll(other.consumedBy());
        return new Traced(one.event(), one.publishedAt(), one.publications(), both);
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    private static String[] column(List<Envelope> events, Function<Envelope, ? extends @Nullable String> value) {
        return events.stream().map(value).toArray(String[]::new);
    }

    /** The subscription table as two columns: this type is to be consumed by this function. */
    private static final class Expected {
        private record Row(String type, String function) {}

        private static final List<Row> ROWS = Subscriptions.ALL.stream()
                .flatMap(s -> s.kinds().stream().map(kind -> new Row(kind.type(), s.function())))
                .distinct()
                .toList();
        static final String[] TYPES = ROWS.stream().map(Row::type).toArray(String[]::new);
        static final String[] FUNCTIONS = ROWS.stream().map(Row::function).toArray(String[]::new);
    }
}
