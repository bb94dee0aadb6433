package cm.nkap.events;

/**
 * A fact that one part of Nkap tells the others, declared once. Every event is a record with a literal {@link WireType}; amounts
 * are whole XAF. Adding a {@code @Nullable} field is allowed, anything else is a new version beside the old one.
 */
public sealed interface Event permits ChargeEvent, LedgerEvent, PayoutEvent, ProviderEvent {
    /** Returns the id of the object that the event is about; events about one object are delivered in order. */
    String about();
}
