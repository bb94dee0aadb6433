package cm.nkap.query;

import cm.nkap.function.json.Json;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An event as callers see it.
 *
 * @param about the object it happened to
 * @param data the event's own fields, as they were published
 */
record EventView(
        String id,
        String object,
        String type,
        String about,
        String source,
        Instant time,
        @Nullable String traceId,
        JsonNode data) {

    /** Reads the structured CloudEvents JSON of an outbox row, also of a type that this version does not know. */
    static EventView of(byte[] structured) {
        JsonNode event = Json.mapper().readTree(structured);
        String traceparent = event.path("traceparent").asString("");
        return new EventView(
                event.path("id").asString(),
                "event",
                event.path("type").asString(),
                event.path("subject").asString(),
                event.path("source").asString(),
                Instant.parse(event.path("time").asString()),
                traceparent.isEmpty() ? null : traceId(traceparent),
                event.path("data"));
    }

    /** The trace that a W3C traceparent belongs to. */
    static String traceId(String traceparent) {
        String[] parts = traceparent.split("-", -1);
        return parts.length > 1 ? parts[1] : traceparent;
    }
}
