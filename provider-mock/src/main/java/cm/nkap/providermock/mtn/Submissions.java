package cm.nkap.providermock.mtn;

import cm.nkap.providermock.books.Books;
import cm.nkap.providermock.books.Kind;
import cm.nkap.providermock.books.Order;
import cm.nkap.providermock.books.Payment;
import cm.nkap.providermock.http.Answer;
import cm.nkap.providermock.mtn.Behaviour.Ending;
import cm.nkap.providermock.mtn.Behaviour.Reception;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Takes payments as their number says and brings each to its end, also those found open after a restart. */
final class Submissions {
    private final Books books;
    private final Callbacks callbacks;
    private final AtomicReference<Settings> settings;
    private final InstantSource clock;
    private final ScheduledExecutorService timer;
    private final Map<String, Integer> refusedBefore = new ConcurrentHashMap<>();

    Submissions(
            Books books,
            Callbacks callbacks,
            AtomicReference<Settings> settings,
            InstantSource clock,
            ScheduledExecutorService timer) {
        this.books = books;
        this.callbacks = callbacks;
        this.settings = settings;
        this.clock = clock;
        this.timer = timer;
    }

    static Behaviour behaviourOf(Order order) {
        return order.kind() == Kind.REFUND ? Refunds.behaviourOf(order) : Numbers.of(order.kind(), order.msisdn());
    }

    Answer submit(Order order) {
        Behaviour behaviour = behaviourOf(order);
        long hang = settings.get().hangMs();
        return switch (behaviour.reception()) {
            case Reception.Taken() -> take(order, behaviour);
            case Reception.Refused(int status, String code) -> MtnErrors.of(status, code);
            case Reception.RefusedAtFirst(int times) ->
                refusedBefore.merge(order.reference(), 1, Integer::sum) <= times
                        ? MtnErrors.unavailable()
                        : take(order, behaviour);
            case Reception.ResetAfterTaking() -> {
                take(order, behaviour);
                yield Answer.reset();
            }
            case Reception.ResetBeforeTaking() -> Answer.reset();
            case Reception.AnsweredLate() -> take(order, behaviour).after(hang);
            case Reception.TakenLate() -> {
                later(hang, () -> take(arrivedNow(order), behaviour));
                yield Answer.empty(202).after(hang);
            }
            case Reception.RefusedLate() -> MtnErrors.unavailable().after(hang);
            case Reception.HtmlInstead() -> MtnErrors.html();
        };
    }

    private Order arrivedNow(Order order) {
        return new Order(
                order.reference(),
                order.kind(),
                order.amount(),
                order.externalId(),
                order.msisdn(),
                order.payerMessage(),
                order.payeeNote(),
                order.callbackUrl(),
                order.refundOf(),
                clock.instant());
    }

    private Answer take(Order order, Behaviour behaviour) {
        if (!books.accept(order)) {
            return MtnErrors.of(409, "RESOURCE_ALREADY_EXIST");
        }
        if (callbacks.noticeOf(behaviour) == Notice.BEFORE_202) {
            endAndTellAtOnce(order, behaviour);
        } else {
            bringToEnd(new Payment(order, new Payment.Pending()), behaviour);
        }
        return Answer.empty(202);
    }

    private void endAndTellAtOnce(Order order, Behaviour behaviour) {
        switch (behaviour.ending()) {
            case Ending.Pays _ ->
                books.pay(order.reference()).ifPresent(payment -> callbacks.sendNow(payment, behaviour));
            case Ending.Fails(String reason, var _) ->
                books.fail(order.reference(), reason).ifPresent(payment -> callbacks.sendNow(payment, behaviour));
            case Ending.StaysPending _, Ending.ExpiresThenPays _ ->
                bringToEnd(new Payment(order, new Payment.Pending()), behaviour);
        }
    }

    /** After a restart: what is overdue ends at once, the rest in its time; what has ended stays as it is. */
    void resume() {
        for (Payment payment : books.payments()) {
            if (!(payment.state() instanceof Payment.Paid)) {
                bringToEnd(payment, behaviourOf(payment.order()));
            }
        }
    }

    private void bringToEnd(Payment payment, Behaviour behaviour) {
        String reference = payment.order().reference();
        Instant accepted = payment.order().acceptedAt();
        boolean open = payment.state() instanceof Payment.Pending;
        Settings now = settings.get();
        switch (behaviour.ending()) {
            case Ending.Pays(Behaviour.Wait wait)
            when open -> at(accepted, wait.ms(now), () -> pay(reference, behaviour));
            case Ending.Fails(String reason, Behaviour.Wait wait)
            when open -> at(accepted, wait.ms(now), () -> fail(reference, reason, behaviour));
            case Ending.ExpiresThenPays() -> {
                if (open) {
                    at(accepted, now.payAfterMs(), () -> fail(reference, "EXPIRED", behaviour));
                }
                at(accepted, now.payAfterMs() + now.lateSuccessMs(), () -> pay(reference, behaviour));
            }
            case Ending.Pays _, Ending.Fails _, Ending.StaysPending _ -> {}
        }
    }

    private void pay(String reference, Behaviour behaviour) {
        books.pay(reference).ifPresent(payment -> callbacks.send(payment, behaviour));
    }

    private void fail(String reference, String reason, Behaviour behaviour) {
        books.fail(reference, reason).ifPresent(payment -> callbacks.send(payment, behaviour));
    }

    private void at(Instant accepted, long ms, Runnable end) {
        later(
                Math.max(
                        0,
                        Duration.between(clock.instant(), accepted.plusMillis(ms))
                                .toMillis()),
                end);
    }

    private void later(long ms, Runnable work) {
        var _ = timer.schedule(work, ms, TimeUnit.MILLISECONDS);
    }

    void forget() {
        refusedBefore.clear();
    }
}
