package cm.nkap.payments;

import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** What a person has to look at: contradictions, and money that came after its payment had ended otherwise. */
public final class ExceptionRows {
    /** The provider contradicts what was settled. */
    public static final String STATUS_CONTRADICTION = "STATUS_CONTRADICTION";

    /** The provider moved more than was asked. */
    public static final String AMOUNT_OVER = "AMOUNT_OVER";

    /** The provider moved less than was asked. */
    public static final String AMOUNT_UNDER = "AMOUNT_UNDER";

    private ExceptionRows() {}

    /** An exception as it is listed. */
    public record Row(
            String id, String org, String reason, String status, String payment, String detail, Instant createdAt) {}

    /** Raises an exception, once per payment and reason. */
    public static void raise(Handle tx, String org, String reason, String payment, String detail, Instant now) {
        tx.createUpdate("""
                        INSERT INTO payments.exception (id, org_id, reason, payment, detail, created_at)
                        VALUES (:id, :org, :reason, :payment, :detail, :now) ON CONFLICT (payment, reason) DO NOTHING
                        """)
                .bind("id", Ids.next("ex"))
                .bind("org", org)
                .bind("reason", reason)
                .bind("payment", payment)
                .bind("detail", detail)
                .bind("now", now)
                .execute();
    }

    /** Keeps money that came too late, once per payment; its journal stands already. */
    public static void keepReceipt(
            Handle tx, Charge charge, @Nullable String providerTransaction, long journal, Instant now) {
        tx.createUpdate("""
                        INSERT INTO payments.unapplied_receipt (id, org_id, payment, provider, amount, provider_transaction,
                            journal_seq, created_at)
                        VALUES (:id, :org, :payment, :provider, :amount, :transaction, :journal, :now)
                        ON CONFLICT (payment) DO NOTHING
                        """)
                .bind("id", Ids.next("ur"))
                .bind("org", charge.org())
                .bind("payment", charge.id())
                .bind("provider", charge.provider())
                .bind("amount", charge.amount())
                .bind("transaction", providerTransaction)
                .bind("journal", journal)
                .bind("now", now)
                .execute();
    }

    /** One page of exceptions, newest first. */
    public static List<Row> page(Handle tx, @Nullable String status, @Nullable String startingAfter, int limit) {
        return tx.createQuery("""
                        SELECT id, org_id, reason, status, payment, detail, created_at FROM payments.exception
                        WHERE (:status::text IS NULL OR status = :status) AND (:after::text IS NULL OR id < :after)
                        ORDER BY id DESC LIMIT :limit
                        """)
                .bind("status", status)
                .bind("after", startingAfter)
                .bind("limit", limit)
                .map((row, context) -> new Row(
                        row.getString("id"),
                        row.getString("org_id"),
                        row.getString("reason"),
                        row.getString("status"),
                        row.getString("payment"),
                        row.getString("detail"),
                        Columns.instant(row, "created_at")))
                .list();
    }
}
