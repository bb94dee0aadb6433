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
        long seq, String id, String type, String body, @Nullable String traceparent, int publications) {
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
