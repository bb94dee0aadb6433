package cm.nkap.payments;

import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * Forgets what is no longer kept, in steps that each take one short transaction. What and how long is in the database
 * (payments.retention_rule), whose functions erase nothing that is younger; amounts, states and the ledger always stay. The
 * transaction must see every organisation.
 */
public final class Retention {
    private Retention() {}

    /** One walk: which payments, by which rule. */
    private record Walk(String kind, String rule) {}

    private static final List<Walk> WALKS = List.of(
            new Walk("charge", "unexecuted"),
            new Walk("payout", "unexecuted"),
            new Walk("charge", "executed"),
            new Walk("payout", "executed"));

    /**
     * What one step did.
     *
     * @param words tries of which nobody knows any more what the provider said
     * @param callbacks callbacks without a body now
     * @param persons payments without a person now
     */
    public record Forgotten(long words, long callbacks, long persons) {
        public static final Forgotten NOTHING = new Forgotten(0, 0, 0);

        public long all() {
            return words + callbacks + persons;
        }
    }

    /** False for a day after the database's clock has jumped: nothing may be forgotten by it. */
    public static boolean isClockSteady(Handle tx) {
        return tx.createQuery("SELECT payments.clock_is_steady()")
                .mapTo(Boolean.class)
                .one();
    }

    /** Forgets at most so many of each. */
    public static Forgotten step(Handle tx, int most) {
        long persons = 0;
        for (Walk walk : WALKS) {
            persons += tx.createQuery("SELECT erased FROM payments.forget_persons(:kind, :rule, :most)")
                    .bind("kind", walk.kind())
                    .bind("rule", walk.rule())
                    .bind("most", most)
                    .mapTo(Long.class)
                    .one();
        }
        long people = persons;
        return tx.createQuery("SELECT attempts, callbacks FROM payments.forget_words(:most)")
                .bind("most", most)
                .map((row, context) -> new Forgotten(row.getLong("attempts"), row.getLong("callbacks"), people))
                .one();
    }
}
