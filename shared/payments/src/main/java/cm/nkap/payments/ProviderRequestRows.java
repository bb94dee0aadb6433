package cm.nkap.payments;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jspecify.annotations.Nullable;

/** Provider requests in the database. Every call joins the caller's transaction. */
public final class ProviderRequestRows {
    private static final RowMapper<ProviderRequest> ROW = (row, context) -> new ProviderRequest(
            row.getString("id"),
            row.getString("org_id"),
            ProviderRequest.Kind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
            row.getString("payment"),
            row.getString("provider"),
            row.getObject("reference", UUID.class),
            ProviderRequest.Status.valueOf(row.getString("status").toUpperCase(Locale.ROOT)),
            row.getLong("amount"),
            row.getBytes("msisdn_sealed"),
            row.getString("callback_token"),
            row.getInt("submits"),
            row.getInt("asks"),
            row.getInt("not_found"),
            Columns.maybeInstant(row, "not_found_since"),
            row.getString("provider_transaction"),
            Columns.instant(row, "expires_at"),
            Columns.maybeInstant(row, "next_check_at"),
            row.getString("traceparent"),
            Columns.instant(row, "created_at"));

    private ProviderRequestRows() {}

    /** Stores requests whose payment has none of that kind yet and returns their ids; the others are left as they are. */
    public static Set<String> insertMissing(Handle tx, List<ProviderRequest> requests) {
        if (requests.isEmpty()) {
            return Set.of();
        }
        return Set.copyOf(tx.createQuery("""
                        INSERT INTO payments.provider_request (id, org_id, kind, payment, provider, reference, status, amount, currency,
                            msisdn_sealed, callback_token, submits, expires_at, next_check_at, traceparent, created_at)
                        SELECT id, org, kind, payment, provider, reference::uuid, 'created', amount, 'XAF', sealed, token, submits,
                               expires::timestamptz, next_check::timestamptz, traceparent, created::timestamptz
                        FROM unnest(:ids::text[], :orgs::text[], :kinds::text[], :payments::text[], :providers::text[],
                            :references::text[], :amounts::bigint[], :sealed::bytea[], :tokens::text[], :submits::bigint[], :expires::text[],
                            :checks::text[], :traces::text[], :created::text[])
                            AS r (id, org, kind, payment, provider, reference, amount, sealed, token, submits, expires, next_check,
                                  traceparent, created)
                        ORDER BY payment
                        ON CONFLICT (payment, kind) DO NOTHING
                        RETURNING id
                        """)
                .bind("ids", Columns.texts(requests, ProviderRequest::id))
                .bind("orgs", Columns.texts(requests, ProviderRequest::org))
                .bind("kinds", Columns.texts(requests, request -> text(request.kind())))
                .bind("payments", Columns.texts(requests, ProviderRequest::payment))
                .bind("providers", Columns.texts(requests, ProviderRequest::provider))
                .bind("references", Columns.texts(requests, request -> request.reference()
                        .toString()))
                .bind("amounts", Columns.longs(requests, ProviderRequest::amount))
                .bind("sealed", Columns.bytes(requests, ProviderRequest::sealedNumber))
                .bind("tokens", Columns.texts(requests, ProviderRequest::callbackToken))
                .bind("submits", Columns.longs(requests, request -> (long) request.submits()))
                .bind("expires", Columns.texts(requests, request -> Columns.text(request.expiresAt())))
                .bind("checks", Columns.texts(requests, request -> Columns.text(request.nextCheckAt())))
                .bind("traces", Columns.texts(requests, ProviderRequest::traceparent))
                .bind("created", Columns.texts(requests, request -> Columns.text(request.createdAt())))
                .mapTo(String.class)
                .list());
    }

    public static List<ProviderRequest> ofPayments(Handle tx, Collection<String> payments) {
        return tx.createQuery("SELECT * FROM payments.provider_request WHERE payment = ANY (:payments) ORDER BY id")
                .bindArray("payments", String.class, payments)
                .map(ROW)
                .list();
    }

    public static List<ProviderRequest> findAll(Handle tx, Collection<String> ids) {
        if (ids.isEmpty()) {
            return List.of();
        }
        return tx.createQuery("SELECT * FROM payments.provider_request WHERE id = ANY (:ids) ORDER BY id")
                .bindArray("ids", String.class, ids)
                .map(ROW)
                .list();
    }

