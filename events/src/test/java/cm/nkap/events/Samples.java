package cm.nkap.events;

import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Events to test with. */
final class Samples {
    static final Instant NOON = Instant.parse("2026-11-22T11:00:00.123456Z");
    static final String ORG = "boutique-douala";
    static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    private Samples() {}

    static Envelope charge(String charge) {
        return charge(ORG, charge);
    }

    static Envelope charge(String org, String charge) {
        return Envelope.of(
                "/nkap/create-charge", org, NOON, TRACE, new ChargeEvent.Created(charge, "mer_1", "mtn", 5_000, "XAF"));
    }

    /** Events that one function consumes, each about another charge. */
    static List<Envelope> collections(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> collection("ch_" + i, i + 1))
                .toList();
    }

    static Envelope collection(String charge, long amount) {
        return Envelope.of(
                "/nkap/provider-gateway",
                ORG,
                NOON,
                null,
                new ProviderEvent.CollectionSucceeded("pr_" + amount, charge, "mtn", "tx" + amount, amount, "XAF"));
    }

    /** An event nobody subscribes to. */
    static Envelope expired(String charge) {
        return Envelope.of("/nkap/create-charge", ORG, NOON, null, new ChargeEvent.Expired(charge, "mer_1"));
    }

    static Envelope of(EventCatalogue.Entry kind) {
        RecordComponent[] components = kind.record().getRecordComponents();
        Object[] values = Arrays.stream(components)
                .map(component -> component.getType() == long.class ? (Object) 1_500L : component.getName() + "_1")
                .toArray();
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            Constructor<? extends Event> constructor = kind.record().getDeclaredConstructor(types);
            return Envelope.of("/nkap/test", ORG, NOON, TRACE, constructor.newInstance(values));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(kind.type(), e);
        }
    }
}
