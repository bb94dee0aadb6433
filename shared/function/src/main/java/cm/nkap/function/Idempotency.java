package cm.nkap.function;

import cm.nkap.function.Flights.Landed;
import cm.nkap.function.telemetry.ShellMetrics;
import java.util.function.Supplier;

/**
 * Runs a command once per key. The row that remembers its answer commits together with its effect; Redis may repeat
 * that answer sooner, and decides nothing. The rules are those of the reference on semantics, §2.1.
 */
final class Idempotency {
    private static final int ATTEMPTS_WHEN_COMMIT_IS_LOST = 2;

    private final Database database;
    private final AnswerCache cache;
    private final ShellMetrics metrics;
    private final Flights flights = new Flights();

    Idempotency(Database database, AnswerCache cache, ShellMetrics metrics) {
        this.database = database;
        this.cache = cache;
        this.metrics = metrics;
    }

    <I, O> Landed run(Inbound inbound, I body, Command<I, O> command) {
        var key = IdempotencyKey.of(inbound);
        var fingerprint = Fingerprint.of(inbound, body == null ? new byte[0] : body);
        var cached = cache.find(key);
        var landed = cached.isPresent()
                ? new Landed(cached.get(), true)
                : lead(key, () -> perform(key, fingerprint, inbound, body, command));
        if (landed.replayed() && !fingerprint.is(landed.answer().fingerprint())) {
            metrics.keyed("reused");
            throw Refusals.keyReused();
        }
        metrics.keyed(landed.replayed() ? "replayed" : "new");
        return landed;
    }

    private Landed lead(IdempotencyKey key, Supplier<Landed> work) {
        try {
            return flights.lead(key, work);
        } catch (Problem e) {
            if (e.code().equals(Refusals.KEY_IN_USE)) {
                metrics.keyed("in_use");
            }
            throw e;
        }
    }

    int forgetExpired(int limit) {
        return database.inTransaction(Orgs.all(), tx -> Claim.forgetExpired(tx, limit));
    }

    private <I, O> Landed perform(
            IdempotencyKey key, Fingerprint fingerprint, Inbound inbound, I body, Command<I, O> command) {
        var claim = new Claim(key, fingerprint, Orgs.of(inbound.call().caller()));
        Landed landed;
        try {
            landed = decide(claim, tx -> StoredAnswer.of(command.run(tx, inbound.call(), body), fingerprint));
        } catch (Problem refusal) {
            if (!isFinal(refusal)) {
                throw refusal;
            }
            var answer = StoredAnswer.of(refusal, inbound.call().requestId(), fingerprint);
            landed = decide(claim, tx -> answer);
        }
        cache.put(key, landed.answer());
        return landed;
    }

    /** The claim makes it safe to ask again when a commit's outcome was lost: either it stands or nothing happened. */
    private Landed decide(Claim claim, TxWork<StoredAnswer> work) {
        for (int attempt = 1; ; attempt++) {
            try {
                return database.runOrLose(claim, tx -> settle(tx, claim, work));
            } catch (CommitLost e) {
                if (attempt == ATTEMPTS_WHEN_COMMIT_IS_LOST) {
                    throw Refusals.outcomeUnknown(e);
                }
            }
        }
    }

    private static Landed settle(Tx tx, Claim claim, TxWork<StoredAnswer> work) {
        var earlier = claim.earlier();
        if (earlier != null) {
            return new Landed(earlier, true);
        }
        Step.reached("command.claimed");
        var answer = work.run(tx);
        Step.reached("command.done");
        claim.store(tx, answer);
        return new Landed(answer, false);
    }

    /** What the business decided for good; an unknown object, a limit on the rate or a failure may be otherwise later. */
    private static boolean isFinal(Problem refusal) {
        return refusal.status() == 422
                || (refusal.status() == 409 && refusal.code().equals("state_conflict"));
    }
}
