package cm.nkap.events;

import io.nats.client.Connection;
import io.nats.client.ConsumerContext;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.api.DiscardPolicy;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The JetStream stream {@code NKAP} and its durable consumers, made on demand and read back: a server drops what it does not know and
 * says yes, so only the answer to a question counts. Uses nothing that NATS 2.9 lacks.
 */
public final class EventStream {
    public static final String NAME = "NKAP";
    public static final String SUBJECTS = "nkap.>";

    private static final int STREAM_NOT_FOUND = 10059;
    private static final int STREAM_NAME_IN_USE = 10058;

    private EventStream() {}

    /**
     * Makes the stream if there is none and compares what is there with the settings.
     *
     * @throws StreamDrift when it differs
     */
    public static void ensure(Connection nats, NatsSettings settings) throws IOException, JetStreamApiException {
        JetStreamManagement management = nats.jetStreamManagement();
        StreamConfiguration wanted = wanted(settings);
        List<String> differences = differences(wanted, findOrCreate(management, wanted));
        if (!differences.isEmpty()) {
            throw new StreamDrift("stream " + NAME, differences);
        }
    }

    static ConsumerContext ensureConsumer(Connection nats, Subscription to, DispatcherSettings settings)
            throws IOException, JetStreamApiException {
        ConsumerConfiguration wanted = ConsumerConfiguration.builder()
                .durable(to.durable())
                .filterSubject(to.filter())
                .deliverPolicy(DeliverPolicy.All)
                .ackPolicy(AckPolicy.Explicit)
                .ackWait(settings.ackWait())
                .maxDeliver(-1)
                .maxAckPending(settings.held() * 4L)
                .build();
        ConsumerContext consumer = nats.getStreamContext(NAME).createOrUpdateConsumer(wanted);
        ConsumerConfiguration found = consumer.getConsumerInfo().getConsumerConfiguration();
        List<String> differences = new ArrayList<>();
        compare(differences, "filter", wanted.getFilterSubject(), found.getFilterSubject());
        compare(differences, "deliver policy", wanted.getDeliverPolicy(), found.getDeliverPolicy());
        compare(differences, "ack policy", wanted.getAckPolicy(), found.getAckPolicy());
        compare(differences, "ack wait", wanted.getAckWait(), found.getAckWait());
        compare(differences, "max deliver", wanted.getMaxDeliver(), found.getMaxDeliver());
        compare(differences, "max ack pending", wanted.getMaxAckPending(), found.getMaxAckPending());
        if (!differences.isEmpty()) {
            throw new StreamDrift("consumer " + to.durable(), differences);
        }
        return consumer;
    }

    private static StreamConfiguration wanted(NatsSettings settings) {
        return StreamConfiguration.builder()
                .name(NAME)
                .subjects(SUBJECTS)
                .storageType(StorageType.File)
                .retentionPolicy(RetentionPolicy.Limits)
                .discardPolicy(DiscardPolicy.Old)
                .maxAge(settings.maxAge())
                .duplicateWindow(settings.duplicateWindow())
                .replicas(settings.replicas())
                .build();
    }

    private static StreamConfiguration findOrCreate(JetStreamManagement management, StreamConfiguration wanted)
            throws IOException, JetStreamApiException {
        try {
            return management.getStreamInfo(NAME).getConfiguration();
        } catch (JetStreamApiException e) {
            if (e.getApiErrorCode() != STREAM_NOT_FOUND) {
                throw e;
            }
        }
        try {
            management.addStream(wanted);
        } catch (JetStreamApiException e) {
            // Another process was quicker; what it made is compared below.
            if (e.getApiErrorCode() != STREAM_NAME_IN_USE) {
                throw e;
            }
        }
        return management.getStreamInfo(NAME).getConfiguration();
    }

    private static List<String> differences(StreamConfiguration wanted, StreamConfiguration found) {
        List<String> differences = new ArrayList<>();
        compare(differences, "subjects", wanted.getSubjects(), found.getSubjects());
        compare(differences, "storage", wanted.getStorageType(), found.getStorageType());
        compare(differences, "retention", wanted.getRetentionPolicy(), found.getRetentionPolicy());
        compare(differences, "discard", wanted.getDiscardPolicy(), found.getDiscardPolicy());
        compare(differences, "max age", wanted.getMaxAge(), found.getMaxAge());
        compare(differences, "duplicate window", wanted.getDuplicateWindow(), found.getDuplicateWindow());
        compare(differences, "replicas", wanted.getReplicas(), found.getReplicas());
        compare(differences, "max messages", wanted.getMaxMsgs(), found.getMaxMsgs());
        compare(differences, "max bytes", wanted.getMaxBytes(), found.getMaxBytes());
        return differences;
    }

    private static void compare(
            List<String> differences, String name, @Nullable Object wanted, @Nullable Object found) {
        if (!Objects.equals(wanted, found)) {
            differences.add(name + " is " + found + ", wanted " + wanted);
        }
    }
}
