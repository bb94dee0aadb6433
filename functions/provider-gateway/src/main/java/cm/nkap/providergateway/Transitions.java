package cm.nkap.providergateway;

import cm.nkap.events.ProviderEvent;
import cm.nkap.function.Tx;
import cm.nkap.payments.Charge;
import cm.nkap.payments.ExceptionRows;
import cm.nkap.payments.Failure;
import cm.nkap.payments.ProviderRequest;
import cm.nkap.payments.ProviderRequest.Kind;
import cm.nkap.payments.ProviderRequest.Status;
import cm.nkap.providers.FailureCode;
import cm.nkap.providers.StatusAnswer;
import cm.nkap.providers.SubmitAnswer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What each answer of a provider does to a request. The rules: only a documented final answer about our own reference
 * decides; everything else leaves the outcome open and is asked about again on a schedule; "not found" becomes a proof
 * only with age, repetition and a provider that finds others at the same time.
 */
final class Transitions {
    private final ProviderGatewayConfig config;

    Transitions(ProviderGatewayConfig config) {
        this.config = config;
    }

    /**
     * A request after an answer.
     *
     * @param failure why, when it failed just now
     * @param submitAgain whether it should be handed over once more under its reference
     */
    record Result(ProviderRequest request, @Nullable Failure failure, boolean submitAgain) {
        static Result of(ProviderRequest request) {
            return new Result(request, null, false);
        }

        static Result unchanged(ProviderRequest request) {
            return of(request);
        }

        Result then(Result later) {
            return new Result(
                    later.request, later.failure == null ? failure : later.failure, submitAgain || later.submitAgain);
        }
    }

    Result submitted(Tx tx, ProviderRequest request, SubmitAnswer answer) {
        if (request.status().isFinal() || request.status() == Status.FROZEN) {
            return Result.of(request);
        }
        // What another try left behind outweighs what this one met: a refusal now says nothing about the other.
        return switch (request.status() == Status.CREATED ? answer : answer.afterDoubt()) {
            case SubmitAnswer.Accepted _, SubmitAnswer.AlreadyKnown _ -> pending(tx, request);
            case SubmitAnswer.Refused refused ->
                failed(
                        tx,
                        request,
                        new Failure(refused.code().text(), refused.code().description()));
            case SubmitAnswer.Misconfigured _ ->
                failed(
                        tx,
                        request,
                        new Failure(FailureCode.CONFIG_ERROR.text(), FailureCode.CONFIG_ERROR.description()));
            case SubmitAnswer.NotSent _ -> Result.of(later(request, tx.now()));
            case SubmitAnswer.Throttled throttled ->
                Result.of(request.nextCheck(tx.now().plus(throttled.retryAfter())));
            case SubmitAnswer.Unknown _ ->
                request.status() == Status.PENDING ? Result.of(later(request, tx.now())) : unknown(tx, request);
        };
    }

    Result answered(Tx tx, ProviderRequest before, StatusAnswer answer, boolean providerKnowsOthers) {
        ProviderRequest request = before.counted(before.submits(), before.asks() + 1, before.nextCheckAt());
        if (request.status() == Status.FROZEN) {
            return Result.of(request.nextCheck(null));
        }
        return switch (answer) {
            case StatusAnswer.Succeeded paid -> succeeded(tx, request, paid);
            case StatusAnswer.Failed failed ->
                ended(
                        tx,
                        request,
                        () -> failed(
                                tx,
                                request,
                                new Failure(failed.code().text(), failed.code().description())));
            case StatusAnswer.Expired expired ->
                ended(tx, request, () -> expired(tx, request, "the provider says " + expired.raw()));
            case StatusAnswer.Pending _ ->
                request.status().isFinal() ? Result.of(lateCheck(request, tx.now())) : pending(tx, request);
            case StatusAnswer.NotFound _ -> notFound(tx, request, providerKnowsOthers);
            case StatusAnswer.Throttled throttled -> Result.of(postponed(request, throttled, tx.now()));
            case StatusAnswer.Unknown _ ->
                Result.of(request.status().isFinal() ? lateCheck(request, tx.now()) : later(request, tx.now()));
        };
    }

    private interface Ending {
        Result end();
    }

    /** A final state stays; the same bad news once more changes nothing but when to look again. */
    private Result ended(Tx tx, ProviderRequest request, Ending ending) {
        return request.status().isFinal() ? Result.of(lateCheck(request, tx.now())) : ending.end();
    }

    private Result pending(Tx tx, ProviderRequest request) {
        if (request.status() == Status.UNKNOWN) {
            emit(
                    tx,
                    request,
                    request.kind() == Kind.COLLECT
                            ? new ProviderEvent.CollectionPending(request.id(), request.payment(), request.provider())
                            : new ProviderEvent.DisbursementPending(
                                    request.id(), request.payment(), request.provider()));
        }
        return Result.of(later(request.found().status(Status.PENDING), tx.now()));
    }

    private Result unknown(Tx tx, ProviderRequest request) {
        if (request.status() != Status.UNKNOWN) {
            emitUnknown(tx, request);
        }
        return Result.of(later(request.status(Status.UNKNOWN), tx.now()));
    }

    private Result succeeded(Tx tx, ProviderRequest request, StatusAnswer.Succeeded paid) {
        if (request.status() == Status.SUCCEEDED) {
            return Result.of(request.nextCheck(null));
        }
        if (paid.amount() != request.amount() || !paid.currency().equals(Charge.CURRENCY)) {
            return frozen(tx, request, paid);
        }
        String transaction =
                paid.providerTransaction().orElse(request.reference().toString());
        if (request.status().isFinal() && request.providerTransaction() != null) {
            return Result.of(request.nextCheck(null));
        }
        emit(
                tx,
                request,
                request.kind() == Kind.COLLECT
                        ? new ProviderEvent.CollectionSucceeded(
                                request.id(),
                                request.payment(),
                                request.provider(),
                                transaction,
                                paid.amount(),
                                paid.currency())
                        : new ProviderEvent.DisbursementSucceeded(
                                request.id(),
                                request.payment(),
                                request.provider(),
                                transaction,
                                paid.amount(),
                                paid.currency()));
        ProviderRequest known = request.found().transaction(transaction).nextCheck(null);
        return Result.of(request.status().isFinal() ? known : known.status(Status.SUCCEEDED));
    }

