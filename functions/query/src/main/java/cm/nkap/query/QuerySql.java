package cm.nkap.query;

import cm.nkap.payments.Ids;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The statements that only reads need. A filter that is null does not filter. */
final class QuerySql {
    private static final String CLAIMS = """
            SELECT m.id, coalesce(q.taken, 0) AS reserved
            FROM payments.merchant m
            LEFT JOIN LATERAL (SELECT sum(p.amount + p.fee)::bigint AS taken FROM payments.payout p
                               WHERE p.merchant = m.id AND p.status = 'queued') q ON true
            WHERE (:org::text IS NULL OR m.org_id = :org) AND (:merchant::text IS NULL OR m.id = :merchant) AND m.id < :before
            ORDER BY m.id DESC LIMIT :limit
            """;

    private static final String QUEUED_BY_PROVIDER = """
            SELECT provider, sum(amount)::bigint AS amount FROM payments.payout WHERE status = 'queued' GROUP BY provider
            """;

    private static final String RECEIPTS = """
            SELECT id, payment, provider, amount, provider_transaction, journal_seq, status, created_at
            FROM payments.unapplied_receipt
            WHERE (:org::text IS NULL OR org_id = :org) AND (:status::text IS NULL OR status = :status) AND id < :before
            ORDER BY id DESC LIMIT :limit
            """;

    private static final String EVENTS = """
            SELECT body FROM events.outbox
            WHERE (:org::text IS NULL OR org_id = :org) AND (:type::text IS NULL OR type = :type) AND id < :before
            ORDER BY id DESC LIMIT :limit
            """;

    private static final String EVENTS_ABOUT = """
            SELECT body FROM events.outbox
            WHERE about = :about
              AND (:org::text IS NULL OR org_id = :org) AND (:type::text IS NULL OR type = :type) AND id < :before
            ORDER BY id DESC LIMIT :limit
            """;

    private QuerySql() {}

    /** Which merchants. */
    record Merchants(
            @Nullable String org,
            @Nullable String merchant,
            @Nullable String startingAfter) {}

    /** What the queued payouts of a merchant have a claim on, whole francs. */
    record Claim(String merchant, long reserved) {}

    /** Which events. */
    record Happened(
            @Nullable String org,
            @Nullable String about,
            @Nullable String type,
            @Nullable String startingAfter) {}

    /** Money that came after its payment had ended otherwise. */
    record Receipt(
            String id,
            String payment,
            String provider,
            long amount,
            @Nullable String providerTransaction,
            long journal,
            String status,
            Instant createdAt) {}

    static List<Claim> claims(Handle tx, Merchants merchants, int limit) {
        return tx.createQuery(CLAIMS)
                .bind("org", merchants.org())
                .bind("merchant", merchants.merchant())
                .bind("before", before("mer", merchants.startingAfter()))
                .bind("limit", limit)
                .map((row, context) -> new Claim(row.getString("id"), row.getLong("reserved")))
                .list();
    }

    static Map<String, Long> queuedByProvider(Handle tx) {
        return tx.createQuery(QUEUED_BY_PROVIDER)
                .map((row, context) -> Map.entry(row.getString("provider"), row.getLong("amount")))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    static List<Receipt> receipts(
            Handle tx, @Nullable String org, @Nullable String status, @Nullable String startingAfter, int limit) {
        return tx.createQuery(RECEIPTS)
                .bind("org", org)
                .bind("status", status)
                .bind("before", before("ur", startingAfter))
                .bind("limit", limit)
                .map((row, context) -> new Receipt(
                        row.getString("id"),
                        row.getString("payment"),
                        row.getString("provider"),
                        row.getLong("amount"),
                        row.getString("provider_transaction"),
                        row.getLong("journal_seq"),
                        row.getString("status"),
                        row.getObject("created_at", OffsetDateTime.class).toInstant()))
                .list();
    }

    /** The structured CloudEvents JSON of events, newest first. */
    static List<String> events(Handle tx, Happened happened, int limit) {
        var query = happened.about() == null
                ? tx.createQuery(EVENTS)
                : tx.createQuery(EVENTS_ABOUT).bind("about", happened.about());
        return query.bind("org", happened.org())
                .bind("type", happened.type())
                .bind("before", before("ev", happened.startingAfter()))
                .bind("limit", limit)
                .mapTo(String.class)
                .list();
    }

    private static String before(String prefix, @Nullable String startingAfter) {
        return startingAfter == null ? Ids.last(prefix) : startingAfter;
    }
}
