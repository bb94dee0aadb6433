package cm.nkap.events;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Which event goes to which function: the one table that dispatcher, sweep and manifests are made from. */
public final class Subscriptions {
    public static final List<Subscription> ALL = List.of(
            new Subscription("provider-gateway", "nkap.charge.created"),
            new Subscription("provider-gateway", "nkap.payout.requested"),
            new Subscription("provider-gateway", "nkap.provider.callback_received"),
            new Subscription("provider-gateway", "nkap.provider.status_due"),
            new Subscription("create-charge", "nkap.provider.collection.>"),
            new Subscription("payout", "nkap.provider.disbursement.>"),
            new Subscription("payout", "nkap.charge.succeeded"),
            new Subscription("payout", "nkap.payout.due"));

    static final String[] FUNCTIONS =
            ALL.stream().map(Subscription::function).distinct().toArray(String[]::new);

    private static final Map<String, Integer> CONSUMERS = new ConcurrentHashMap<>();

    private Subscriptions() {}

    /** Returns the rows that an event of this NATS subject is delivered by. */
    public static List<Subscription> of(String natsSubject) {
        return ALL.stream().filter(row -> row.matches(natsSubject)).toList();
    }

    /** Returns how many functions an event of this NATS subject is delivered to. */
    static int consumers(String natsSubject) {
        return CONSUMERS.computeIfAbsent(natsSubject, subject -> (int)
                of(subject).stream().map(Subscription::function).distinct().count());
    }
}
