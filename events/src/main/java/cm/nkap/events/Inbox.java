package cm.nkap.events;

import java.sql.Types;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** Which function has already had which event, so that a delivery repeated has its effect once. */
public final class Inbox {
    private static final String CLAIM = """
            INSERT INTO events.inbox (function, event_id)
            SELECT :function, e.id
              FROM unnest(:ids::text[]) AS e(id)
            ON CONFLICT (function, event_id) DO NOTHING
            RETURNING event_id
            """;

    private Inbox() {}

    /**
     * Claims events for a function in the transaction of their effect and returns the ids that nobody had claimed before. Waits for
     * another transaction that is claiming the same event.
     */
    public static Set<String> claim(Handle tx, String function, List<Envelope> events) {
        if (events.isEmpty()) {
            return Set.of();
        }
        // Sorted, so that two batches with the same events cannot wait for each other in a circle.
        String[] ids = events.stream().map(Envelope::id).distinct().sorted().toArray(String[]::new);
        return new HashSet<>(tx.createQuery(CLAIM)
                .bind("function", function)
                .bindBySqlType("ids", ids, Types.ARRAY)
                .mapTo(String.class)
                .list());
    }
}
