package cm.nkap.events;

/**
 * What a provider answered, as far as we know it. Amounts are whole XAF as the provider reported them, unchecked: whoever settles
 * compares them with what was asked.
 */
public sealed interface ProviderEvent extends Event {
    /** Our request to the provider, {@code pr_…}. */
    String request();

    /** The charge or payout that the request serves. */
    String payment();

    /** The provider's name, for example {@code mtn}. */
    String provider();

    @Override
    default String about() {
        return payment();
    }

    /** The customer's money arrived on our wallet. */
    @WireType("cm.nkap.provider.collection.succeeded.v1")
    record CollectionSucceeded(
            String request, String payment, String provider, String providerTransaction, long amount, String currency)
            implements ProviderEvent {}

    /** The collection definitely failed. */
    @WireType("cm.nkap.provider.collection.failed.v1")
    record CollectionFailed(String request, String payment, String provider, String code, String message)
            implements ProviderEvent {}

    /** The collection ended without an answer of the customer; {@code proof} says how we know. */
    @WireType("cm.nkap.provider.collection.expired.v1")
    record CollectionExpired(String request, String payment, String provider, String proof) implements ProviderEvent {}

    /** The outcome of the collection cannot be told. */
    @WireType("cm.nkap.provider.collection.unknown.v1")
    record CollectionUnknown(String request, String payment, String provider) implements ProviderEvent {}

    /** The provider accepted the collection and has not ended it. */
    @WireType("cm.nkap.provider.collection.pending.v1")
    record CollectionPending(String request, String payment, String provider) implements ProviderEvent {}

    /** The payee has the money. */
    @WireType("cm.nkap.provider.disbursement.succeeded.v1")
    record DisbursementSucceeded(
            String request, String payment, String provider, String providerTransaction, long amount, String currency)
            implements ProviderEvent {}

    /** The disbursement definitely failed. */
    @WireType("cm.nkap.provider.disbursement.failed.v1")
    record DisbursementFailed(String request, String payment, String provider, String code, String message)
            implements ProviderEvent {}

    /** The outcome of the disbursement cannot be told. */
    @WireType("cm.nkap.provider.disbursement.unknown.v1")
    record DisbursementUnknown(String request, String payment, String provider) implements ProviderEvent {}

    /** The provider accepted the disbursement and has not ended it. */
    @WireType("cm.nkap.provider.disbursement.pending.v1")
    record DisbursementPending(String request, String payment, String provider) implements ProviderEvent {}

    /** A provider's callback was stored; it is a hint to ask for the status, never money. */
    @WireType("cm.nkap.provider.callback_received.v1")
    record CallbackReceived(String callback, String request, String provider, String payment)
            implements ProviderEvent {}

    /** It is time to ask the provider for the status of a request. */
    @WireType("cm.nkap.provider.status_due.v1")
    record StatusDue(String request, String provider, String payment) implements ProviderEvent {}
}
