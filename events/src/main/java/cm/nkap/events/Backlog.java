package cm.nkap.events;

import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.StreamState;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * How far each durable consumer had come at one moment: which messages the dispatcher still has before it, so that publishing them
 * again would only lengthen its queue.
 */
final class Backlog {
    private final long first;
    private final long last;
    private final Map<String, Long> answered;

    private Backlog(StreamState stream, Map<String, Long> answered) {
        this.first = stream.getFirstSequence();
        this.last = stream.getLastSequence();
        this.answered = answered;
    }

    static Backlog read(Connection nats) throws IOException, JetStreamApiException {
        JetStreamManagement management = nats.jetStreamManagement();
        Map<String, Long> answered = new HashMap<>();
        for (ConsumerInfo consumer : management.getConsumers(EventStream.NAME)) {
            answered.put(consumer.getName(), consumer.getAckFloor().getStreamSequence());
        }
        return new Backlog(management.getStreamInfo(EventStream.NAME).getStreamState(), answered);
    }

    /**
     * Says whether the stream has the event and some consumer has not answered everything up to it. A consumer that does not exist
     * yet will begin with the first message. Places of a stream that was wiped mean nothing in the one made after it: such an event
     * counts as held at most until the consumers have passed its number.
     */
    boolean holds(Pending row) {
        Long place = row.place();
        return place != null
                && place >= first
                && place <= last
                && Subscriptions.of(row.natsSubject()).stream()
                        .anyMatch(to -> answered.getOrDefault(to.durable(), 0L) < place);
    }
}
