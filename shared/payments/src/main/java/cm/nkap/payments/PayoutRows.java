package cm.nkap.payments;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jspecify.annotations.Nullable;

/** Payouts in the database. Every call joins the caller's transaction; row-level security decides what it sees. */
public final class PayoutRows {
    private static final String COLUMNS = """
            id, org_id, merchant, status, amount, fee, fee_plan, provider, msisdn_sealed, msisdn_hash, msisdn_masked,
            reference, charge, journal_seq, queued_reason, created_by, failure_code, failure_message,
            provider_transaction, trace_id, created_at, completed_at
            """;

    private static final RowMapper<Payout> ROW = (row, context) -> new Payout(
            row.getString("id"),
            row.getString("org_id"),
            row.getString("merchant"),
            PayoutStatus.of(row.getString("status")),
            row.getLong("amount"),
            row.getLong("fee"),
            row.getString("fee_plan"),
            row.getString("provider"),
            Columns.sealed(row),
            row.getString("reference"),
            row.getString("charge"),
            Columns.maybeLong(row, "journal_seq"),
            row.getString("queued_reason"),
            row.getString("created_by"),
            Columns.failure(row),
            row.getString("provider_transaction"),
            row.getString("trace_id"),
            Columns.instant(row, "created_at"),
            Columns.maybeInstant(row, "completed_at"));

    private PayoutRows() {}

    /** Inserts payouts by one statement; one that a charge has started already is an error. */
    public static void insert(Handle tx, List<Payout> payouts) {
        if (payouts.isEmpty()) {
            return;
        }
        tx.createUpdate("""
                        INSERT INTO payments.payout (id, org_id, merchant, status, amount, currency, fee, fee_plan, provider,
                            msisdn_sealed, msisdn_hash, msisdn_masked, reference, charge, journal_seq, queued_reason, created_by,
                            trace_id, created_at)
                        SELECT id, org, merchant, status, amount, 'XAF', fee, plan, provider, sealed, hash, masked, reference, charge,
                               journal, queued, created_by, trace, created::timestamptz
                        FROM unnest(:ids::text[], :orgs::text[], :merchants::text[], :statuses::text[], :amounts::bigint[],
                            :fees::bigint[], :plans::text[], :providers::text[], :sealed::bytea[], :hashes::bytea[], :masked::text[],
                            :references::text[], :charges::text[], :journals::bigint[], :queued::text[], :createdBy::text[],
                            :traces::text[], :created::text[]) AS p (id, org, merchant, status, amount, fee, plan, provider, sealed,
                            hash, masked, reference, charge, journal, queued, created_by, trace, created)
                        """)
                .bind("ids", Columns.texts(payouts, Payout::id))
                .bind("orgs", Columns.texts(payouts, Payout::org))
                .bind("merchants", Columns.texts(payouts, Payout::merchant))
                .bind("statuses", Columns.texts(payouts, payout -> payout.status()
                        .text()))
                .bind("amounts", Columns.longs(payouts, Payout::amount))
                .bind("fees", Columns.longs(payouts, Payout::fee))
                .bind("plans", Columns.texts(payouts, Payout::feePlan))
                .bind("providers", Columns.texts(payouts, Payout::provider))
                .bind("sealed", Columns.bytes(payouts, payout -> payout.payee().sealed()))
                .bind("hashes", Columns.bytes(payouts, payout -> payout.payee().hash()))
                .bind("masked", Columns.texts(payouts, payout -> payout.payee().masked()))
                .bind("references", Columns.texts(payouts, Payout::reference))
                .bind("charges", Columns.texts(payouts, Payout::charge))
                .bind("journals", Columns.longs(payouts, Payout::journal))
                .bind("queued", Columns.texts(payouts, Payout::queuedReason))
                .bind("createdBy", Columns.texts(payouts, Payout::createdBy))
                .bind("traces", Columns.texts(payouts, Payout::traceId))
                .bind("created", Columns.texts(payouts, payout -> Columns.text(payout.createdAt())))
                .execute();
    }

    public static Optional<Payout> find(Handle tx, String id) {
        return tx.createQuery("SELECT " + COLUMNS + " FROM payments.payout WHERE id = :id")
                .bind("id", id)
                .map(ROW)
                .findOne();
    }

    /** The payout that a charge's success started. */
    public static Optional<Payout> ofCharge(Handle tx, String charge) {
        return tx.createQuery("SELECT " + COLUMNS + " FROM payments.payout WHERE charge = :charge")
                .bind("charge", charge)
                .map(ROW)
                .findOne();
    }

    public static List<Payout> findAll(Handle tx, Collection<String> ids) {
        if (ids.isEmpty()) {
            return List.of();
        }
        return tx.createQuery("SELECT " + COLUMNS + " FROM payments.payout WHERE id = ANY (:ids) ORDER BY id")
                .bindArray("ids", String.class, ids)
                .map(ROW)
                .list();
    }

