package cm.nkap.events;

import org.jdbi.v3.core.Handle;

/**
 * Forgets that events were consumed 60 days ago, and dead letters that were replayed 90 days ago. Events themselves stay:
 * a payment's trace is read from them. The rules are in the database, which deletes nothing younger.
 */
public final class EventRetention {
    private EventRetention() {}

    /** What one step deleted. */
    public record Forgotten(long consumed, long parked) {
        public long all() {
            return consumed + parked;
        }
    }

    /** Deletes at most so many of each; the transaction must see every organisation. */
    public static Forgotten step(Handle tx, int most) {
        return tx.createQuery("SELECT consumed, parked FROM events.forget_consumed(:most)")
                .bind("most", most)
                .map((row, context) -> new Forgotten(row.getLong("consumed"), row.getLong("parked")))
                .one();
    }
}
