package cm.nkap.sweep;

import cm.nkap.events.PayoutEvent;
import cm.nkap.events.ProviderEvent;
import cm.nkap.events.Republisher;
import cm.nkap.function.Call;
import cm.nkap.function.Database;
import cm.nkap.function.Orgs;
import cm.nkap.function.Raw;
import cm.nkap.function.Reply;
import cm.nkap.function.Scope;
import cm.nkap.function.Step;
import cm.nkap.function.Tx;
import cm.nkap.function.approvals.Approvals;
import cm.nkap.ledger.Ledger;
import cm.nkap.payments.ChartOfAccounts;
import cm.nkap.payments.Payout;
import cm.nkap.payments.PayoutRows;
import cm.nkap.payments.ProviderRequest;
import cm.nkap.payments.ProviderRequestRows;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntUnaryOperator;

/**
 * What time drives: questions to providers that are due, payouts whose float has come, events left behind, hours to
 * seal, claims about the books to check. It decides nothing about money; it tells the functions that do. Running it twice, or twice at once, is harmless.
 */
final class Sweep implements Raw<Sweep.Done> {
    private static final int FORGET_AT_ONCE = 1_000;

    private final Database database;
    private final Ledger ledger;
    private final Optional<Republisher> republisher;
    private final SweepConfig config;
    private final IntUnaryOperator forgetAnswers;
    private final Sealing sealing;
    private final LedgerChecks checks;
    private final Privacy privacy;
    private final SweepMetrics metrics;
    private final ReentrantLock oneAtATime = new ReentrantLock();

    /** @param forgetAnswers forgets at most so many answers that are past their thirty days, and says how many */
    Sweep(
            Database database,
            Ledger ledger,
            Optional<Republisher> republisher,
            IntUnaryOperator forgetAnswers,
            Sealing sealing,
            LedgerChecks checks,
            Privacy privacy,
            SweepMetrics metrics,
            SweepConfig config) {
        this.database = database;
        this.ledger = ledger;
        this.republisher = republisher;
        this.forgetAnswers = forgetAnswers;
        this.sealing = sealing;
        this.checks = checks;
        this.privacy = privacy;
        this.metrics = metrics;
        this.config = config;
    }

    /** What one run did. */
    record Done(
            int questions,
            int queues,
            int published,
            int republished,
            int settled,
            int forgotten,
            int sealed,
            int looks) {
        static final Done NOTHING = new Done(0, 0, 0, 0, 0, 0, 0, 0);
    }

    @Override
    public Reply<Done> run(Call call, byte[] body) {
        if (!oneAtATime.tryLock()) {
            return Reply.ok(Done.NOTHING);
        }
        try {
            Done done = new Scope("sweep", call.traceparent()).call(this::sweep);
            metrics.ran(done);
            return Reply.ok(done);
        } finally {
            oneAtATime.unlock();
        }
    }

    private Done sweep() {
        int questions = database.inTransaction(Orgs.all(), this::handOutQuestions);
        int queues = database.inTransaction(Orgs.all(), this::wakeQueues);
        Step.reached("sweep.handed-out");
        database.inTransaction(Orgs.all(), tx -> Approvals.expire(tx, FORGET_AT_ONCE));
        Republisher.Result events = republisher.map(Sweep::republish).orElse(new Republisher.Result(0, 0, 0));
        privacy.run();
        return new Done(
                questions,
                queues,
                events.published(),
                events.republished(),
                events.settled(),
                forgetAnswers.applyAsInt(FORGET_AT_ONCE),
                sealing.run(),
                checks.run());
    }

    private int handOutQuestions(Tx tx) {
        List<ProviderRequest> due =
                ProviderRequestRows.takeDue(tx.handle(), tx.now(), config.lease(), config.sweepQuestions());
        for (ProviderRequest request : due) {
            tx.emit(
                    request.org(),
                    new ProviderEvent.StatusDue(request.id(), request.provider(), request.payment()),
                    request.traceparent());
        }
        return due.size();
    }

    /** Only when the float covers the payout that waits longest: otherwise there is nothing to try. */
    private int wakeQueues(Tx tx) {
        int woken = 0;
        for (Payout first : PayoutRows.queueHeads(tx.handle())) {
            long held = ledger.balances(tx.handle(), List.of(ChartOfAccounts.floatAt(first.provider()))).stream()
                    .mapToLong(balance -> balance.amount())
                    .sum();
            if (held >= first.amount()) {
                tx.emit(first.org(), new PayoutEvent.Due(first.id(), first.merchant(), first.provider()));
                woken++;
            }
        }
        return woken;
    }

    private static Republisher.Result republish(Republisher republisher) {
        try {
            return republisher.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Republisher.Result(0, 0, 0);
        }
    }
}
