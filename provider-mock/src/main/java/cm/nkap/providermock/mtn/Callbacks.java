package cm.nkap.providermock.mtn;

import cm.nkap.providermock.books.Kind;
import cm.nkap.providermock.books.Order;
import cm.nkap.providermock.books.Payment;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Sends the end of a payment to its X-Callback-Url: unsigned, at most once, whatever the listener answers. */
final class Callbacks implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final int AT_ONCE = 64;
    private static final int DUPLICATES = 5;

    private final AtomicReference<Settings> settings;
    private final String currency;
    private final InstantSource clock;
    private final ScheduledExecutorService timer;
    private final ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore places = new Semaphore(AT_ONCE);
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .build();

    Callbacks(
            AtomicReference<Settings> settings, String currency, InstantSource clock, ScheduledExecutorService timer) {
        this.settings = settings;
        this.currency = currency;
        this.clock = clock;
        this.timer = timer;
    }

    Notice noticeOf(Behaviour behaviour) {
        return behaviour.notice() == null ? settings.get().callback() : behaviour.notice();
    }

    /** Sends after the usual delay, from another thread. */
    void send(Payment payment, Behaviour behaviour) {
        if (payment.order().callbackUrl() == null || noticeOf(behaviour) == Notice.NONE) {
            return;
        }
        int times = noticeOf(behaviour) == Notice.DUPLICATED ? DUPLICATES : 1;
        for (int i = 0; i < times; i++) {
            var _ = timer.schedule(
                    () -> senders.execute(() -> sendNow(payment, behaviour)),
                    settings.get().callbackDelay(),
                    TimeUnit.MILLISECONDS);
        }
    }

    /** Sends and waits for the listener, at most two seconds. */
    void sendNow(Payment payment, Behaviour behaviour) {
        String url = payment.order().callbackUrl();
        if (url == null) {
            return;
        }
        Notice notice = noticeOf(behaviour);
        Payment told = notice == Notice.FORGED ? opposite(payment) : payment;
        String body = new StatusBody(currency, settings.get().reasonObject())
                .of(told, behaviour.telling())
                .toString();
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .timeout(TIMEOUT)
                .header("Content-Type", "application/json")
                .method(method(payment.order(), notice), HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            places.acquire();
            try {
                var _ = client.send(request, HttpResponse.BodyHandlers.discarding());
            } finally {
                places.release();
            }
        } catch (IOException e) {
            System.getLogger("nkap.mtn").log(System.Logger.Level.DEBUG, "callback=lost url=" + url, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Deposits are told by POST, the rest by PUT. */
    private static String method(Order order, Notice notice) {
        return notice == Notice.POST || order.kind() == Kind.DEPOSIT ? "POST" : "PUT";
    }

    private Payment opposite(Payment payment) {
        Payment.State lie =
                switch (payment.state()) {
                    case Payment.Paid _ -> new Payment.Failed("APPROVAL_REJECTED", clock.instant());
                    case Payment.Failed _, Payment.Pending _ -> new Payment.Paid(99_999_999_999L, 0, clock.instant());
                };
        return new Payment(payment.order(), lie);
    }

    @Override
    public void close() {
        senders.shutdownNow();
        client.shutdownNow();
    }
}
