package cm.nkap.events;

/** What happened to a charge. Amounts are whole XAF. */
public sealed interface ChargeEvent extends Event {
    /** The charge's id, {@code ch_…}. */
    String charge();

    /** The merchant who is paid. */
    String merchant();

    @Override
    default String about() {
        return charge();
    }

    /** A charge was accepted and waits to be collected at the provider. */
    @WireType("cm.nkap.charge.created.v1")
    record Created(String charge, String merchant, String provider, long amount, String currency)
            implements ChargeEvent {}

    /** The customer paid and the money is in the books; {@code net} is what the merchant gained. */
    @WireType("cm.nkap.charge.succeeded.v1")
    record Succeeded(
            String charge,
            String merchant,
            String provider,
            long amount,
            long fee,
            long net,
            String providerTransaction)
            implements ChargeEvent {}

    /** The provider said definitely no; {@code code} is our reason code. */
    @WireType("cm.nkap.charge.failed.v1")
    record Failed(String charge, String merchant, String code) implements ChargeEvent {}

    /** The customer did not answer in time, with proof that no money moved. */
    @WireType("cm.nkap.charge.expired.v1")
    record Expired(String charge, String merchant) implements ChargeEvent {}

    /** Nobody can say yet whether money moved; the provider is asked again. */
    @WireType("cm.nkap.charge.became_unknown.v1")
    record BecameUnknown(String charge, String merchant) implements ChargeEvent {}
}