    /** The payouts named, locked in the order of their ids until the transaction ends. */
    public static List<Payout> lock(Handle tx, Collection<String> ids) {
        return tx.createQuery("SELECT " + COLUMNS
                        + " FROM payments.payout WHERE id = ANY (:ids) ORDER BY id FOR NO KEY UPDATE")
                .bindArray("ids", String.class, ids)
                .map(ROW)
                .list();
    }

    /** The payouts that wait for a provider's float, oldest first. */
    public static List<Payout> queued(Handle tx, String provider, int limit) {
        return tx.createQuery("SELECT " + COLUMNS + """
                          FROM payments.payout WHERE provider = :provider AND status = 'queued'
                          ORDER BY id LIMIT :limit
                          """)
                .bind("provider", provider)
                .bind("limit", limit)
                .map(ROW)
                .list();
    }

    /** The payout that waits longest, for each provider that payouts wait for. */
    public static List<Payout> queueHeads(Handle tx) {
        return tx.createQuery("SELECT DISTINCT ON (provider) " + COLUMNS
                        + " FROM payments.payout WHERE status = 'queued' ORDER BY provider, id")
                .map(ROW)
                .list();
    }

    /** Whole francs of a merchant's balance that queued payouts have a claim on. */
    public static long queuedOf(Handle tx, String merchant) {
        return tx.createQuery(
                        "SELECT coalesce(sum(amount + fee), 0) FROM payments.payout WHERE merchant = :merchant AND status = 'queued'")
                .bind("merchant", merchant)
                .mapTo(Long.class)
                .one();
    }

    /** One page, newest first, after {@code startingAfter}; a customer has no payouts. */
    public static List<Payout> page(Handle tx, PaymentFilter filter, @Nullable String startingAfter, int limit) {
        if (filter.customer() != null) {
            return List.of();
        }
        String org = filter.org() != null ? "org_id = :org AND " : "";
        var page = tx.createQuery("SELECT " + COLUMNS + " FROM payments.payout WHERE " + org + """
                          id < :before AND (:merchant::text IS NULL OR merchant = :merchant)
                            AND (:status::text IS NULL OR status = :status) AND (:reference::text IS NULL OR reference = :reference)
                          ORDER BY id DESC LIMIT :limit
                          """);
        return Columns.page(page, filter, startingAfter == null ? Ids.last("po") : startingAfter, limit)
                .map(ROW)
                .list();
    }

    /**
     * A payout's move to another state.
     *
     * @param from the state it was locked in
     * @param journal the journal that took the money, when the move posts it
     */
    public record Move(
            String id,
            PayoutStatus from,
            PayoutStatus to,
            @Nullable Failure failure,
            @Nullable String providerTransaction,
            @Nullable Long journal,
            @Nullable Instant completedAt) {
        public Move {
            if (!from.next().contains(to)) {
                throw new IllegalArgumentException("payout " + id + " cannot move from " + from + " to " + to);
            }
        }
    }

    /** Moves locked payouts by one statement; any of them not in the state expected fails the whole. */
    public static void move(Handle tx, List<Move> moves) {
        if (moves.isEmpty()) {
            return;
        }
        int moved = tx.createUpdate("""
                        UPDATE payments.payout p
                        SET status = m.target, failure_code = m.code, failure_message = m.message, queued_reason = NULL,
                            provider_transaction = coalesce(m.transaction, p.provider_transaction),
                            journal_seq = coalesce(m.journal, p.journal_seq), completed_at = m.done::timestamptz
                        FROM unnest(:ids::text[], :sources::text[], :targets::text[], :codes::text[], :messages::text[],
                                    :transactions::text[], :journals::bigint[], :dones::text[])
                             AS m (id, source, target, code, message, transaction, journal, done)
                        WHERE p.id = m.id AND p.status = m.source
                        """)
                .bind("ids", Columns.texts(moves, Move::id))
                .bind("sources", Columns.texts(moves, move -> move.from().text()))
                .bind("targets", Columns.texts(moves, move -> move.to().text()))
                .bind("codes", Columns.texts(moves, move -> Columns.code(move.failure())))
                .bind("messages", Columns.texts(moves, move -> Columns.message(move.failure())))
                .bind("transactions", Columns.texts(moves, Move::providerTransaction))
                .bind("journals", Columns.longs(moves, Move::journal))
                .bind("dones", Columns.texts(moves, move -> Columns.text(move.completedAt())))
                .execute();
        if (moved != moves.size()) {
            throw new IllegalStateException("moved " + moved + " of " + moves.size() + " payouts");
        }
    }
}