    /** The requests named, locked in the order of their ids until the transaction ends. */
    public static List<ProviderRequest> lock(Handle tx, Collection<String> ids) {
        if (ids.isEmpty()) {
            return List.of();
        }
        return tx.createQuery(
                        "SELECT * FROM payments.provider_request WHERE id = ANY (:ids) ORDER BY id FOR NO KEY UPDATE")
                .bindArray("ids", String.class, ids)
                .map(ROW)
                .list();
    }

    /** The requests that were given these callback tokens; a token that nobody was given has none. */
    public static List<ProviderRequest> byCallbackTokens(Handle tx, Collection<String> tokens) {
        return tx.createQuery("SELECT * FROM payments.provider_request WHERE callback_token = ANY (:tokens)")
                .bindArray("tokens", String.class, tokens)
                .map(ROW)
                .list();
    }

    /** Takes requests whose question is due and postpones them by {@code lease}, so that nobody else takes them too. */
    public static List<ProviderRequest> takeDue(Handle tx, Instant now, Duration lease, int limit) {
        return tx.createQuery("""
                        WITH due AS MATERIALIZED (
                            SELECT id FROM payments.provider_request WHERE next_check_at <= :now
                            ORDER BY next_check_at LIMIT :limit FOR NO KEY UPDATE SKIP LOCKED)
                        UPDATE payments.provider_request r SET next_check_at = :until
                        FROM due WHERE r.id = due.id
                        RETURNING r.*
                        """)
                .bind("now", now)
                .bind("until", now.plus(lease))
                .bind("limit", limit)
                .map(ROW)
                .list();
    }

    /** A request of that provider and kind that succeeded, the latest. */
    public static Optional<ProviderRequest> lastSucceeded(Handle tx, String provider, ProviderRequest.Kind kind) {
        return tx.createQuery("""
                        SELECT * FROM payments.provider_request
                        WHERE provider = :provider AND kind = :kind AND status = 'succeeded' ORDER BY id DESC LIMIT 1
                        """)
                .bind("provider", provider)
                .bind("kind", text(kind))
                .map(ROW)
                .findOne();
    }

    /** Stores how often requests were tried and until when they are left alone; they are locked by this transaction. */
    public static void saveCounts(Handle tx, List<ProviderRequest> requests) {
        if (requests.isEmpty()) {
            return;
        }
        tx.createUpdate("""
                        UPDATE payments.provider_request r
                        SET submits = s.submits, asks = s.asks, next_check_at = s.next_check::timestamptz
                        FROM unnest(:ids::text[], :submits::bigint[], :asks::bigint[], :checks::text[])
                             AS s (id, submits, asks, next_check)
                        WHERE r.id = s.id
                        """)
                .bind("ids", Columns.texts(requests, ProviderRequest::id))
                .bind("submits", Columns.longs(requests, request -> (long) request.submits()))
                .bind("asks", Columns.longs(requests, request -> (long) request.asks()))
                .bind("checks", Columns.texts(requests, request -> Columns.text(request.nextCheckAt())))
                .execute();
    }

    /** Stores tries that are about to be made. */
    public static void begin(Handle tx, List<ProviderAttempt> attempts) {
        if (attempts.isEmpty()) {
            return;
        }
        tx.createUpdate("""
                        INSERT INTO payments.provider_attempt (id, org_id, request, kind, started_at)
                        SELECT id, org, request, kind, started::timestamptz
                        FROM unnest(:ids::text[], :orgs::text[], :requests::text[], :kinds::text[], :started::text[])
                             AS a (id, org, request, kind, started)
                        """)
                .bind("ids", Columns.texts(attempts, ProviderAttempt::id))
                .bind("orgs", Columns.texts(attempts, ProviderAttempt::org))
                .bind("requests", Columns.texts(attempts, ProviderAttempt::request))
                .bind("kinds", Columns.texts(attempts, ProviderAttempt::kind))
                .bind("started", Columns.texts(attempts, attempt -> Columns.text(attempt.startedAt())))
                .execute();
    }

