package cm.nkap.events;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a CloudEvent from an HTTP request in both modes of the HTTP protocol binding 1.0, as our dispatcher (structured) and Knative
 * (either) deliver it.
 */
public final class CloudEventHttp {
    private CloudEventHttp() {}

    /**
     * Reads one event.
     *
     * @param headers by lower-case name
     * @return empty when the event's type is unknown here: to be answered 204, so that the broker does not send it again
     * @throws IllegalArgumentException when it is no event of ours; the message says what is wrong
     */
    public static Optional<Envelope> read(Map<String, String> headers, byte[] body) {
        String contentType = headers.getOrDefault("content-type", "").strip();
        if (contentType.startsWith("application/cloudevents-batch")) {
            throw new IllegalArgumentException("batches of CloudEvents are not accepted");
        }
        if (contentType.startsWith("application/cloudevents")) {
            if (!contentType.matches("application/cloudevents\\+json\\s*(;.*)?")) {
                throw new IllegalArgumentException("only application/cloudevents+json is accepted, not " + contentType);
            }
            return Envelope.readJson(body);
        }
        String version = headers.get("ce-specversion");
        if (version == null) {
            throw new IllegalArgumentException(
                    "neither structured (content-type application/cloudevents+json) nor binary (ce-specversion)");
        }
        if (!version.equals("1.0")) {
            throw new IllegalArgumentException("ce-specversion must be 1.0");
        }
        return binary(headers, contentType, body);
    }

    private static Optional<Envelope> binary(Map<String, String> headers, String contentType, byte[] body) {
        var attributes = new EventJson.Attributes(
                required(headers, "ce-id"),
                required(headers, "ce-source"),
                required(headers, "ce-type"),
                optional(headers, "ce-subject"),
                required(headers, "ce-time"),
                required(headers, "ce-orgid"),
                optional(headers, "ce-traceparent"),
                contentType.isEmpty() ? null : contentType);
        if (EventCatalogue.find(attributes.type()).isEmpty()) {
            return Optional.empty();
        }
        return EventJson.assemble(attributes, EventJson.tree(body));
    }

    private static String required(Map<String, String> headers, String name) {
        String value = optional(headers, name);
        if (value == null) {
            throw new IllegalArgumentException("header " + name + " is missing");
        }
        return value;
    }

    private static @Nullable String optional(Map<String, String> headers, String name) {
        String value = headers.get(name);
        return value == null ? null : decoded(name, value);
    }

    /** Header values are percent-encoded UTF-8 by the protocol binding. */
    private static String decoded(String name, String value) {
        if (value.indexOf('%') < 0) {
            return value;
        }
        var bytes = new ByteArrayOutputStream(value.length());
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c != '%') {
                bytes.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
                continue;
            }
            int digits = i + 2 < value.length() ? hex(value.charAt(i + 1)) * 16 + hex(value.charAt(i + 2)) : -1;
            if (digits < 0) {
                throw new IllegalArgumentException("header " + name + " has a broken percent escape");
            }
            bytes.write(digits);
            i += 2;
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** Returns the digit's value, or so little that no pair with it is positive. */
    private static int hex(char c) {
        int digit = Character.digit(c, 16);
        return digit < 0 ? -1_000 : digit;
    }
}
