package cm.nkap.events;

import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import io.nats.client.api.PublishAck;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import io.opentelemetry.api.OpenTelemetry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes events to JetStream after their transaction has committed. Never blocks and never fails the caller: what does not get
 * through stays in the outbox for the {@link Republisher}. Opens its connection with the first event.
 */
public final class Publisher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);
    private static final int QUEUE_LIMIT = 10_000;
    private static final int IN_FLIGHT_LIMIT = 2_000;
    private static final int TRIES = 3;
    private static final Duration ACK_LIMIT = Duration.ofSeconds(5);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    /** One event on its way. */
    private record Outgoing(Pending row, int tries) {
        String eventId() {
            return row.id();
        }
    }

    private final NatsLink link;
    private final Confirmations confirmations;
    private final EventMetrics metrics;
    private final EventSpans spans;
    private final BlockingQueue<Outgoing> queue = new LinkedBlockingQueue<>(QUEUE_LIMIT);
    private final Semaphore inFlight = new Semaphore(IN_FLIGHT_LIMIT);
    private final AtomicInteger unfinished = new AtomicInteger();
    private final AtomicBoolean started = new AtomicBoolean();
    private volatile @Nullable Thread sender;

    /**
     * Makes a publisher that connects later.
     *
     * @param confirmed told in the background, in batches, which events without subscribers JetStream has confirmed; see
     *     {@link Outbox#confirmer}
     */
    public Publisher(NatsSettings nats, Consumer<Collection<String>> confirmed) {
        this(nats, confirmed, OpenTelemetry.noop());
    }

    /** The same, which tells how it goes. */
    public Publisher(NatsSettings nats, Consumer<Collection<String>> confirmed, OpenTelemetry telemetry) {
        this.link = new NatsLink(nats);
        this.confirmations = new Confirmations(confirmed);
        this.spans = new EventSpans(telemetry);
        this.metrics = new EventMetrics(telemetry.getMeter("cm.nkap.events"));
        metrics.beginPublishingAtZero();
        metrics.queue("nkap.publisher.queue", "Committed events on their way to NATS", this::unfinished);
    }

    /** Queues events for publishing and returns at once. */
    public void publish(Collection<Envelope> committed) {
        if (committed.isEmpty() || link.isClosing()) {
            return;
        }
        if (started.compareAndSet(false, true)) {
            // Only from now on a connection is meant to stand.
            metrics.connection(link.client(), link::isConnected);
            sender = Thread.ofVirtual().name("nkap-publisher").start(this::sendAll);
        }
        for (Envelope event : committed) {
            offer(new Outgoing(Pending.of(event), 1));
        }
    }

    /**
     * Publishes events and waits for the stream's confirmation, at most {@code limit}.
     *
     * @return the stream's answer by event id; none when NATS is away
     */
    Map<String, PublishAck> publishAndWait(List<Pending> rows, Duration limit) throws InterruptedException {
        Map<String, PublishAck> confirmed = new ConcurrentHashMap<>();
        Connection nats = rows.isEmpty() ? null : readyNow();
        if (nats == null) {
            return confirmed;
        }
        List<CompletableFuture<?>> answers = new ArrayList<>(rows.size());
        for (Pending row : rows) {
            answers.add(send(nats, row).thenAccept(ack -> confirmed.put(row.id(), ack)));
        }
        CompletableFuture<Void> all = CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new));
        try {
            all.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.warn("republish_incomplete rows={} confirmed={}", rows.size(), confirmed.size());
        }
        return Map.copyOf(confirmed);
    }

    /** Returns how far the consumers are; nothing when NATS is away. */
    Optional<Backlog> backlog() throws InterruptedException {
        Connection nats = readyNow();
        try {
            return nats == null ? Optional.empty() : Optional.of(Backlog.read(nats));
        } catch (IOException | JetStreamApiException | IllegalStateException e) {
            link.doubtStream();
            LOG.warn("republish_waits reason={}", NatsLink.reason(e));
            return Optional.empty();
        }
    }

    /** Returns how many queued events have neither been confirmed nor given up. */
    public int unfinished() {
        return unfinished.get();
    }

    /** Sends what is queued if NATS is there, hands over the last confirmations, and disconnects. */
    @Override
    public void close() {
        link.startClosing();
        Thread running = sender;
        try {
            if (running != null && !running.join(CLOSE_LIMIT)) {
                running.interrupt();
            }
            inFlight.tryAcquire(IN_FLIGHT_LIMIT, CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        link.close();
        confirmations.close();
    }

    private @Nullable Connection readyNow() throws InterruptedException {
        try {
            return link.ready();
        } catch (IOException | JetStreamApiException | IllegalStateException | StreamDrift e) {
            LOG.warn("republish_waits reason={}", NatsLink.reason(e));
            return null;
        }
    }

    private void offer(Outgoing out) {
        unfinished.incrementAndGet();
        if (!queue.offer(out)) {
            giveUp(out, "queue is full");
        }
    }

    private void giveUp(Outgoing out, String reason) {
        unfinished.decrementAndGet();
        metrics.leftInOutbox();
        LOG.debug("left_in_outbox event={} reason={}", out.eventId(), reason);
    }

    private void sendAll() {
        try {
            while (!link.isClosing() || !queue.isEmpty()) {
                Outgoing out = queue.poll(100, TimeUnit.MILLISECONDS);
                if (out != null) {
                    sendOne(out);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void sendOne(Outgoing out) throws InterruptedException {
        Connection nats = link.isClosing() ? readyNow() : link.awaitReady();
        if (nats == null) {
            giveUp(out, "closing while NATS is away");
            return;
        }
        CompletableFuture<?> _ = send(nats, out.row()).whenComplete((ack, error) -> {
            if (error == null) {
                unfinished.decrementAndGet();
                metrics.confirmed();
                if (out.row().consumers() == 0) {
                    confirmations.add(out.eventId());
                }
            } else if (out.tries() < TRIES && queue.offer(new Outgoing(out.row(), out.tries() + 1))) {
                LOG.debug("publish_again event={} reason={}", out.eventId(), error.toString());
            } else {
                giveUp(out, error.toString());
            }
        });
    }

    private CompletableFuture<PublishAck> send(Connection nats, Pending row) throws InterruptedException {
        inFlight.acquire();
        Consumer<@Nullable Throwable> told = spans.publishing(row);
        CompletableFuture<PublishAck> answer;
        try {
            answer = nats.jetStream().publishAsync(message(row)).orTimeout(ACK_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (IOException | IllegalStateException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        return answer.whenComplete((ack, error) -> {
            inFlight.release();
            told.accept(error);
            if (error != null) {
                link.doubtStream();
            }
        });
    }

    private static Message message(Pending row) {
        Headers headers =
                new Headers().put("Nats-Msg-Id", row.messageId()).put("content-type", "application/cloudevents+json");
        if (row.traceparent() != null) {
            headers.put("traceparent", row.traceparent());
        }
        return NatsMessage.builder()
                .subject(row.natsSubject())
                .headers(headers)
                .data(row.bytes())
                .build();
    }
}
