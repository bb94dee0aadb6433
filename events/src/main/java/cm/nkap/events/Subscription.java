package cm.nkap.events;

import java.util.List;

/**
 * One row of the table that says which event goes to which function.
 *
 * @param function folder name of the function, for example {@code create-charge}
 * @param filter NATS subject, exact or ending in {@code .>}
 */
public record Subscription(String function, String filter) {
    public Subscription {
        if (!function.matches("[a-z0-9]+(-[a-z0-9]+)*")) {
            throw new IllegalArgumentException("not a function's name: " + function);
        }
        if (!filter.matches("nkap(\\.[a-z_]+)+(\\.>)?")) {
            throw new IllegalArgumentException("not a filter: " + filter);
        }
    }

    /** Returns the durable consumer's name, for example {@code create-charge--nkap-provider-collection-any}. */
    public String durable() {
        return function + "--" + filter.replace('.', '-').replace(">", "any");
    }

    /** Says whether an event with this NATS subject goes to the function. */
    public boolean matches(String natsSubject) {
        return filter.endsWith(".>")
                ? natsSubject.startsWith(filter.substring(0, filter.length() - 1))
                : natsSubject.equals(filter);
    }

    /** Returns the kinds of event that the function gets by this row. */
    public List<EventCatalogue.Entry> kinds() {
        return EventCatalogue.all().stream()
                .filter(kind -> matches(kind.natsSubject()))
                .toList();
    }
}