    /** Stores how tries ended. */
    public static void finish(Handle tx, List<ProviderAttempt> attempts) {
        tx.createUpdate("""
                        UPDATE payments.provider_attempt a
                        SET finished_at = f.finished::timestamptz, outcome = f.outcome, http_status = f.http, detail = f.detail,
                            said_sealed = f.said
                        FROM unnest(:ids::text[], :finished::text[], :outcomes::text[], :https::bigint[], :details::text[], :said::bytea[])
                             AS f (id, finished, outcome, http, detail, said)
                        WHERE a.id = f.id
                        """)
                .bind("ids", Columns.texts(attempts, ProviderAttempt::id))
                .bind("finished", Columns.texts(attempts, attempt -> Columns.text(attempt.finishedAt())))
                .bind("outcomes", Columns.texts(attempts, ProviderAttempt::outcome))
                .bind("https", Columns.longs(attempts, ProviderRequestRows::httpStatus))
                .bind("details", Columns.texts(attempts, ProviderAttempt::detail))
                .bind("said", Columns.bytes(attempts, ProviderAttempt::said))
                .execute();
    }

    /** The tries of requests, oldest first. */
    public static List<ProviderAttempt> attempts(Handle tx, Collection<String> requests) {
        return tx.createQuery("SELECT * FROM payments.provider_attempt WHERE request = ANY (:requests) ORDER BY id")
                .bindArray("requests", String.class, requests)
                .map((row, context) -> {
                    int http = row.getInt("http_status");
                    Integer httpStatus = row.wasNull() ? null : Integer.valueOf(http);
                    return new ProviderAttempt(
                            row.getString("id"),
                            row.getString("org_id"),
                            row.getString("request"),
                            row.getString("kind"),
                            Columns.instant(row, "started_at"),
                            Columns.maybeInstant(row, "finished_at"),
                            row.getString("outcome"),
                            httpStatus,
                            row.getString("detail"),
                            row.getBytes("said_sealed"));
                })
                .list();
    }

    /** A request as it stands after an answer, and why when it failed just now. */
    public record Ending(ProviderRequest request, @Nullable Failure failure) {}

    /** Stores requests as they stand now; they must have been locked in this transaction. */
    public static void save(Handle tx, List<Ending> endings, Instant now) {
        List<ProviderRequest> requests = endings.stream().map(Ending::request).toList();
        tx.createUpdate("""
                        UPDATE payments.provider_request r
                        SET status = s.status, submits = s.submits, asks = s.asks, not_found = s.not_found,
                            not_found_since = s.since::timestamptz, provider_transaction = s.transaction,
                            next_check_at = s.next_check::timestamptz,
                            failure_code = coalesce(s.code, r.failure_code), failure_message = coalesce(s.message, r.failure_message),
                            completed_at = CASE WHEN s.status IN ('succeeded', 'failed', 'expired')
                                                THEN coalesce(r.completed_at, :now) END
                        FROM unnest(:ids::text[], :statuses::text[], :submits::bigint[], :asks::bigint[], :notFound::bigint[],
                            :since::text[], :transactions::text[], :checks::text[], :codes::text[], :messages::text[])
                            AS s (id, status, submits, asks, not_found, since, transaction, next_check, code, message)
                        WHERE r.id = s.id
                        """)
                .bind("now", now)
                .bind("ids", Columns.texts(requests, ProviderRequest::id))
                .bind("statuses", Columns.texts(requests, request -> text(request.status())))
                .bind("submits", Columns.longs(requests, request -> (long) request.submits()))
                .bind("asks", Columns.longs(requests, request -> (long) request.asks()))
                .bind("notFound", Columns.longs(requests, request -> (long) request.notFound()))
                .bind("since", Columns.texts(requests, request -> Columns.text(request.notFoundSince())))
                .bind("transactions", Columns.texts(requests, ProviderRequest::providerTransaction))
                .bind("checks", Columns.texts(requests, request -> Columns.text(request.nextCheckAt())))
                .bind("codes", Columns.texts(endings, ending -> Columns.code(ending.failure())))
                .bind("messages", Columns.texts(endings, ending -> Columns.message(ending.failure())))
                .execute();
    }

    private static @Nullable Long httpStatus(ProviderAttempt attempt) {
        return attempt.httpStatus() == null ? null : Long.valueOf(attempt.httpStatus());
    }

    private static String text(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
