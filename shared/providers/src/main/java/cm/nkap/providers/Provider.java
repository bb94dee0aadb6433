package cm.nkap.providers;

/**
 * What we ask of a mobile-money provider.
 *
 * <p>No method throws for anything that the provider or the network does; each such outcome is one of the answers, and
 * the answers keep apart what is known to have failed from what is merely not known. Calls block for as long as the
 * adapter's timeouts allow, so never make one inside a database transaction.
 */
public interface Provider {
    ProviderName name();

    /** Starts a collection. {@link SubmitAnswer.Accepted} says that it is queued, not that money moved. */
    SubmitAnswer collect(CollectRequest request);

    /** Starts a disbursement. {@link SubmitAnswer.Accepted} says that it is queued, not that money moved. */
    SubmitAnswer disburse(DisburseRequest request);

    /** What became of an earlier request; the only answer that decides about money. */
    StatusAnswer status(StatusRequest request);

    /** What the provider says our float is. */
    BalanceAnswer balance(Operation product);
}
