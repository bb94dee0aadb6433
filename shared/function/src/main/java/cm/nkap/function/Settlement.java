package cm.nkap.function;

import cm.nkap.events.Envelope;
import java.util.List;

/**
 * The event side of an operation. The shell opens the transaction, claims the inbox rows in it and passes only events
 * that were never settled before, in the order of arrival. Throwing rolls everything back; the events come again.
 */
@FunctionalInterface
public interface Settlement {
    void settle(Tx tx, List<Envelope> events);
}
