package cm.nkap.payments;

import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** What providers called back, sealed. Every call joins the caller's transaction. */
public final class CallbackRows {
    private CallbackRows() {}

    /**
     * A callback without its body.
     *
     * @param request the request whose token it carried; null when nobody knows the token
     */
    public record Callback(
            String id,
            String org,
            String provider,
            @Nullable String request,
            @Nullable String payment,
            String method,
            Instant receivedAt) {}

    public static void insert(Handle tx, Callback callback, byte[] sealedBody) {
        tx.createUpdate("""
                        INSERT INTO payments.provider_callback (id, org_id, provider, request, payment, method, body_sealed, received_at)
                        VALUES (:id, :org, :provider, :request, :payment, :method, :body, :receivedAt)
                        """)
                .bind("id", callback.id())
                .bind("org", callback.org())
                .bind("provider", callback.provider())
                .bind("request", callback.request())
                .bind("payment", callback.payment())
                .bind("method", callback.method())
                .bind("body", sealedBody)
                .bind("receivedAt", callback.receivedAt())
                .execute();
    }

    /** The callbacks about a payment, oldest first. */
    public static List<Callback> ofPayment(Handle tx, String payment) {
        return tx.createQuery("""
                        SELECT id, org_id, provider, request, payment, method, received_at
                        FROM payments.provider_callback WHERE payment = :payment ORDER BY id
                        """)
                .bind("payment", payment)
                .map((row, context) -> new Callback(
                        row.getString("id"),
                        row.getString("org_id"),
                        row.getString("provider"),
                        row.getString("request"),
                        row.getString("payment"),
                        row.getString("method"),
                        Columns.instant(row, "received_at")))
                .list();
    }
}
