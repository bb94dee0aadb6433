package cm.nkap.payments;

import java.time.Duration;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** What somebody who watches over all provider requests reads of them, in bounded parts. */
public final class ProviderRequestOversight {
    private ProviderRequestOversight() {}

    /** A transaction of a provider; they are ordered by provider first. */
    public record Transaction(String provider, String id) implements Comparable<Transaction> {
        @Override
        public int compareTo(Transaction other) {
            int byProvider = provider.compareTo(other.provider);
            return byProvider != 0 ? byProvider : id.compareTo(other.id);
        }
    }

    /** The requests that succeeded under one transaction; one, when all is well. */
    public record Succeeded(Transaction transaction, List<String> requests) {}

    /** A request that has no outcome long after it expired. */
    public record Stuck(String id, String payment, String provider, String status) {}

    /** From this transaction on in their order, with at most so many requests in all. */
    public static List<Succeeded> succeeded(Handle tx, Transaction from, int limit) {
        return tx.createQuery("""
                        SELECT provider, provider_transaction, array_agg(id ORDER BY id) AS ids FROM (
                            SELECT provider, provider_transaction, id FROM payments.provider_request
                            WHERE status = 'succeeded' AND provider_transaction IS NOT NULL
                              AND (provider, provider_transaction) >= (:provider, :transaction)
                            ORDER BY provider, provider_transaction LIMIT :limit) page
                        GROUP BY provider, provider_transaction ORDER BY provider, provider_transaction
                        """)
                .bind("provider", from.provider())
                .bind("transaction", from.id())
                .bind("limit", limit)
                .map((row, context) -> new Succeeded(
                        new Transaction(row.getString("provider"), row.getString("provider_transaction")),
                        List.of((String[]) row.getArray("ids").getArray())))
                .list();
    }

    /** Requests that expired longer than that ago and still have no outcome. */
    public static List<Stuck> stuck(Handle tx, Duration patience, int limit) {
        return tx.createQuery("""
                        SELECT id, payment, provider, status FROM payments.provider_request
                        WHERE next_check_at IS NOT NULL AND status IN ('created', 'pending', 'unknown')
                          AND expires_at < clock_timestamp() - make_interval(secs => :seconds)
                        ORDER BY expires_at, id LIMIT :limit
                        """)
                .bind("seconds", patience.toSeconds())
                .bind("limit", limit)
                .map((row, context) -> new Stuck(
                        row.getString("id"),
                        row.getString("payment"),
                        row.getString("provider"),
                        row.getString("status")))
                .list();
    }
}
