package cm.nkap.events;

import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.ErrorListener;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamSubscription;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.support.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection to NATS, opened when first needed, reconnected for ever, with the stream made sure of after each (re)connect. */
final class NatsLink implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NatsLink.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private final NatsSettings settings;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable Connection connection;
    private volatile boolean streamSeen;

    NatsLink(NatsSettings settings) {
        this.settings = settings;
    }

    /** Returns a connected connection with the stream in place, or says at once why there is none. */
    Connection ready() throws IOException, InterruptedException, JetStreamApiException {
        Connection open = connection;
        if (streamSeen && open != null && open.getStatus() == Connection.Status.CONNECTED) {
            return open;
        }
        lock.lockInterruptibly();
        try {
            open = connected();
            if (!streamSeen) {
                EventStream.ensure(open, settings);
                streamSeen = true;
            }
            return open;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until {@link #ready()} succeeds; empty when the link is closed first. */
    @Nullable
    Connection awaitReady() throws InterruptedException {
        Backoff pause = new Backoff(FIRST_PAUSE, LONGEST_PAUSE);
        boolean told = false;
        while (!isClosing()) {
            try {
                return ready();
            } catch (StreamDrift e) {
                if (!told) {
                    LOG.error("nats_refused client={} reason={}", settings.client(), e.getMessage());
                }
                told = true;
            } catch (IOException | JetStreamApiException | IllegalStateException e) {
                if (!told) {
                    LOG.warn("nats_not_ready client={} reason={}", settings.client(), reason(e));
                }
                told = true;
            }
            await(pause.next());
        }
        return null;
    }

    /** Makes the next use look at the stream again, after anything that may mean it is gone. */
    void doubtStream() {
        streamSeen = false;
    }

    /** Returns what went wrong without the password that an address may hold. */
    static String reason(Throwable error) {
        return error.toString().replaceAll("//[^@/\\s]*@", "//***@");
    }

    boolean isConnected() {
        Connection open = connection;
        return open != null && open.getStatus() == Connection.Status.CONNECTED;
    }

    String client() {
        return settings.client();
    }

    boolean isClosing() {
        return closing.getCount() == 0;
    }

    /** Waits; returns true as soon as the link is being closed. */
    boolean await(Duration pause) throws InterruptedException {
        return closing.await(pause.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Ends all waiting but leaves the connection open for what still has to be sent. */
    void startClosing() {
        closing.countDown();
    }

    @Override
    public void close() {
        closing.countDown();
        Connection open = connection;
        if (open == null) {
            return;
        }
        try {
            if (open.getStatus() == Connection.Status.CONNECTED) {
                open.flush(Duration.ofSeconds(1));
            }
            open.close();
        } catch (TimeoutException e) {
            LOG.warn("nats_flush_timed_out client={}", settings.client());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Connection connected() throws IOException, InterruptedException {
        Connection open = connection;
        if (open == null || open.getStatus() == Connection.Status.CLOSED) {
            streamSeen = false;
            open = Nats.connect(options());
            connection = open;
        }
        if (open.getStatus() != Connection.Status.CONNECTED) {
            throw new IOException("NATS is " + open.getStatus());
        }
        return open;
    }

    private Options options() {
        return Options.builder()
                .server(settings.url())
                .connectionName(settings.client())
                .connectionTimeout(Duration.ofSeconds(2))
                .maxReconnects(-1)
                .reconnectWait(Duration.ofMillis(250))
                .reconnectJitter(Duration.ofMillis(250))
                // What cannot be sent now fails now and stays in the outbox, instead of in memory.
                .reconnectBufferSize(0)
                .requestCleanupInterval(Duration.ofSeconds(1))
                .connectionListener(new Changes())
                .errorListener(new Quiet())
                .build();
    }

    private final class Changes implements ConnectionListener {
        @Override
        @SuppressWarnings("deprecation") // the interface's only abstract method
        public void connectionEvent(Connection changed, Events event) {
            streamSeen = false;
            if (event == Events.CONNECTED || event == Events.RECONNECTED || event == Events.DISCONNECTED) {
                LOG.info("nats_connection client={} event={}", settings.client(), event.name());
            }
        }
    }

    private final class Quiet implements ErrorListener {
        @Override
        public void errorOccurred(Connection where, String error) {
            LOG.warn("nats_error client={} error={}", settings.client(), error);
        }

        @Override
        public void exceptionOccurred(Connection where, Exception exception) {
            LOG.debug("nats_exception client={}", settings.client(), exception);
        }

        @Override
        public void pullStatusError(Connection where, JetStreamSubscription subscription, Status status) {
            LOG.debug("nats_pull_status client={} status={}", settings.client(), status.getMessage());
        }
    }
}
