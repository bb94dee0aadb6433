package cm.nkap.events;

import cm.nkap.masking.Masking;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;

/**
 * Events that a function would not take, kept with the reason of each failed attempt until somebody replays them. A replay is
 * remembered before it is published, so that {@link Republisher} publishes it when NATS is away.
 */
public final class DeadLetters {
    private static final Duration CONFIRM_LIMIT = Duration.ofSeconds(10);
    private static final int BATCH = 500;
    private static final int LONGEST_REASON = 500;
    private static final int LONGEST_BODY = 64 * 1024;
    private static final TypeReference<List<String>> REASONS = new TypeReference<>() {};

    /** One parked event of one function. */
    public record DeadLetter(
            String id,
            String function,
            String eventId,
            String type,
            String org,
            String about,
            String body,
            List<String> reasons,
            int attempts,
            Instant parkedAt,
            @Nullable Instant replayedAt) {}

    private final AllOrgs database;

    public DeadLetters(AllOrgs database) {
        this.database = database;
    }

    /** Returns parked events that nobody replayed and that are still not consumed, oldest first, of the caller's organisations. */
    public static List<DeadLetter> waiting(Handle tx, int limit) {
        return tx.createQuery(DeadLettersSql.WAITING)
                .bind("limit", limit)
                .map((row, context) -> row(row))
                .list();
    }

    /** Publishes one parked event again; returns 0 when it is not waiting. */
    public int replay(Publisher publisher, String id) throws InterruptedException {
        return replay(publisher, id, null);
    }

    /** Publishes all parked events of a function again; returns how many. */
    public int replayOf(Publisher publisher, String function) throws InterruptedException {
        return replay(publisher, null, function);
    }

    /** Publishes all parked events again; returns how many. */
    public int replayAll(Publisher publisher) throws InterruptedException {
        return replay(publisher, null, null);
    }

    void park(Parking parking) {
        Instant now = Instant.ofEpochMilli(System.currentTimeMillis());
        database.run(tx -> tx.createUpdate(DeadLettersSql.PARK)
                .bind("id", EventIds.next("dl", now))
                .bind("function", parking.to().function())
                .bind("filter", parking.to().filter())
                .bind("eventId", parking.eventId())
                .bind("type", parking.type())
                .bind("org", parking.org())
                .bind("about", parking.about())
                .bind("body", parking.body())
                .bind("reasons", EventJson.MAPPER.writeValueAsString(parking.reasons()))
                .bind("attempts", parking.attempts())
                .execute());
    }

    /** An event about to be parked. */
    record Parking(
            Subscription to,
            String eventId,
            String type,
            String org,
            String about,
            String body,
            List<String> reasons,
            int attempts) {
        static Parking of(Subscription to, Envelope event, byte[] body, List<String> reasons, int attempts) {
            String about = event.event().about();
            return new Parking(
                    to, event.id(), event.type(), event.org(), about, text(body), List.copyOf(reasons), attempts);
        }

        /** Something on our subjects that is no event: it belongs to the platform, its place is its id, and nobody replays it. */
        static Parking unreadable(Subscription to, Arrival arrival, String reason) {
            return new Parking(
                    to,
                    arrival.place(),
                    "",
                    "nkap",
                    "",
                    Masking.mask(text(arrival.body())),
                    List.of(bounded(reason)),
                    1);
        }

        private static String text(byte[] body) {
            String text = new String(body, StandardCharsets.UTF_8).replace('\0', ' ');
            return text.length() > LONGEST_BODY ? text.substring(0, LONGEST_BODY) : text;
        }
    }

    static String bounded(String reason) {
        String text = Masking.mask(reason).replace('\0', ' ');
        return text.length() > LONGEST_REASON ? text.substring(0, LONGEST_REASON) : text;
    }

    private int replay(Publisher publisher, @Nullable String id, @Nullable String function)
            throws InterruptedException {
        int total = 0;
        int last = BATCH;
        while (last == BATCH) {
            List<Pending> rows = database.get(tx -> tx.createQuery(DeadLettersSql.REPLAY)
                    .bind("id", id)
                    .bind("function", function)
                    .bind("limit", BATCH)
                    .map((row, context) -> pending(row))
                    .list());
            publisher.publishAndWait(rows, CONFIRM_LIMIT);
            last = rows.size();
            total += last;
        }
        return total;
    }

    private static Pending pending(ResultSet row) throws SQLException {
        // Its own row of message ids: a republication by sweep counts separately and must not be taken for this one.
        return new Pending(
                row.getString("event_id") + "#replay",
                row.getString("type"),
                row.getString("body"),
                row.getString("traceparent"),
                row.getInt("replays"),
                null,
                Pending.State.OWED);
    }

    private static DeadLetter row(ResultSet row) throws SQLException {
        OffsetDateTime replayed = row.getObject("replayed_at", OffsetDateTime.class);
        return new DeadLetter(
                row.getString("id"),
                row.getString("function"),
                row.getString("event_id"),
                row.getString("type"),
                row.getString("org_id"),
                row.getString("about"),
                row.getString("body"),
                EventJson.MAPPER.readValue(row.getString("reasons"), REASONS),
                row.getInt("attempts"),
                row.getObject("parked_at", OffsetDateTime.class).toInstant(),
                replayed == null ? null : replayed.toInstant());
    }
}
