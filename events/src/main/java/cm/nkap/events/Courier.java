package cm.nkap.events;

import io.nats.client.Connection;
import io.nats.client.ConsumeOptions;
import io.nats.client.ConsumerContext;
import io.nats.client.IterableConsumer;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamStatusCheckedException;
import io.nats.client.Message;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries the events of one subscription: pulls batches, gives each to the lane of its object, keeps what it holds alive, and finds
 * its way back when the connection, the stream or the consumer is gone.
 */
final class Courier {
    private static final Logger LOG = LoggerFactory.getLogger(Courier.class);
    /** Messages that the client may hold ready; few, since their patience runs while they wait. */
    private static final int BATCH = 100;

    private static final Duration LOOK = Duration.ofMillis(200);
    private static final Duration FLUSH = Duration.ofSeconds(1);

    /** Silence after which the consumer is asked whether it still exists. */
    private static final Duration SILENCE = Duration.ofSeconds(3);

    private final NatsLink link;
    private final Subscription to;
    private final DispatcherSettings settings;
    private final Delivery delivery;
    private final Lanes lanes = new Lanes();
    private final Semaphore room;
    private final Map<Long, Message> held = new ConcurrentHashMap<>();
    private final CountDownLatch pulled = new CountDownLatch(1);

    Courier(NatsLink link, Subscription to, DispatcherSettings settings, Delivery delivery) {
        this.link = link;
        this.to = to;
        this.settings = settings;
        this.delivery = delivery;
        this.room = new Semaphore(settings.held());
    }

    /** Pulls until the link is closing. */
    void run() {
        try {
            pull();
        } finally {
            pulled.countDown();
        }
    }

    private void pull() {
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

    /**
     * One standing pull: pulls that end and begin anew would drop what arrives in between until NATS loses patience.
     */
    private void pullFrom(Connection nats, ConsumerContext consumer)
            throws IOException, JetStreamApiException, JetStreamStatusCheckedException, InterruptedException {
        IterableConsumer messages =
                consumer.iterate(ConsumeOptions.builder().batchSize(BATCH).build());
        try {
            long heard = System.nanoTime();
            while (!link.isClosing() && nats.getStatus() == Connection.Status.CONNECTED) {
                if (!room.tryAcquire(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                    continue;
                }
                if (takeNext(messages, LOOK)) {
                    heard = System.nanoTime();
                } else if (System.nanoTime() - heard > SILENCE.toNanos()) {
                    consumer.getConsumerInfo();
                    heard = System.nanoTime();
                }
            }
        } finally {
            end(nats, messages);
        }
    }

    /** Takes what has been sent already and ends the pull on the server too: what is given back must not come by it again. */
    private void end(Connection nats, IterableConsumer messages)
            throws InterruptedException, JetStreamStatusCheckedException {
        // No stop() before: with it the client drops what it has received and nobody has read.
        try {
            nats.flush(FLUSH);
            boolean more = true;
            while (more) {
                more = room.tryAcquire() && takeNext(messages, Duration.ofMillis(1));
            }
        } catch (TimeoutException e) {
            LOG.debug("pull_ends_without_nats consumer={}", to.durable(), e);
        } finally {
            // close() declares that it may throw anything.
            new FutureTask<>(() -> {
                        messages.close();
                        return true;
                    })
                    .run();
        }
    }

    /** Takes a message into the room already reserved, which it gives back when none comes. */
    private boolean takeNext(IterableConsumer messages, Duration wait)
            throws InterruptedException, JetStreamStatusCheckedException {
        Message message = null;
        try {
            message = messages.nextMessage(wait);
        } finally {
            if (message == null) {
                room.release();
            }
        }
        if (message != null) {
            take(message);
        }
        return message != null;
    }

    private void take(Message message) {
        long sequence = message.metaData().streamSequence();
        if (held.putIfAbsent(sequence, message) != null) {
            // NATS lost patience and sent it again while it waits here; the first copy is answered.
            room.release();
        } else {
            Arrival arrival = Arrival.read(sequence, message.getData());
            lanes.run(arrival.key(), () -> finish(sequence, message, arrival));
        }
    }

    private void finish(long sequence, Message message, Arrival arrival) {
        try {
            if (delivery.deliver(arrival)) {
                settle(message::ack);
            } else {
                awaitPulled();
                settle(message::nak);
            }
        } finally {
            held.remove(sequence);
            room.release();
        }
    }

    /** A message given back while a pull is open comes by that pull, to be forgotten with it. */
    private void awaitPulled() {
        try {
            boolean _ = pulled.await(settings.drain().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
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
