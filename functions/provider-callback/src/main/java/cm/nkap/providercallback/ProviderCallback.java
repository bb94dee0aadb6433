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
import cm.nkap.ledger.GroupCommit;
import cm.nkap.payments.CallbackRows;
import cm.nkap.payments.Ids;
import cm.nkap.payments.PersonalData;
import cm.nkap.payments.ProviderRequest;
import cm.nkap.payments.ProviderRequestRows;
import java.util.ArrayList;
import java.util.Collections;
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
    private final SharedTransaction<Incoming, Boolean> keeping;

    ProviderCallback(Database database, PersonalData personalData) {
        this.personalData = personalData;
        var scope = new Scope("provider-callback", null);
        this.keeping = new SharedTransaction<>(
                TOGETHER, arrived -> scope.call(() -> database.inTransaction(Orgs.all(), tx -> keep(tx, arrived))));
    }

    /** The answer to every callback. */
    record Taken(boolean received) {}

    @SuppressWarnings("ArrayRecordComponent") // passed on, never compared
    private record Incoming(String id, String provider, String token, String method, byte[] sealed) {}

    /** @param method how it was called; MTN uses PUT and POST, by product */
    Raw<Taken> by(String method) {
        return (call, body) -> {
            String provider = call.path("provider");
            String id = Ids.next("cb");
            keeping.submit(new Incoming(
                    id,
                    provider.substring(0, Math.min(provider.length(), LONGEST_PROVIDER)),
                    call.path("token"),
                    method,
                    personalData.seal(body, id)));
            Step.reached("callback.stored");
            return Reply.ok(new Taken(true));
        };
    }

    private static List<Boolean> keep(Tx tx, List<Incoming> arrived) {
        Map<String, ProviderRequest> asked = new HashMap<>();
        ProviderRequestRows.byCallbackTokens(
                        tx.handle(), arrived.stream().map(Incoming::token).toList())
                .forEach(request -> asked.put(request.callbackToken(), request));
        List<CallbackRows.Callback> callbacks = new ArrayList<>();
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
            request.ifPresent(r -> tx.emit(
                    r.org(),
                    new ProviderEvent.CallbackReceived(callback.id(), r.id(), r.provider(), r.payment()),
                    r.traceparent()));
        }
        CallbackRows.insert(
                tx.handle(), callbacks, arrived.stream().map(Incoming::sealed).toList());
        return Collections.nCopies(arrived.size(), true);
    }
}
