package cm.nkap.events;

import org.jspecify.annotations.Nullable;

/** A message from the stream: an event, an event of a type unknown here, or something unreadable. */
final class Arrival {
    private final long sequence;
    private final byte[] body;
    private final @Nullable Envelope event;
    private final @Nullable String unreadable;

    private Arrival(long sequence, byte[] body, @Nullable Envelope event, @Nullable String unreadable) {
        this.sequence = sequence;
        this.body = body;
        this.event = event;
        this.unreadable = unreadable;
    }

    static Arrival read(long sequence, byte[] body) {
        try {
            return new Arrival(sequence, body, Envelope.readJson(body).orElse(null), null);
        } catch (IllegalArgumentException e) {
            return new Arrival(sequence, body, null, String.valueOf(e.getMessage()));
        }
    }

    /** Returns what orders deliveries: the object, or for what is no event its own place in the stream. */
    String key() {
        return event == null ? place() : event.event().about();
    }

    String place() {
        return "seq:" + sequence;
    }

    byte[] body() {
        return body;
    }

    /** Returns the event, or nothing when its type is unknown or it cannot be read. */
    @Nullable
    Envelope event() {
        return event;
    }

    /** Returns why it cannot be read, or nothing when it can. */
    @Nullable
    String unreadable() {
        return unreadable;
    }
}