    /** The provider moved something else than was asked: nobody books it until people have looked. */
    private Result frozen(Tx tx, ProviderRequest request, StatusAnswer.Succeeded paid) {
        String reason = paid.amount() > request.amount() ? ExceptionRows.AMOUNT_OVER : ExceptionRows.AMOUNT_UNDER;
        ExceptionRows.raise(
                tx.handle(),
                request.org(),
                reason,
                request.payment(),
                "asked for " + request.amount() + " XAF, the provider says " + paid.amount() + " " + paid.currency(),
                tx.now());
        if (request.status().isFinal()) {
            return Result.of(request.nextCheck(null));
        }
        if (request.status() != Status.UNKNOWN) {
            emitUnknown(tx, request);
        }
        return Result.of(request.status(Status.FROZEN).nextCheck(null));
    }

    private Result failed(Tx tx, ProviderRequest request, Failure failure) {
        emit(
                tx,
                request,
                request.kind() == Kind.COLLECT
                        ? new ProviderEvent.CollectionFailed(
                                request.id(), request.payment(), request.provider(), failure.code(), failure.message())
                        : new ProviderEvent.DisbursementFailed(
                                request.id(),
                                request.payment(),
                                request.provider(),
                                failure.code(),
                                failure.message()));
        return new Result(request.found().status(Status.FAILED).nextCheck(null), failure, false);
    }

    private Result expired(Tx tx, ProviderRequest request, String proof) {
        if (request.kind() == Kind.DISBURSE) {
            return failed(tx, request, new Failure(FailureCode.PAYER_TIMEOUT.text(), proof));
        }
        emit(
                tx,
                request,
                new ProviderEvent.CollectionExpired(request.id(), request.payment(), request.provider(), proof));
        ProviderRequest ended = request.found().status(Status.EXPIRED);
        Failure failure = new Failure(FailureCode.PAYER_TIMEOUT.text(), proof);
        return new Result(ended.nextCheck(tx.now().plus(config.lateChecks().getFirst())), failure, false);
    }

    private Result notFound(Tx tx, ProviderRequest request, boolean providerKnowsOthers) {
        if (request.status().isFinal()) {
            return Result.of(lateCheck(request, tx.now()));
        }
        ProviderRequest missed = request.missed(tx.now());
        boolean neverAcknowledged = request.status() != Status.PENDING;
        if (neverAcknowledged && tx.now().isBefore(request.expiresAt())) {
            return new Result(later(missed, tx.now()), null, true);
        }
        Instant since = missed.notFoundSince() == null ? tx.now() : missed.notFoundSince();
        boolean proven = !tx.now().isBefore(request.createdAt().plus(config.notFoundAge()))
                && missed.notFound() >= config.notFoundAnswers()
                && !tx.now().isBefore(since.plus(config.notFoundSpan()))
                && providerKnowsOthers;
        // A payout needs its day's statement as well before "not found" proves anything: it stays open.
        if (proven && request.kind() == Kind.COLLECT) {
            return expired(
                    tx,
                    missed,
                    missed.notFound() + " answers since " + since
                            + " that the provider does not know the reference, while it knows others");
        }
        if (missed.status() == Status.UNKNOWN) {
            return Result.of(later(missed, tx.now()));
        }
        emitUnknown(tx, missed);
        return Result.of(later(missed.status(Status.UNKNOWN), tx.now()));
    }

    private ProviderRequest later(ProviderRequest request, Instant now) {
        if (now.isAfter(request.createdAt().plus(config.giveUpAfter()))) {
            return request.nextCheck(null);
        }
        List<Duration> pauses = config.statusSchedule();
        return request.nextCheck(now.plus(pauses.get(Math.min(request.asks(), pauses.size() - 1))));
    }

    /** An expired collection is looked at again now and then: late money must not go unnoticed. */
    private ProviderRequest lateCheck(ProviderRequest request, Instant now) {
        if (isLeftAlone(request)) {
            return request.nextCheck(null);
        }
        Duration age = Duration.between(request.createdAt(), now);
        for (Duration pause : config.lateChecks()) {
            if (age.compareTo(pause) < 0) {
                return request.nextCheck(now.plus(pause));
            }
        }
        return request.nextCheck(null);
    }

    private static ProviderRequest postponed(ProviderRequest request, StatusAnswer.Throttled answer, Instant now) {
        return request.nextCheck(isLeftAlone(request) ? null : now.plus(answer.retryAfter()));
    }

    /** A callback may ask about what has ended, but it starts no series of questions. */
    private static boolean isLeftAlone(ProviderRequest request) {
        return request.status().isFinal() && (request.status() != Status.EXPIRED || request.nextCheckAt() == null);
    }

    private static void emitUnknown(Tx tx, ProviderRequest request) {
        emit(
                tx,
                request,
                request.kind() == Kind.COLLECT
                        ? new ProviderEvent.CollectionUnknown(request.id(), request.payment(), request.provider())
                        : new ProviderEvent.DisbursementUnknown(request.id(), request.payment(), request.provider()));
    }

    private static void emit(Tx tx, ProviderRequest request, ProviderEvent event) {
        tx.emit(request.org(), event, request.traceparent());
    }
}
