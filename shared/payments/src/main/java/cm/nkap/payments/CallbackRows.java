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

    /** Stores callbacks, each with its sealed body at the same place of the second list, by one statement. */
    public static void insert(Handle tx, List<Callback> callbacks, List<byte[]> sealedBodies) {
        tx.createUpdate("""
                        INSERT INTO payments.provider_callback (id, org_id, provider, request, payment, method, body_sealed, received_at)
                        SELECT id, org, provider, request, payment, method, body, received::timestamptz
                        FROM unnest(:ids::text[], :orgs::text[], :providers::text[], :requests::text[], :payments::text[],
                            :methods::text[], :bodies::bytea[], :received::text[])
                            AS c (id, org, provider, request, payment, method, body, received)
                        """)
                .bind("ids", Columns.texts(callbacks, Callback::id))
                .bind("orgs", Columns.texts(callbacks, Callback::org))
                .bind("providers", Columns.texts(callbacks, Callback::provider))
                .bind("requests", Columns.texts(callbacks, Callback::request))
                .bind("payments", Columns.texts(callbacks, Callback::payment))
                .bind("methods", Columns.texts(callbacks, Callback::method))
                .bind("bodies", Columns.bytes(sealedBodies, body -> body))
                .bind("received", Columns.texts(callbacks, callback -> Columns.text(callback.receivedAt())))
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
