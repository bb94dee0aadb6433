package cm.nkap.events;

/**
 * How the dispatcher hands an event to a function: over HTTP ({@link HttpSink}) or in process. Called from many virtual threads at
 * once, never twice at the same time for one object. Returning means done; the same event may come again.
 */
@FunctionalInterface
public interface EventSink {
    /**
     * Hands over one event.
     *
     * @throws DeliveryFailed when the function did not take it; any unchecked exception counts as a failure worth a retry
     */
    void deliver(Subscription to, Envelope event) throws DeliveryFailed;
}
