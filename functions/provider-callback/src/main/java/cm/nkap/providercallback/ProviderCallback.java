package cm.nkap.providercallback;

import cm.nkap.events.ProviderEvent;
import cm.nkap.function.Call;
import cm.nkap.function.Database;
import cm.nkap.function.Orgs;
import cm.nkap.function.Raw;
import cm.nkap.function.Reply;
import cm.nkap.function.Step;
import cm.nkap.function.Tx;
import cm.nkap.payments.CallbackRows;
import cm.nkap.payments.Ids;
import cm.nkap.payments.PersonalData;
import cm.nkap.payments.ProviderRequest;
import cm.nkap.payments.ProviderRequestRows;
import java.util.Optional;

/**
 * Keeps what a provider calls back and hints the gateway to ask. Believes nothing: callbacks carry no signature, so
 * whoever finds the address can send one. Moves no money and answers 200 to everybody, so that nobody learns which
 * tokens exist.
 */
final class ProviderCallback implements Raw<ProviderCallback.Taken> {
    /** Owns callbacks that no request of ours asked for. */
    private static final String PLATFORM = "nkap";

    private static final int LONGEST_PROVIDER = 20;

    private final Database database;
    private final PersonalData personalData;

    private final String method;

    /** @param method how this one is called; MTN uses PUT and POST, by product */
    ProviderCallback(Database database, PersonalData personalData, String method) {
        this.database = database;
        this.personalData = personalData;
        this.method = method;
    }

    /** The answer to every callback. */
    record Taken(boolean received) {}

    @Override
    public Reply<Taken> run(Call call, byte[] body) {
        String provider = call.path("provider");
        byte[] sealed = personalData.seal(body);
        database.run(Orgs.all(), tx -> keep(tx, call, provider, sealed));
        Step.reached("callback.stored");
        return Reply.ok(new Taken(true));
    }

    private void keep(Tx tx, Call call, String provider, byte[] sealed) {
        Optional<ProviderRequest> request =
                ProviderRequestRows.byCallbackToken(tx.handle(), provider, call.path("token"));
        var callback = new CallbackRows.Callback(
                Ids.next("cb"),
                request.map(ProviderRequest::org).orElse(PLATFORM),
                provider.substring(0, Math.min(provider.length(), LONGEST_PROVIDER)),
                request.map(ProviderRequest::id).orElse(null),
                request.map(ProviderRequest::payment).orElse(null),
                method,
                tx.now());
        CallbackRows.insert(tx.handle(), callback, sealed);
        request.ifPresent(asked -> tx.emit(
                asked.org(),
                new ProviderEvent.CallbackReceived(callback.id(), asked.id(), asked.provider(), asked.payment()),
                asked.traceparent()));
    }
}
