package cm.nkap.events;

import java.io.ByteArrayOutputStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** Structured CloudEvents JSON, written in a fixed order and read strictly except that unknown fields are passed over. */
final class EventJson {
    private static final int MAX_ATTRIBUTE = 256;

    static final JsonMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .build();

    private EventJson() {}

    static String wireName(String component) {
        return component.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }

    static void checkAttribute(String name, String value) {
        if (value.isEmpty() || value.length() > MAX_ATTRIBUTE) {
            throw new IllegalArgumentException(name + " must have 1 to " + MAX_ATTRIBUTE + " characters");
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c <= ' ' || c > '~' || c == '"' || c == '%') {
                throw new IllegalArgumentException(name + " must be ASCII without spaces, quotes and percent signs");
            }
        }
    }

    static byte[] write(Envelope envelope) {
        var bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator json = MAPPER.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringProperty("specversion", "1.0");
            json.writeStringProperty("id", envelope.id());
            json.writeStringProperty("source", envelope.source());
            json.writeStringProperty("type", envelope.type());
            json.writeStringProperty("subject", envelope.event().about());
            json.writeStringProperty("time", envelope.time().toString());
            json.writeStringProperty("datacontenttype", "application/json");
            json.writeStringProperty("orgid", envelope.org());
            if (envelope.traceparent() != null) {
                json.writeStringProperty("traceparent", envelope.traceparent());
            }
            json.writeName("data");
            json.writePOJO(envelope.event());
            json.writeEndObject();
        }
        return bytes.toByteArray();
    }

    static Optional<Envelope> read(byte[] json) {
        JsonNode root = tree(json);
        if (!root.isObject()) {
            throw new IllegalArgumentException("the event is not a JSON object");
        }
        if (!"1.0".equals(text(root, "specversion"))) {
            throw new IllegalArgumentException("specversion must be 1.0");
        }
        if (root.has("data_base64")) {
            throw new IllegalArgumentException("data_base64 is not accepted, the data is JSON");
        }
        return assemble(
                new Attributes(
                        text(root, "id"),
                        text(root, "source"),
                        text(root, "type"),
                        optionalText(root, "subject"),
                        text(root, "time"),
                        text(root, "orgid"),
                        optionalText(root, "traceparent"),
                        optionalText(root, "datacontenttype")),
                root.path("data"));
    }

    /** The attributes as text, from whichever mode they came in. */
    record Attributes(
            String id,
            String source,
            String type,
            @Nullable String subject,
            String time,
            String org,
            @Nullable String traceparent,
            @Nullable String contentType) {}

    static Optional<Envelope> assemble(Attributes attributes, JsonNode data) {
        String contentType = attributes.contentType();
        if (contentType != null && !contentType.strip().startsWith("application/json")) {
            throw new IllegalArgumentException("datacontenttype must be application/json, not " + contentType);
        }
        EventCatalogue.Entry kind = EventCatalogue.find(attributes.type()).orElse(null);
        if (kind == null) {
            return Optional.empty();
        }
        Event event = event(kind, data);
        String subject = attributes.subject();
        if (subject != null && !subject.equals(event.about())) {
            throw new IllegalArgumentException("subject is not the id of the object in the data");
        }
        String trace = attributes.traceparent();
        return Optional.of(new Envelope(
                attributes.id(),
                attributes.source(),
                attributes.org(),
                time(attributes.time()),
                // Knative's native broker overwrites the trace with an empty text.
                trace == null || trace.isEmpty() ? null : trace,
                event));
    }

    static JsonNode tree(byte[] json) {
        try {
            return MAPPER.readTree(json);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static Event event(EventCatalogue.Entry kind, JsonNode data) {
        for (String name : kind.required()) {
            if (!data.hasNonNull(name)) {
                throw new IllegalArgumentException("data." + name + " is missing in " + kind.type());
            }
        }
        try {
            return MAPPER.treeToValue(data, kind.record());
        } catch (JacksonException e) {
            throw new IllegalArgumentException("data of " + kind.type() + ": " + e.getOriginalMessage(), e);
        }
    }

    private static Instant time(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("time is not RFC 3339: " + text, e);
        }
    }

    private static String text(JsonNode root, String name) {
        String value = optionalText(root, name);
        if (value == null) {
            throw new IllegalArgumentException(name + " is missing");
        }
        return value;
    }

    private static @Nullable String optionalText(JsonNode root, String name) {
        JsonNode value = root.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isString()) {
            throw new IllegalArgumentException(name + " must be a string");
        }
        return value.stringValue();
    }
}
