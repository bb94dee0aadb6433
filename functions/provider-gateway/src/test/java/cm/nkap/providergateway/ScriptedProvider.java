package cm.nkap.providergateway;

import cm.nkap.providers.BalanceAnswer;
import cm.nkap.providers.CollectRequest;
import cm.nkap.providers.DisburseRequest;
import cm.nkap.providers.Exchange;
import cm.nkap.providers.FailureCode;
import cm.nkap.providers.Msisdn;
import cm.nkap.providers.Operation;
import cm.nkap.providers.Provider;
import cm.nkap.providers.ProviderName;
import cm.nkap.providers.StatusAnswer;
import cm.nkap.providers.StatusRequest;
import cm.nkap.providers.SubmitAnswer;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Answers what the test wrote down, in that order, and remembers what it was asked. One thread at a time. */
final class ScriptedProvider implements Provider {
    static final Exchange EVIDENCE = Exchange.answered(200, Duration.ofMillis(3), "{}");
    static final SubmitAnswer ACCEPTED = new SubmitAnswer.Accepted(EVIDENCE);
    static final SubmitAnswer KNOWN = new SubmitAnswer.AlreadyKnown(EVIDENCE);
    static final SubmitAnswer REFUSED = new SubmitAnswer.Refused(FailureCode.PAYER_NOT_FOUND, "no wallet", EVIDENCE);
    static final SubmitAnswer NOT_SENT = new SubmitAnswer.NotSent("refused", Exchange.none("refused"));
    static final SubmitAnswer UNSURE = new SubmitAnswer.Unknown("timeout", Exchange.none("timeout"));
    static final SubmitAnswer MISCONFIGURED = new SubmitAnswer.Misconfigured("NOT_ALLOWED", EVIDENCE);
    static final SubmitAnswer THROTTLED = new SubmitAnswer.Throttled(Duration.ofSeconds(7), EVIDENCE);

    static final StatusAnswer PAID = paid(1000, "XAF");
    static final StatusAnswer PENDING = new StatusAnswer.Pending("PENDING", true, EVIDENCE);
    static final StatusAnswer FAILED =
            new StatusAnswer.Failed(FailureCode.DECLINED_BY_PAYER, "declined", "REJECTED", EVIDENCE);
    static final StatusAnswer EXPIRED = new StatusAnswer.Expired("EXPIRED", EVIDENCE);
    static final StatusAnswer NOT_FOUND = new StatusAnswer.NotFound(EVIDENCE);
    static final StatusAnswer UNCLEAR = new StatusAnswer.Unknown("503", EVIDENCE);
    static final StatusAnswer BUSY = new StatusAnswer.Throttled(Duration.ofSeconds(7), EVIDENCE);

    private final Deque<Supplier<SubmitAnswer>> submits = new ArrayDeque<>();
    private final Deque<StatusAnswer> statuses = new ArrayDeque<>();
    final List<Sent> sent = new ArrayList<>();
    final List<StatusRequest> asked = new ArrayList<>();

    /** A request as it arrived. */
    record Sent(
            Operation operation,
            UUID reference,
            String externalId,
            long amount,
            Msisdn number,
            @Nullable URI callback) {}

    static StatusAnswer paid(long amount, String currency) {
        return new StatusAnswer.Succeeded(Optional.of("mtn-99"), amount, currency, Optional.empty(), EVIDENCE);
    }

    ScriptedProvider submits(SubmitAnswer... answers) {
        for (SubmitAnswer answer : answers) {
            submits.add(() -> answer);
        }
        return this;
    }

    /** Does something while the request is under way, then answers. */
    ScriptedProvider submits(Runnable meanwhile, SubmitAnswer answer) {
        submits.add(() -> {
            meanwhile.run();
            return answer;
        });
        return this;
    }

    ScriptedProvider says(StatusAnswer... answers) {
        statuses.addAll(List.of(answers));
        return this;
    }

    @Override
    public ProviderName name() {
        return ProviderName.MTN;
    }

    @Override
    public SubmitAnswer collect(CollectRequest request) {
        return submitted(new Sent(
                Operation.COLLECTION,
                request.reference(),
                request.externalId(),
                request.amount(),
                request.payer(),
                request.callbackUrl()));
    }

    @Override
    public SubmitAnswer disburse(DisburseRequest request) {
        return submitted(new Sent(
                Operation.DISBURSEMENT,
                request.reference(),
                request.externalId(),
                request.amount(),
                request.payee(),
                request.callbackUrl()));
    }

    private SubmitAnswer submitted(Sent request) {
        sent.add(request);
        if (submits.isEmpty()) {
            throw new AssertionError("nothing more was to be handed over: " + request);
        }
        return submits.remove().get();
    }

    @Override
    public StatusAnswer status(StatusRequest request) {
        asked.add(request);
        if (statuses.isEmpty()) {
            throw new AssertionError("nothing more was to be asked: " + request);
        }
        return statuses.remove();
    }

    @Override
    public BalanceAnswer balance(Operation product) {
        throw new AssertionError("the gateway asks for no balance");
    }
}
