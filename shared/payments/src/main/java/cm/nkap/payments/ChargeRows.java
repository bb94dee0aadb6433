package cm.nkap.payments;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jspecify.annotations.Nullable;

/** Charges in the database. Every call joins the caller's transaction; row-level security decides what it sees. */
public final class ChargeRows {
    private static final String COLUMNS = """
            id, org_id, merchant, status, amount, fee, net, fee_plan, provider, msisdn_sealed, msisdn_hash, msisdn_masked,
            reference, description, metadata, customer_subject, created_by, failure_code, failure_message,
            provider_transaction, trace_id, created_at, expires_at, completed_at
            """;

    private static final RowMapper<Charge> ROW = (row, context) -> new Charge(
            row.getString("id"),
            row.getString("org_id"),
            row.getString("merchant"),
            ChargeStatus.of(row.getString("status")),
            row.getLong("amount"),
            row.getLong("fee"),
            row.getLong("net"),
            row.getString("fee_plan"),
            row.getString("provider"),
            Columns.sealed(row),
            row.getString("reference"),
            row.getString("description"),
            Columns.map(row.getString("metadata")),
            row.getString("customer_subject"),
            row.getString("created_by"),
            Columns.failure(row),
            row.getString("provider_transaction"),
            row.getString("trace_id"),
            Columns.instant(row, "created_at"),
            Columns.instant(row, "expires_at"),
            Columns.maybeInstant(row, "completed_at"));

    private ChargeRows() {}

    public static void insert(Handle tx, Charge charge) {
        tx.createUpdate("""
                        INSERT INTO payments.charge (id, org_id, merchant, status, amount, currency, fee, net, fee_plan,
                            provider, msisdn_sealed, msisdn_hash, msisdn_masked, reference, description, metadata,
                            customer_subject, created_by, trace_id, created_at, expires_at)
                        VALUES (:id, :org, :merchant, :status, :amount, 'XAF', :fee, :net, :plan,
                            :provider, :sealed, :hash, :masked, :reference, :description, :metadata,
                            :customer, :createdBy, :trace, :createdAt, :expiresAt)
                        """)
                .bind("id", charge.id())
                .bind("org", charge.org())
                .bind("merchant", charge.merchant())
                .bind("status", charge.status().text())
                .bind("amount", charge.amount())
                .bind("fee", charge.fee())
                .bind("net", charge.net())
                .bind("plan", charge.feePlan())
                .bind("provider", charge.provider())
                .bind("sealed", charge.payer().sealed())
                .bind("hash", charge.payer().hash())
                .bind("masked", charge.payer().masked())
                .bind("reference", charge.reference())
                .bind("description", charge.description())
                .bind("metadata", Columns.json(charge.metadata()))
                .bind("customer", charge.customerSubject())
                .bind("createdBy", charge.createdBy())
                .bind("trace", charge.traceId())
                .bind("createdAt", charge.createdAt())
                .bind("expiresAt", charge.expiresAt())
                .execute();
    }

    public static Optional<Charge> find(Handle tx, String id) {
        return tx.createQuery("SELECT " + COLUMNS + " FROM payments.charge WHERE id = :id")
                .bind("id", id)
                .map(ROW)
                .findOne();
    }

    public static List<Charge> findAll(Handle tx, Collection<String> ids) {
        if (ids.isEmpty()) {
            return List.of();
        }
        return tx.createQuery("SELECT " + COLUMNS + " FROM payments.charge WHERE id = ANY (:ids) ORDER BY id")
                .bindArray("ids", String.class, ids)
                .map(ROW)
                .list();
    }

    /** The charges named, locked in the order of their ids until the transaction ends. */
    public static List<Charge> lock(Handle tx, Collection<String> ids) {
        return tx.createQuery("SELECT " + COLUMNS
                        + " FROM payments.charge WHERE id = ANY (:ids) ORDER BY id FOR NO KEY UPDATE")
                .bindArray("ids", String.class, ids)
                .map(ROW)
                .list();
    }

    /** One page, newest first, after {@code startingAfter}. */
    public static List<Charge> page(Handle tx, PaymentFilter filter, @Nullable String startingAfter, int limit) {
        // Each owner has an index of its own, which a condition that may be switched off would not use.
        String owner = filter.customer() != null ? "customer_subject = :customer AND " : "";
        String org = filter.org() != null ? "org_id = :org AND " : "";
        var page = tx.createQuery("SELECT " + COLUMNS + " FROM payments.charge WHERE " + owner + org + """
                          id < :before AND (:merchant::text IS NULL OR merchant = :merchant)
                            AND (:status::text IS NULL OR status = :status) AND (:reference::text IS NULL OR reference = :reference)
                          ORDER BY id DESC LIMIT :limit
                          """);
        if (filter.customer() != null) {
            page.bind("customer", filter.customer());
        }
        return Columns.page(page, filter, startingAfter == null ? Ids.last("ch") : startingAfter, limit)
                .map(ROW)
                .list();
    }

    /**
     * A charge's move to another state.
     *
     * @param from the state it was locked in
     */
    public record Move(
            String id,
            ChargeStatus from,
            ChargeStatus to,
            @Nullable Failure failure,
            @Nullable String providerTransaction,
            @Nullable Instant completedAt) {
        public Move {
            if (!from.next().contains(to)) {
                throw new IllegalArgumentException("charge " + id + " cannot move from " + from + " to " + to);
            }
        }
    }

    /** Moves locked charges by one statement; any of them not in the state expected fails the whole. */
    public static void move(Handle tx, List<Move> moves) {
        if (moves.isEmpty()) {
            return;
        }
        int moved = tx.createUpdate("""
                        UPDATE payments.charge c
                        SET status = m.target, failure_code = m.code, failure_message = m.message,
                            provider_transaction = coalesce(m.transaction, c.provider_transaction), completed_at = m.done::timestamptz
                        FROM unnest(:ids::text[], :sources::text[], :targets::text[], :codes::text[], :messages::text[],
                                    :transactions::text[], :dones::text[]) AS m (id, source, target, code, message, transaction, done)
                        WHERE c.id = m.id AND c.status = m.source
                        """)
                .bind("ids", Columns.texts(moves, Move::id))
                .bind("sources", Columns.texts(moves, move -> move.from().text()))
                .bind("targets", Columns.texts(moves, move -> move.to().text()))
                .bind("codes", Columns.texts(moves, move -> Columns.code(move.failure())))
                .bind("messages", Columns.texts(moves, move -> Columns.message(move.failure())))
                .bind("transactions", Columns.texts(moves, Move::providerTransaction))
                .bind("dones", Columns.texts(moves, move -> Columns.text(move.completedAt())))
                .execute();
        if (moved != moves.size()) {
            throw new IllegalStateException("moved " + moved + " of " + moves.size() + " charges");
        }
    }
}
