package cm.nkap.query;

import cm.nkap.payments.CallbackRows;
import cm.nkap.payments.PayoutView;
import cm.nkap.payments.ProviderAttempt;
import cm.nkap.payments.ProviderRequest;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A payment from the caller's request to the last event, in the order of its happening.
 *
 * @param payment the charge or payout as its own route shows it
 * @param payouts of a charge: the payout that its success started
 * @param traceIds the W3C trace ids under which logs and spans of all this are found
 */
record TraceView(
        Object payment,
        List<JournalView> journals,
        List<RequestStep> providerRequests,
        List<CallbackStep> callbacks,
        List<EventView> events,
        List<String> webhooks,
        List<PayoutSteps> payouts,
        List<String> traceIds) {

    /** The automatic payout of a charge, with steps of its own. */
    record PayoutSteps(
            PayoutView payout,
            List<JournalView> journals,
            List<RequestStep> providerRequests,
            List<CallbackStep> callbacks,
            List<EventView> events) {}

    /**
     * What we asked of a provider under one reference.
     *
     * @param nextCheckAt when it is asked for the status next; null for never
     */
    record RequestStep(
            String id,
            String provider,
            String kind,
            String reference,
            @Nullable String providerTransactionId,
            String status,
            long amount,
            List<AttemptStep> attempts,
            Instant createdAt,
            Instant expiresAt,
            @Nullable Instant nextCheckAt) {

        static RequestStep of(ProviderRequest request, List<ProviderAttempt> attempts) {
            return new RequestStep(
                    request.id(),
                    request.provider(),
                    request.kind().name().toLowerCase(Locale.ROOT),
                    request.reference().toString(),
                    request.providerTransaction(),
                    request.status().name().toLowerCase(Locale.ROOT),
                    request.amount(),
                    attempts.stream()
                            .filter(attempt -> attempt.request().equals(request.id()))
                            .sorted(Comparator.comparing(ProviderAttempt::startedAt))
                            .map(AttemptStep::of)
                            .toList(),
                    request.createdAt(),
                    request.expiresAt(),
                    request.nextCheckAt());
        }
    }

    /** One try at a provider; without an end it was cut off. */
    record AttemptStep(
            String id,
            String kind,
            Instant startedAt,
            @Nullable Instant finishedAt,
            @Nullable String outcome,
            @Nullable Integer httpStatus,
            @Nullable String detail) {

        static AttemptStep of(ProviderAttempt attempt) {
            return new AttemptStep(
                    attempt.id(),
                    attempt.kind(),
                    attempt.startedAt(),
                    attempt.finishedAt(),
                    attempt.outcome(),
                    attempt.httpStatus(),
                    attempt.detail());
        }
    }

    /** A provider's callback; what it said stays sealed. */
    record CallbackStep(String id, @Nullable String request, String provider, String method, Instant receivedAt) {

        static CallbackStep of(CallbackRows.Callback callback) {
            return new CallbackStep(
                    callback.id(), callback.request(), callback.provider(), callback.method(), callback.receivedAt());
        }
    }
}
