package cm.nkap.providergateway;

import cm.nkap.events.ChargeEvent;
import cm.nkap.events.Envelope;
import cm.nkap.events.PayoutEvent;
import cm.nkap.events.ProviderEvent;
import cm.nkap.function.Reaction;
import cm.nkap.function.Step;
import cm.nkap.payments.PersonalData;
import cm.nkap.payments.ProviderAttempt;
import cm.nkap.payments.ProviderRequest;
import cm.nkap.payments.ProviderRequest.Kind;
import cm.nkap.payments.ProviderRequest.Status;
import cm.nkap.payments.SealedNumber;
import cm.nkap.providers.CollectRequest;
import cm.nkap.providers.DisburseRequest;
import cm.nkap.providers.Msisdn;
import cm.nkap.providers.Operation;
import cm.nkap.providers.Provider;
import cm.nkap.providers.ProviderName;
import cm.nkap.providers.RetrySchedule;
import cm.nkap.providers.StatusAnswer;
import cm.nkap.providers.StatusRequest;
import cm.nkap.providers.SubmitAnswer;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * Asks providers to move money and what became of it. Every try is committed before its first byte is sent, and every
 * try of one payment uses one reference, so that a try cut off anywhere can be followed by a question or by the same
 * try again. No transaction is open while a provider is asked.
 */
final class ProviderGateway implements Reaction {
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final Map<ProviderName, Provider> providers;
    private final PersonalData personalData;
    private final RequestJournal journal;
    private final ProviderGatewayConfig config;

    ProviderGateway(
            Map<ProviderName, Provider> providers,
            PersonalData personalData,
            RequestJournal journal,
            ProviderGatewayConfig config) {
        this.providers = Map.copyOf(providers);
        this.personalData = personalData;
        this.journal = journal;
        this.config = config;
    }

    @Override
    public void react(Envelope event) {
        switch (event.event()) {
            case ChargeEvent.Created _, PayoutEvent.Requested _ -> submit(journal.open(event), event);
            case ProviderEvent.CallbackReceived hint -> ask(hint.request(), event);
            case ProviderEvent.StatusDue due -> ask(due.request(), event);
            default -> throw new IllegalArgumentException("not for the gateway: " + event.type());
        }
    }

    /** Hands a request over, again under the same reference while the answer leaves room for it. */
    private void submit(RequestJournal.Opened opened, Envelope event) {
        ProviderRequest request = opened.request();
        Optional<ProviderAttempt> attempt = opened.attempt();
        if (attempt.isEmpty()) {
            journal.consumed(event);
            return;
        }
        var retries = RetrySchedule.of(
                config.submitTries(), config.submitPause(), LONGEST_PAUSE, ThreadLocalRandom.current());
        boolean inDoubt = request.submits() > 1 || request.status() == Status.UNKNOWN;
        for (int tries = 1; ; tries++) {
            Step.reached("gateway.attempt-committed");
            SubmitAnswer answer = send(request);
            Step.reached("gateway.sent");
            answer = inDoubt ? answer.afterDoubt() : answer;
            inDoubt |= answer instanceof SubmitAnswer.Unknown;
            Optional<Duration> pause = retries.pauseAfter(tries, answer);
            journal.submitted(attempt.get(), answer, pause.isEmpty() ? Optional.of(event) : Optional.empty(), request);
            Step.reached("gateway.recorded");
            if (pause.isEmpty()) {
                return;
            }
            LockSupport.parkNanos(pause.get().toNanos());
            RequestJournal.Opened again = journal.begin(request, RequestOpening.SUBMIT);
            request = again.request();
            attempt = again.attempt();
            if (attempt.isEmpty()) {
                journal.consumed(event);
                return;
            }
        }
    }

    private SubmitAnswer send(ProviderRequest request) {
        Msisdn number = personalData.open(new SealedNumber(request.sealedNumber(), new byte[0], ""), request.org());
        URI callback =
                config.publicUrl().resolve("/v1/callbacks/" + request.provider() + "/" + request.callbackToken());
        String message = "Nkap " + request.payment();
        return switch (request.kind()) {
            case COLLECT ->
                provider(request)
                        .collect(new CollectRequest(
                                request.reference(), request.payment(), request.amount(), number, message, callback));
            case DISBURSE ->
                provider(request)
                        .disburse(new DisburseRequest(
                                request.reference(), request.payment(), request.amount(), number, message, callback));
        };
    }

    /** Asks what became of a request; the answer alone decides about money. */
    private void ask(String requestId, Envelope event) {
        RequestJournal.Opened opened = journal.begin(requestId, "status");
        ProviderRequest request = opened.request();
        if (opened.attempt().isEmpty()) {
            journal.consumed(event);
            return;
        }
        Step.reached("gateway.question-committed");
        StatusAnswer answer = provider(request).status(question(request));
        boolean providerKnowsOthers = answer instanceof StatusAnswer.NotFound && knowsAnother(request);
        Step.reached("gateway.answered");
        RequestJournal.Next next =
                journal.answered(opened.attempt().get(), answer, providerKnowsOthers, event, request);
        Step.reached("gateway.answer-recorded");
        if (next == RequestJournal.Next.SUBMIT_AGAIN) {
            submit(journal.begin(request, RequestOpening.SUBMIT), event);
        }
    }

    /** "Not found" proves nothing unless the provider finds, at the same time, what it must know. */
    private boolean knowsAnother(ProviderRequest request) {
        return journal.settledBefore(request)
                .map(known -> provider(request).status(question(known)) instanceof StatusAnswer.Succeeded)
                .orElse(false);
    }

    private static StatusRequest question(ProviderRequest request) {
        return new StatusRequest(
                request.kind() == Kind.COLLECT ? Operation.COLLECTION : Operation.DISBURSEMENT, request.reference());
    }

    private Provider provider(ProviderRequest request) {
        return Objects.requireNonNull(
                providers.get(ProviderName.of(request.provider()).orElseThrow()),
                "no adapter for provider " + request.provider());
    }
}
