package cm.nkap.providergateway;

import cm.nkap.providers.BalanceAnswer;
import cm.nkap.providers.CollectRequest;
import cm.nkap.providers.DisburseRequest;
import cm.nkap.providers.Operation;
import cm.nkap.providers.Provider;
import cm.nkap.providers.ProviderName;
import cm.nkap.providers.StatusAnswer;
import cm.nkap.providers.StatusRequest;
import cm.nkap.providers.SubmitAnswer;
import java.util.function.Function;
import java.util.function.Supplier;

/** A provider with the credentials of the moment: once they change, calls that begin later go through a new adapter. */
final class CurrentProvider<S> implements Provider {
    private final Supplier<S> settings;
    private final Function<S, Provider> adapter;
    private volatile Made<S> made;

    private record Made<S>(S settings, Provider provider) {}

    CurrentProvider(Supplier<S> settings, Function<S, Provider> adapter) {
        this.settings = settings;
        this.adapter = adapter;
        S first = settings.get();
        this.made = new Made<>(first, adapter.apply(first));
    }

    private Provider current() {
        S now = settings.get();
        Made<S> last = made;
        if (now.equals(last.settings())) {
            return last.provider();
        }
        return replaced(now);
    }

    private synchronized Provider replaced(S now) {
        if (!now.equals(made.settings())) {
            made = new Made<>(now, adapter.apply(now));
        }
        return made.provider();
    }

    @Override
    public ProviderName name() {
        return made.provider().name();
    }

    @Override
    public SubmitAnswer collect(CollectRequest request) {
        return current().collect(request);
    }

    @Override
    public SubmitAnswer disburse(DisburseRequest request) {
        return current().disburse(request);
    }

    @Override
    public StatusAnswer status(StatusRequest request) {
        return current().status(request);
    }

    @Override
    public BalanceAnswer balance(Operation product) {
        return current().balance(product);
    }
}
