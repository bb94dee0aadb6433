package cm.nkap.providercallback;

import cm.nkap.events.ProviderEvent;
import cm.nkap.function.Database;
import cm.nkap.function.Orgs;
import cm.nkap.function.Raw;
import cm.nkap.function.Reply;
import cm.nkap.function.Scope;
import cm.nkap.function.SharedTransaction;
import cm.nkap.function.Step;
import cm.nkap.function.Tx;
import cm.nkap.function.telemetry.Spans;
import cm.nkap.ledger.GroupCommit;
import cm.nkap.masking.Masking;
import cm.nkap.payments.CallbackRows;
import cm.nkap.payments.Ids;
import cm.nkap.payments.PersonalData;
import cm.nkap.payments.ProviderRequest;
import cm.nkap.payments.ProviderRequestRows;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps what a provider calls back and hints the gateway to ask. Believes nothing: callbacks carry no signature, so
 * whoever finds the address can send one. Moves no money and answers 200 to everybody, so that nobody learns which
 * tokens exist.
 */
final class ProviderCallback {
    /** Owns callbacks that no request of ours asked for. */
    private static final String PLATFORM = "nkap";

    private static final int LONGEST_PROVIDER = 20;

    private static final GroupCommit.Size TOGETHER = GroupCommit.Size.of(64);

    private final PersonalData personalData;
    private final Spans spans;
    private final SharedTransaction<Incoming, String> keeping;

    ProviderCallback(Database database, PersonalData personalData, Spans spans) {
        this.personalData = personalData;
        this.spans = spans;
        var scope = new Scope("provider-callback", null);
        this.keeping = new SharedTransaction<>(
                TOGETHER, arrived -> scope.call(() -> database.inTransaction(Orgs.all(), tx -> keep(tx, arrived))));
    }

    /** The answer to every callback. */
    record Taken(boolean received) {}

    @SuppressWarnings("ArrayRecordComponent") // passed on, never compared
    private record Incoming(
            String id, String provider, String token, String method, byte[] sealed, String traceparent) {}

    /** @param method how it was called; MTN uses PUT and POST, by product */
    Raw<Taken> by(String method) {
        return (call, body) -> {
            String provider = call.path("provider");
            String id = Ids.next("cb");
            // Its own trace begins at the provider; the payment's is known by the request only.
            String joined = keeping.submit(new Incoming(
                    id,
                    // Anybody may write anything there.
                    Masking.mask(provider.substring(0, Math.min(provider.length(), LONGEST_PROVIDER))),
                    call.path("token"),
                    method,
                    personalData.seal(body, id),
                    call.traceparent()));
            if (!joined.isEmpty()) {
                spans.link(joined);
            }
            Step.reached("callback.stored");
            return Reply.ok(new Taken(true));
        };
    }

    /** Answers where each joined the trace of its payment, "" when it belongs to none. */
    private List<String> keep(Tx tx, List<Incoming> arrived) {
        Map<String, ProviderRequest> asked = new HashMap<>();
        ProviderRequestRows.byCallbackTokens(
                        tx.handle(), arrived.stream().map(Incoming::token).toList())
                .forEach(request -> asked.put(request.callbackToken(), request));
        List<CallbackRows.Callback> callbacks = new ArrayList<>();
        List<String> joined = new ArrayList<>();
        for (Incoming one : arrived) {
            Optional<ProviderRequest> request = Optional.ofNullable(asked.get(one.token()))
                    .filter(r -> r.provider().equals(one.provider()));
            var callback = new CallbackRows.Callback(
                    one.id(),
                    request.map(ProviderRequest::org).orElse(PLATFORM),
                    one.provider(),
                    request.map(ProviderRequest::id).orElse(null),
                    request.map(ProviderRequest::payment).orElse(null),
                    one.method(),
                    tx.now());
            callbacks.add(callback);
            joined.add(request.map(r -> join(tx, r, callback, one)).orElse(""));
        }
        CallbackRows.insert(
                tx.handle(), callbacks, arrived.stream().map(Incoming::sealed).toList());
        return joined;
    }

    private String join(Tx tx, ProviderRequest request, CallbackRows.Callback callback, Incoming arrived) {
        String trace = spans.join("callback " + request.provider(), arrived.traceparent(), request.traceparent());
        tx.emit(
                request.org(),
                new ProviderEvent.CallbackReceived(callback.id(), request.id(), request.provider(), request.payment()),
                trace);
        return trace == null ? "" : trace;
    }
}
