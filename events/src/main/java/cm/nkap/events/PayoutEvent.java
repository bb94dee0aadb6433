package cm.nkap.events;

/** What happened to a payout to a merchant. Amounts are whole XAF. */
public sealed interface PayoutEvent extends Event {
    /** The payout's id, {@code po_…}. */
    String payout();

    /** The merchant who is paid out. */
    String merchant();

    @Override
    default String about() {
        return payout();
    }

    /** The payout is posted and the provider is to be asked. */
    @WireType("cm.nkap.payout.requested.v1")
    record Requested(String payout, String merchant, String provider, long amount, String currency)
            implements PayoutEvent {}

    /** The payout waits, for example because the provider's float is short. */
    @WireType("cm.nkap.payout.queued.v1")
    record Queued(String payout, String merchant, String reason) implements PayoutEvent {}

    /** Payouts wait for this provider's float, this one the longest: try again. */
    @WireType("cm.nkap.payout.due.v1")
    record Due(String payout, String merchant, String provider) implements PayoutEvent {}

    /** The provider paid the merchant. */
    @WireType("cm.nkap.payout.succeeded.v1")
    record Succeeded(String payout, String merchant, String provider, long amount, String providerTransaction)
            implements PayoutEvent {}

    /** The provider said definitely no and the posting is reversed. */
    @WireType("cm.nkap.payout.failed.v1")
    record Failed(String payout, String merchant, String code) implements PayoutEvent {}

    /** Nobody can say yet whether money moved; the provider is asked again. */
    @WireType("cm.nkap.payout.became_unknown.v1")
    record BecameUnknown(String payout, String merchant) implements PayoutEvent {}
}
