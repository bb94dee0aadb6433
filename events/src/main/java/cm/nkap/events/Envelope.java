package cm.nkap.events;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An event with its CloudEvents 1.0 attributes; {@code subject} is {@link Event#about()}, {@code org} travels as extension
 * {@code orgid}. Attribute values are plain ASCII without spaces, so that every reader of headers understands them alike.
 *
 * @param id unique over all sources, {@code ev_…}
 * @param source who says so, for example {@code /nkap/create-charge}
 * @param org organisation that the event belongs to
 * @param time when it happened, to the microsecond as Postgres keeps it
 * @param traceparent W3C trace context of the origin
 */
public record Envelope(
        String id,
        String source,
        String org,
        Instant time,
        @Nullable String traceparent,
        Event event) {
    public Envelope {
        EventJson.checkAttribute("id", id);
        EventJson.checkAttribute("source", source);
        EventJson.checkAttribute("orgid", org);
        if (traceparent != null) {
            EventJson.checkAttribute("traceparent", traceparent);
        }
        EventJson.checkAttribute("subject", event.about());
        time = time.truncatedTo(ChronoUnit.MICROS);
    }

    /** Wraps an event under a new id. */
    public static Envelope of(String source, String org, Instant time, @Nullable String traceparent, Event event) {
        return new Envelope(EventIds.next("ev", time), source, org, time, traceparent, event);
    }

    /** Returns the same event under another span of its trace: what it causes continues from there. */
    public Envelope continuedBy(String otherTraceparent) {
        return new Envelope(id, source, org, time, otherTraceparent, event);
    }

    /** Returns the CloudEvents type. */
    public String type() {
        return EventCatalogue.of(event).type();
    }

    /** Returns the NATS subject that it is published on. */
    public String natsSubject() {
        return EventCatalogue.of(event).natsSubject();
    }

    /** Returns the structured CloudEvents JSON; the same envelope always gives the same bytes. */
    public byte[] toJson() {
        return EventJson.write(this);
    }

    /**
     * Reads structured CloudEvents JSON.
     *
     * @throws IllegalArgumentException when it is not such an event or its type is unknown here
     */
    public static Envelope fromJson(byte[] json) {
        return readJson(json)
                .orElseThrow(() -> new IllegalArgumentException("the event's type is not in this version's catalogue"));
    }

    /**
     * Reads structured CloudEvents JSON; empty when the type is unknown here, as an older version sees a newer event.
     *
     * @throws IllegalArgumentException when it is not such an event
     */
    public static Optional<Envelope> readJson(byte[] json) {
        return EventJson.read(json);
    }
}
