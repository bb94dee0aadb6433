package cm.nkap.payments;

import java.util.List;
import org.jdbi.v3.core.Handle;

/** How many payments wait for what, and since when: a few small queries over partial indexes, for gauges. */
public final class PaymentFigures {
    /** Rows that one query reads at most; a figure that reaches it means "that many or more". */
    public static final int MOST = 50_000;

    private PaymentFigures() {}

    /**
     * Requests to a provider without an outcome.
     *
     * @param kind {@code collect} or {@code disburse}
     * @param status {@code created}, {@code pending} or {@code unknown}
     * @param oldest whole seconds since the first of them was made
     */
    public record OpenRequests(String provider, String kind, String status, long count, long oldest) {}

    /** Payouts that wait for float at a provider; {@code oldest} in whole seconds. */
    public record QueuedPayouts(String provider, long count, long oldest) {}

    /** Exceptions that nobody has resolved. */
    public record OpenExceptions(String reason, long count) {}

    /** Only requests that are asked about again have a next check, so this reads those and no others. */
    public static List<OpenRequests> openRequests(Handle tx) {
        return tx.createQuery("""
                        SELECT provider, kind, status, count(*) AS n,
                               extract(epoch FROM clock_timestamp() - min(created_at))::bigint AS oldest
                          FROM (SELECT provider, kind, status, created_at FROM payments.provider_request
                                 WHERE next_check_at IS NOT NULL AND status IN ('created', 'pending', 'unknown')
                                 LIMIT :most) open
                         GROUP BY provider, kind, status
                        """)
                .bind("most", MOST)
                .map((row, context) -> new OpenRequests(
                        row.getString("provider"),
                        row.getString("kind"),
                        row.getString("status"),
                        row.getLong("n"),
                        row.getLong("oldest")))
                .list();
    }

    public static List<QueuedPayouts> queuedPayouts(Handle tx) {
        return tx.createQuery("""
                        SELECT provider, count(*) AS n,
                               extract(epoch FROM clock_timestamp() - min(created_at))::bigint AS oldest
                          FROM (SELECT provider, created_at FROM payments.payout
                                 WHERE status = 'queued' ORDER BY provider, id LIMIT :most) queued
                         GROUP BY provider
                        """)
                .bind("most", MOST)
                .map((row, context) ->
                        new QueuedPayouts(row.getString("provider"), row.getLong("n"), row.getLong("oldest")))
                .list();
    }

    public static List<OpenExceptions> openExceptions(Handle tx) {
        return tx.createQuery("""
                        SELECT reason, count(*) AS n
                          FROM (SELECT reason FROM payments.exception
                                 WHERE status IN ('open', 'assigned', 'pending_approval') LIMIT :most) unresolved
                         GROUP BY reason
                        """)
                .bind("most", MOST)
                .map((row, context) -> new OpenExceptions(row.getString("reason"), row.getLong("n")))
                .list();
    }
}
