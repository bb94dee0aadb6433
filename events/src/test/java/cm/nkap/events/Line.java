package cm.nkap.events;

import cm.nkap.testing.Nats;
import cm.nkap.testing.Until;
import io.nats.client.Connection;
import io.nats.client.JetStreamManagement;
import io.nats.client.api.ConsumerInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** A whole line for tests: database, a NATS of its own, publisher, republisher and as many dispatchers as asked for. */
final class Line {
    static final Duration PATIENCE = Duration.ofSeconds(10);
    static final Duration LIMIT = Duration.ofSeconds(30);
    static final Subscription COLLECTIONS = new Subscription("create-charge", "nkap.provider.collection.>");
    static final DispatcherSettings QUICK = new DispatcherSettings(
            16,
            400,
            4,
            Duration.ofMillis(5),
            Duration.ofMillis(50),
            Duration.ofMinutes(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(5));

    private final Deque<Runnable> open = new ArrayDeque<>();
    final Rows rows = new Rows();
    private final Path folder = temporary();
    private final int port;
    final Nats nats;
    final NatsSettings settings;
    final Publisher publisher;
    final Republisher republisher;

    Line() {
        this.nats = Nats.start(folder, 0);
        this.port = URI.create(nats.url()).getPort();
        this.settings = NatsSettings.of(nats.url(), "test");
        this.publisher = new Publisher(settings, Outbox.confirmer(rows.allOrgs));
        this.republisher = new Republisher(rows.allOrgs, publisher, new Republisher.Settings(PATIENCE, 100, 10_000));
        open.push(rows::close);
        open.push(nats::close);
        open.push(publisher::close);
    }

    Dispatcher dispatch(EventSink sink) {
        return dispatch(QUICK, sink);
    }

    Dispatcher dispatch(DispatcherSettings how, EventSink sink) {
        Dispatcher dispatcher = Dispatcher.start(settings, how, List.of(COLLECTIONS), sink, rows.deadLetters);
        open.push(dispatcher::close);
        return dispatcher;
    }

    /** Starts NATS again after {@code nats.close()}, on the same port with what it had stored. */
    void reopenNats() {
        open.push(Nats.start(folder, port)::close);
    }

    DeadLetters deadLetters() {
        return rows.deadLetters;
    }

    /** Does what a function does: commits events to the outbox and hands them to the publisher. */
    void emit(List<Envelope> events) {
        rows.append(events);
        publisher.publish(events);
    }

    /** Runs sweep as it is after its patience. */
    Republisher.Result sweepLater() throws InterruptedException {
        rows.age(PATIENCE);
        return republisher.run();
    }

    void awaitEffects(long count) {
        Until.holds(LIMIT, count + " effects", () -> rows.effects() >= count);
    }

    /** Opens a connection that is closed with the line. */
    Connection connect() throws IOException, InterruptedException {
        Connection connection = io.nats.client.Nats.connect(nats.url());
        open.push(() -> closed(connection));
        return connection;
    }

    /** Waits until every message is delivered and answered. */
    void awaitIdle() throws Exception {
        JetStreamManagement management = connect().jetStreamManagement();
        Until.holds(LIMIT, "nothing left to deliver", () -> {
            ConsumerInfo consumer = management.getConsumerInfo(EventStream.NAME, COLLECTIONS.durable());
            return consumer.getNumPending() == 0 && consumer.getNumAckPending() == 0;
        });
    }

    private static void closed(Connection connection) {
        try {
            connection.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("nkap-events");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void close() {
        while (!open.isEmpty()) {
            open.pop().run();
        }
    }
}
