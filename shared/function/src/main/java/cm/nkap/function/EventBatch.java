package cm.nkap.function;

import cm.nkap.events.Envelope;
import java.util.List;

/** The events handed to a function's event side in one call; one when they come over HTTP. */
public record EventBatch(List<Envelope> events) {
    public EventBatch {
        events = List.copyOf(events);
    }

    public static EventBatch of(Envelope event) {
        return new EventBatch(List.of(event));
    }
}
