package cm.nkap.payments;

import cm.nkap.providers.Msisdn;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;

/** Requests to forget somebody. Every call joins the caller's transaction. */
public final class ErasureRows {
    private static final RowMapper<Erasure> ROW = (row, context) -> new Erasure(
            row.getString("id"),
            row.getString("org_id"),
            row.getBytes("msisdn_sealed"),
            row.getString("customer"),
            row.getString("customer_org"),
            row.getString("reason"),
            row.getString("requested_by"),
            Columns.instant(row, "requested_at"),
            row.getLong("erased"),
            row.getLong("held"),
            row.getLong("in_use"),
            Columns.maybeInstant(row, "held_until"),
            Columns.maybeInstant(row, "finished_at"));

    private ErasureRows() {}

    public static void insert(Handle tx, Erasure erasure) {
        tx.createUpdate("""
                        INSERT INTO payments.erasure
                            (id, org_id, msisdn_sealed, customer, customer_org, reason, requested_by, requested_at, next_at)
                        VALUES (:id, :org, :sealed, :customer, :customerOrg, :reason, :by, :at, :at)
                        """)
                .bind("id", erasure.id())
                .bind("org", erasure.org())
                .bind("sealed", erasure.sealedNumber())
                .bind("customer", erasure.customer())
                .bind("customerOrg", erasure.customerOrg())
                .bind("reason", erasure.reason())
                .bind("by", erasure.requestedBy())
                .bind("at", erasure.requestedAt())
                .execute();
    }

    public static Optional<Erasure> find(Handle tx, String id) {
        return tx.createQuery("SELECT * FROM payments.erasure WHERE id = :id")
                .bind("id", id)
                .map(ROW)
                .findOne();
    }

    /** Requests of which something may be due, the longest overdue first. */
    public static List<Erasure> due(Handle tx, Instant now, int limit) {
        return tx.createQuery("""
                        SELECT * FROM payments.erasure WHERE finished_at IS NULL AND next_at <= :now ORDER BY next_at LIMIT :limit
                        """)
                .bind("now", now)
                .bind("limit", limit)
                .map(ROW)
                .list();
    }

    /** Erases at most so many payments of a request; the transaction must see every organisation. */
    public static void carryOut(Handle tx, PersonalData personalData, Erasure erasure, int most) {
        byte[] sealed = erasure.sealedNumber();
        List<byte[]> hashes = sealed == null
                ? List.of()
                : personalData.hashes(
                        new Msisdn(new String(personalData.open(sealed, erasure.id()), StandardCharsets.UTF_8)));
        tx.createQuery("SELECT payments.carry_out_erasure(:id, :hashes, :most)::text")
                .bind("id", erasure.id())
                .bind("hashes", Columns.bytes(hashes, hash -> hash))
                .bind("most", most)
                .mapTo(String.class)
                .list();
    }
}
