package cm.nkap.events;

import io.nats.client.Connection;
import io.nats.client.ConsumerContext;
import io.nats.client.FetchConsumeOptions;
import io.nats.client.FetchConsumer;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamStatusCheckedException;
import io.nats.client.Message;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries the events of one subscription: pulls batches, gives each to the lane of its object, keeps what it holds alive, and finds
 * its way back when the connection, the stream or the consumer is gone.
 */
final class Courier {
    private static final Logger LOG = LoggerFactory.getLogger(Courier.class);
    private static final int BATCH = 256;
    private static final Duration FETCH = Duration.ofSeconds(1);
    /** Empty fetches after which the consumer is asked whether it still exists. */
    private static final int EMPTY_FETCHES = 3;

    private final NatsLink link;
    private final Subscription to;
    private final DispatcherSettings settings;
    private final Delivery delivery;
    private final Lanes lanes = new Lanes();
    private final Semaphore room;
    private final Map<Long, Message> held = new ConcurrentHashMap<>();

    Courier(NatsLink link, Subscription to, DispatcherSettings settings, Delivery delivery) {
        this.link = link;
        this.to = to;
        this.settings = settings;
        this.delivery = delivery;
        this.room = new Semaphore(settings.held());
    }

    /** Pulls until the link is closing. */
    void run() {
        Backoff pause = null;
        while (!link.isClosing()) {
            try {
                Connection nats = link.awaitReady();
                if (nats == null) {
                    return;
                }
                ConsumerContext consumer = EventStream.ensureConsumer(nats, to, settings);
                pause = null;
                pullFrom(nats, consumer);
            } catch (IOException
                    | JetStreamApiException
                    | JetStreamStatusCheckedException
                    | IllegalStateException
                    | StreamDrift e) {
                link.doubtStream();
                LOG.warn("pull_interrupted consumer={} reason={}", to.durable(), NatsLink.reason(e));
                pause = pause == null ? new Backoff(Duration.ofMillis(100), Duration.ofSeconds(2)) : pause;
                if (waited(pause.next())) {
                    return;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    int held() {
        return held.size();
    }

    /** Waits, once pulling has ended, until all that was held is answered or the limit is over. */
    void awaitEmpty(Duration limit) throws InterruptedException {
        if (room.tryAcquire(settings.held(), limit.toNanos(), TimeUnit.NANOSECONDS)) {
            room.release(settings.held());
        }
    }

    /** Tells NATS that everything held is still being worked on. */
    void heartbeat() {
        for (Message message : held.values()) {
            try {
                message.inProgress();
            } catch (IllegalStateException e) {
                LOG.debug("heartbeat_missed consumer={}", to.durable(), e);
                return;
            }
        }
    }

    private void pullFrom(Connection nats, ConsumerContext consumer)
            throws IOException, JetStreamApiException, JetStreamStatusCheckedException, InterruptedException {
        int empty = 0;
        while (!link.isClosing() && nats.getStatus() == Connection.Status.CONNECTED) {
            int wanted = reserve();
            if (wanted == 0) {
                continue;
            }
            empty = fetch(consumer, wanted) == 0 ? empty + 1 : 0;
            if (empty == EMPTY_FETCHES) {
                consumer.getConsumerInfo();
                empty = 0;
            }
        }
    }

    private int reserve() throws InterruptedException {
        if (!room.tryAcquire(100, TimeUnit.MILLISECONDS)) {
            return 0;
        }
        int more = Math.min(BATCH - 1, room.availablePermits());
        return room.tryAcquire(more) ? more + 1 : 1;
    }

    private int fetch(ConsumerContext consumer, int wanted)
            throws IOException, JetStreamApiException, JetStreamStatusCheckedException, InterruptedException {
        int taken = 0;
        FetchConsumer batch = consumer.fetch(FetchConsumeOptions.builder()
                .maxMessages(wanted)
                .expiresIn(FETCH.toMillis())
                .build());
        try {
            Message message = batch.nextMessage();
            while (message != null) {
                taken++;
                take(message);
                message = batch.nextMessage();
            }
        } finally {
            batch.stop();
            room.release(wanted - taken);
        }
        return taken;
    }

    private void take(Message message) {
        long sequence = message.metaData().streamSequence();
        if (link.isClosing()) {
            settle(message::nak);
            room.release();
        } else if (held.putIfAbsent(sequence, message) != null) {
            // NATS lost patience and sent it again while it waits here; the first copy is answered.
            room.release();
        } else {
            Arrival arrival = Arrival.read(sequence, message.getData());
            lanes.run(arrival.key(), () -> finish(sequence, message, arrival));
        }
    }

    private void finish(long sequence, Message message, Arrival arrival) {
        try {
            boolean done = delivery.deliver(arrival);
            settle(done ? message::ack : message::nak);
        } finally {
            held.remove(sequence);
            room.release();
        }
    }

    /** Without a connection the answer is lost and the message comes again, which the inbox makes harmless. */
    private void settle(Runnable answer) {
        try {
            answer.run();
        } catch (IllegalStateException e) {
            LOG.debug("answer_lost consumer={}", to.durable(), e);
        }
    }

    private boolean waited(Duration pause) {
        try {
            return link.await(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
