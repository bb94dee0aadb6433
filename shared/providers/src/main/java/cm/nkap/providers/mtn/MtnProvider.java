package cm.nkap.providers.mtn;

import cm.nkap.providers.BalanceAnswer;
import cm.nkap.providers.CollectRequest;
import cm.nkap.providers.DisburseRequest;
import cm.nkap.providers.Operation;
import cm.nkap.providers.Provider;
import cm.nkap.providers.ProviderName;
import cm.nkap.providers.StatusAnswer;
import cm.nkap.providers.StatusRequest;
import cm.nkap.providers.SubmitAnswer;
import java.time.InstantSource;

/** MTN Mobile Money by the MoMo Open API: request to pay, transfer, their status, the balance. */
public final class MtnProvider implements Provider {
    public MtnProvider(MtnConfig config, InstantSource clock) {}

    @Override
    public ProviderName name() {
        return ProviderName.MTN;
    }

    @Override
    public SubmitAnswer collect(CollectRequest request) {
        throw new UnsupportedOperationException();
    }

    @Override
    public SubmitAnswer disburse(DisburseRequest request) {
        throw new UnsupportedOperationException();
    }

    @Override
    public StatusAnswer status(StatusRequest request) {
        throw new UnsupportedOperationException();
    }

    @Override
    public BalanceAnswer balance(Operation product) {
        throw new UnsupportedOperationException();
    }
}
