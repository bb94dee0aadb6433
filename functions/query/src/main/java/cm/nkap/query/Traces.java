package cm.nkap.query;

import cm.nkap.events.Envelope;
import cm.nkap.events.Outbox;
import cm.nkap.function.Call;
import cm.nkap.function.Parameters;
import cm.nkap.function.Problem;
import cm.nkap.function.Reply;
import cm.nkap.function.Tx;
import cm.nkap.ledger.Ledger;
import cm.nkap.payments.CallbackRows;
import cm.nkap.payments.Charge;
import cm.nkap.payments.ChargeView;
import cm.nkap.payments.Payout;
import cm.nkap.payments.PayoutRows;
import cm.nkap.payments.PayoutView;
import cm.nkap.payments.ProviderRequest;
import cm.nkap.payments.ProviderRequestRows;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything that one payment's id leads to: journals, provider requests with their attempts, callbacks, events,
 * webhooks, the payout that it started, and the trace ids.
 */
final class Traces {
    private final Ledger ledger;

    Traces(Ledger ledger) {
        this.ledger = ledger;
    }

    /** What belongs to one payment. */
    private record Steps(
            List<TraceView.RequestStep> requests, List<TraceView.CallbackStep> callbacks, List<EventView> events) {}

    Reply<TraceView> trace(Tx tx, Call call) {
        Parameters.of(call).check();
        var sight = Sight.of(tx, call.caller());
        var id = call.path("id");
        if (id.startsWith("ch_")) {
            return Reply.ok(ofCharge(tx, sight, Payments.visibleCharge(tx, sight, id)));
        } else if (id.startsWith("po_")) {
            return Reply.ok(ofPayout(tx, Payments.visiblePayout(tx, sight, id)));
        }
        throw Problem.notFound("payment");
    }

    private TraceView ofCharge(Tx tx, Sight sight, Charge charge) {
        Set<String> traceIds = new LinkedHashSet<>();
        traceIds.add(charge.traceId());
        // The customer sees how its own payment went; the merchant's books and payouts are the merchant's.
        boolean isOwner = sight.coversOrg(charge.org());
        if (!isOwner) {
            tx.actFor(List.of(charge.org()));
        }
        var steps = steps(tx, charge.org(), charge.id(), traceIds);
        var payouts = isOwner
                ? PayoutRows.ofCharge(tx.handle(), charge.id())
                        .filter(payout -> payout.org().equals(charge.org()))
                        .map(payout -> payoutSteps(tx, payout, traceIds))
                        .stream()
                        .toList()
                : List.<TraceView.PayoutSteps>of();
        return new TraceView(
                ChargeView.of(charge),
                isOwner ? journals(tx, charge.org(), charge.id()) : List.of(),
                steps.requests,
                steps.callbacks,
                steps.events,
                List.of(),
                payouts,
                List.copyOf(traceIds));
    }

    private TraceView ofPayout(Tx tx, Payout payout) {
        Set<String> traceIds = new LinkedHashSet<>();
        traceIds.add(payout.traceId());
        var steps = steps(tx, payout.org(), payout.id(), traceIds);
        return new TraceView(
                PayoutView.of(payout),
                journals(tx, payout.org(), payout.id()),
                steps.requests,
                steps.callbacks,
                steps.events,
                List.of(),
                List.of(),
                List.copyOf(traceIds));
    }

    private TraceView.PayoutSteps payoutSteps(Tx tx, Payout payout, Set<String> traceIds) {
        traceIds.add(payout.traceId());
        var steps = steps(tx, payout.org(), payout.id(), traceIds);
        return new TraceView.PayoutSteps(
                PayoutView.of(payout),
                journals(tx, payout.org(), payout.id()),
                steps.requests,
                steps.callbacks,
                steps.events);
    }

    private static Steps steps(Tx tx, String org, String payment, Set<String> traceIds) {
        var requests = ProviderRequestRows.ofPayments(tx.handle(), List.of(payment)).stream()
                .filter(request -> request.org().equals(org))
                .toList();
        var attempts = ProviderRequestRows.attempts(
                tx.handle(), requests.stream().map(ProviderRequest::id).toList());
        var events = Outbox.forPayment(tx.handle(), payment).stream()
                .filter(event -> event.org().equals(org))
                .map(Envelope::toJson)
                .map(EventView::of)
                .toList();
        events.forEach(event -> addIfKnown(traceIds, event.traceId()));
        requests.forEach(request ->
                addIfKnown(traceIds, request.traceparent() == null ? null : EventView.traceId(request.traceparent())));
        return new Steps(
                requests.stream()
                        .map(request -> TraceView.RequestStep.of(request, attempts))
                        .toList(),
                CallbackRows.ofPayment(tx.handle(), payment).stream()
                        .filter(callback -> callback.org().equals(org))
                        .map(TraceView.CallbackStep::of)
                        .toList(),
                events);
    }

    private List<JournalView> journals(Tx tx, String org, String payment) {
        return ledger.journalsOf(tx.handle(), payment).stream()
                .filter(journal -> journal.tenant().equals(org))
                .map(JournalView::of)
                .toList();
    }

    private static void addIfKnown(Set<String> traceIds, @Nullable String traceId) {
        if (traceId != null) {
            traceIds.add(traceId);
        }
    }
}
