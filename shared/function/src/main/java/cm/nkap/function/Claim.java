package cm.nkap.function;

import cm.nkap.function.json.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/**
 * Opens a command's transaction by claiming its idempotency key. The unique index decides: of any number of twins one
 * inserts the row, the others wait for its transaction and then find its answer.
 */
final class Claim implements Opening {
    /** Setting, clock and claim in one statement. The policy's check runs on the row, so after the setting. */
    private static final String INSERT = """
            WITH scope AS MATERIALIZED (SELECT now() AS now, set_config('nkap.orgs', :orgs, true) AS orgs)
            INSERT INTO shell.idempotency (org_id, route, holder, key, fingerprint, created_at, expires_at)
            SELECT :org, :route, :holder, :key, :fingerprint, scope.now, scope.now + interval '30 days' FROM scope
            ON CONFLICT DO NOTHING
            RETURNING created_at AS now
            """;

    private static final String FIND = """
            SELECT now() AS now, fingerprint, status, body, headers, expires_at <= now() AS expired
              FROM shell.idempotency
             WHERE org_id = :org AND route = :route AND holder = :holder AND key = :key
            """;

    private static final String FORGET = """
            DELETE FROM shell.idempotency
             WHERE org_id = :org AND route = :route AND holder = :holder AND key = :key AND expires_at <= now()
            """;

    private static final String FORGET_SOME = """
            DELETE FROM shell.idempotency
             WHERE (org_id, route, holder, key) IN (
                   SELECT org_id, route, holder, key
                     FROM shell.idempotency
                    WHERE expires_at <= now()
                    ORDER BY expires_at
                    LIMIT :limit
                      FOR UPDATE SKIP LOCKED)
            """;

    private static final String ANSWER = """
            UPDATE shell.idempotency
               SET status = :status, body = :body, headers = :headers
             WHERE org_id = :org AND route = :route AND holder = :holder AND key = :key
            """;

    private final IdempotencyKey key;
    private final Fingerprint fingerprint;
    private final Orgs orgs;
    private @Nullable StoredAnswer earlier;

    private record Found(Instant now, @Nullable StoredAnswer answer, boolean expired) {}

    Claim(IdempotencyKey key, Fingerprint fingerprint, Orgs orgs) {
        this.key = key;
        this.fingerprint = fingerprint;
        this.orgs = orgs;
    }

    @Override
    public Orgs orgs() {
        return orgs;
    }

    @Override
    public boolean readOnly() {
        return false;
    }

    /** The answer that an earlier call left under this key; null when this transaction holds the claim. */
    @Nullable
    StoredAnswer earlier() {
        return earlier;
    }

    @Override
    public Instant open(Handle handle) {
        try {
            earlier = null;
            var claimed = insert(handle);
            return claimed == null ? find(handle) : claimed;
        } catch (JdbiException e) {
            if (SqlFailure.isLockTimeout(e)) {
                throw Refusals.keyInUse();
            }
            throw e;
        }
    }

    private @Nullable Instant insert(Handle handle) {
        return handle.createQuery(INSERT)
                .bindMap(place())
                .bind("orgs", orgs.setting())
                .bind("fingerprint", fingerprint.bytes())
                .map((row, context) -> Opening.instant(row, "now"))
                .findOne()
                .orElse(null);
    }

    private Instant find(Handle handle) {
        var found = handle.createQuery(FIND)
                .bindMap(place())
                .map((row, context) -> found(row))
                .findOne()
                .orElseThrow(Refusals::keyInUse);
        if (!found.expired) {
            if (found.answer == null) {
                throw Refusals.keyInUse();
            }
            earlier = found.answer;
            return found.now;
        }
        handle.createUpdate(FORGET).bindMap(place()).execute();
        var claimed = insert(handle);
        if (claimed == null) {
            throw Refusals.keyInUse();
        }
        return claimed;
    }

    /** Keeps the answer in the transaction of its effect. */
    void store(Tx tx, StoredAnswer answer) {
        var headers = new LinkedHashMap<>(answer.headers());
        int rows = tx.handle()
                .createUpdate(ANSWER)
                .bindMap(place())
                .bind("status", answer.status())
                .bind("body", answer.body())
                .bind("headers", Json.text(headers))
                .execute();
        if (rows != 1) {
            throw new IllegalStateException("the claim on an idempotency key was lost inside its transaction");
        }
    }

    static int forgetExpired(Tx tx, int limit) {
        return tx.handle().createUpdate(FORGET_SOME).bind("limit", limit).execute();
    }

    private Map<String, String> place() {
        return Map.of("org", key.org(), "route", key.route(), "holder", key.holder(), "key", key.key());
    }

    private static Found found(ResultSet row) throws SQLException {
        int status = row.getInt("status");
        boolean unanswered = row.wasNull();
        var answer = unanswered
                ? null
                : new StoredAnswer(
                        status,
                        row.getString("body"),
                        Json.strings(row.getString("headers")),
                        row.getBytes("fingerprint"));
        return new Found(Opening.instant(row, "now"), answer, row.getBoolean("expired"));
    }
}
