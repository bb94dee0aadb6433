package cm.nkap.events;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * An outbox row that is to be published, perhaps again.
 *
 * @param seq its place in the outbox, for paging
 * @param body the exact CloudEvents JSON
 * @param publications how often it was published already
 */
public record Pending(
        long seq,
        String id,
        String type,
        String body,
        @Nullable String traceparent,
        int publications) {
    /** Returns an event that was never published, as its outbox row holds it. */
    static Pending of(Envelope event) {
        String body = new String(event.toJson(), StandardCharsets.UTF_8);
        return new Pending(0, event.id(), event.type(), body, event.traceparent(), 0);
    }

    /** Returns the Nats-Msg-Id: a further publication must not fall to the stream's duplicate window. */
    public String messageId() {
        return publications == 0 ? id : id + "#" + publications;
    }

    /** Returns the NATS subject, also of a type that this version does not know. */
    String natsSubject() {
        return type.substring("cm.".length(), type.lastIndexOf('.'));
    }

    byte[] bytes() {
        return body.getBytes(StandardCharsets.UTF_8);
    }
}
