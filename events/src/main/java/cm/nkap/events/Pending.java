package cm.nkap.events;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * An event that is to be published, perhaps again.
 *
 * @param body the exact CloudEvents JSON
 * @param round how often sweep has taken it up before
 * @param place where in the stream sweep last saw it, if it did
 * @param state what became of it
 */
record Pending(
        String id,
        String type,
        String body,
        @Nullable String traceparent,
        int round,
        @Nullable Long place,
        State state) {
    /** What became of a pending event. */
    enum State {
        /** Some function may never have seen it, or nobody knows whether JetStream has it. */
        OWED,
        /** Every function that has not consumed it has refused it; it waits for a replay. */
        PARKED,
        /** Everybody has it, which settling has not yet noticed. */
        CONSUMED
    }

    /** Returns an event that was never published. */
    static Pending of(Envelope event) {
        String body = new String(event.toJson(), StandardCharsets.UTF_8);
        return new Pending(event.id(), event.type(), body, event.traceparent(), 0, null, State.OWED);
    }

    /** Returns this row as last seen at a place in the stream. */
    Pending at(long seen) {
        return new Pending(id, type, body, traceparent, round, seen, state);
    }

    /**
     * Returns the Nats-Msg-Id. The first is the publishing function's own, so that sweep's first repeat of what the stream has falls
     * to its duplicate window; a further one must not.
     */
    String messageId() {
        return round == 0 ? id : id + "#" + round;
    }

    /** Returns the NATS subject, also of a type that this version does not know. */
    String natsSubject() {
        return type.substring("cm.".length(), type.lastIndexOf('.'));
    }

    /** Returns how many functions are to consume it. */
    int consumers() {
        return Subscriptions.consumers(natsSubject());
    }

    byte[] bytes() {
        return body.getBytes(StandardCharsets.UTF_8);
    }
}
