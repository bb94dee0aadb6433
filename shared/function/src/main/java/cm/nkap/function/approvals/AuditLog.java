package cm.nkap.function.approvals;

import cm.nkap.function.Call;
import cm.nkap.function.Ids;
import cm.nkap.function.Page;
import cm.nkap.function.Parameters;
import cm.nkap.function.Problem;
import cm.nkap.function.Reply;
import cm.nkap.function.Role;
import cm.nkap.function.Tx;
import cm.nkap.function.json.Json;
import cm.nkap.masking.Masking;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Who changed what, from what to what, and where the call came from: written in the transaction of the change, never
 * changed afterwards. The database chains the entries of each organisation, so that one that was changed or taken away
 * shows ({@code shell.audit_faults()}).
 */
public final class AuditLog {
    /** What proxies write into X-Forwarded-For; anything else in it is not an address. */
    private static final Pattern ADDRESSES = Pattern.compile("[0-9A-Fa-f.:, \\[\\]]{1,300}");

    private static final String INSERT = """
            INSERT INTO shell.audit_entry
                   (org_id, id, actor, person, client, actor_org, roles, action, subject, before, after,
                    peer, forwarded, request_id, trace_id, seq, recorded_at, previous, hash)
            VALUES (:org, :id, :actor, :person, :client, :actorOrg, :roles, :action, :subject, :before, :after,
                    :peer, :forwarded, :requestId, :traceId, 1, now(), '', '')
            """;

    private static final String FIND = """
            SELECT id, org_id, seq, actor, person, client, actor_org, roles, action, subject, before, after, peer, forwarded,
                   request_id, trace_id, recorded_at
              FROM shell.audit_entry
             WHERE (:org::text IS NULL OR org_id = :org)
               AND (:action::text IS NULL OR action = :action)
               AND (:subject::text IS NULL OR subject = :subject)
               AND id < :before
             ORDER BY id DESC
             LIMIT :limit
            """;

    private AuditLog() {}

    /**
     * What was changed.
     *
     * @param org whose object it is
     * @param action what was done, for example {@code merchant.created}
     * @param subject the id of the object
     * @param before as callers see the object, null when there was none; numbers in it are masked once more
     * @param after the same, null when there is none left
     */
    public record Change(
            String org,
            String action,
            String subject,
            @Nullable Object before,
            @Nullable Object after) {}

    /** One entry as callers see it; {@code seq} counts those of one organisation without a gap. */
    public record Entry(
            String id,
            String object,
            String organisation,
            long seq,
            Actor actor,
            String action,
            String subject,
            @Nullable JsonNode before,
            @Nullable JsonNode after,
            Origin origin,
            Instant recordedAt) {}

    /** Who did it. */
    public record Actor(String subject, String person, String client, String organisation, List<String> roles) {}

    /** Where the call came from: who connected, for whom it said it did, and the ids that logs and traces share. */
    public record Origin(String peer, String forwardedFor, String requestId, String traceId) {}

    /** A change to something of the caller's own organisation. */
    public static void record(
            Tx tx, Call call, String action, String subject, @Nullable Object before, @Nullable Object after) {
        record(tx, call, new Change(call.caller().org(), action, subject, before, after));
    }

    public static void record(Tx tx, Call call, Change change) {
        var caller = call.caller();
        tx.handle()
                .createUpdate(INSERT)
                .bind("org", change.org)
                .bind("id", Ids.next("au"))
                .bind("actor", caller.subject())
                .bind("person", caller.login().person())
                .bind("client", caller.client())
                .bind("actorOrg", caller.org())
                .bind("roles", caller.roles().stream().map(Role::text).sorted().collect(Collectors.joining(",")))
                .bind("action", change.action)
                .bind("subject", change.subject)
                .bind("before", json(change.before))
                .bind("after", json(change.after))
                .bind("peer", call.peer())
                .bind("forwarded", forwarded(call))
                .bind("requestId", call.requestId())
                .bind("traceId", call.traceId())
                .execute();
    }

    private static String forwarded(Call call) {
        var said = call.header("x-forwarded-for");
        if (said == null) {
            return "";
        }
        return ADDRESSES.matcher(said).matches() ? said : "unreadable";
    }

    private static @Nullable String json(@Nullable Object value) {
        return value == null
                ? null
                : masked(Json.mapper().readTree(Json.write(value))).toString();
    }

    private static JsonNode masked(JsonNode node) {
        var nodes = JsonNodeFactory.instance;
        if (node.isObject()) {
            var object = nodes.objectNode();
            node.propertyNames().forEach(name -> object.set(name, masked(node.path(name))));
            return object;
        }
        if (node.isArray()) {
            var array = nodes.arrayNode();
            node.values().forEach(element -> array.add(masked(element)));
            return array;
        }
        return node.isString() ? nodes.stringNode(Masking.mask(node.asString())) : node;
    }

    /** Newest first: staff see every organisation's, an organisation's admins their own. */
    public static Reply<Page<Entry>> list(Tx tx, Call call) {
        var asked = Parameters.of(call);
        int limit = asked.limit();
        var before = Ids.before("au", asked.startingAfter("au"));
        var organisation = asked.text("organisation", 63);
        var action = asked.text("action", 100);
        var subject = asked.text("subject", 255);
        asked.check();
        if (organisation != null && !ApprovalReads.sees(call.caller(), organisation)) {
            throw Problem.notFound("organisation").param("organisation");
        }
        var entries = tx.handle()
                .createQuery(FIND)
                .bind(
                        "org",
                        call.caller().isStaff() ? organisation : call.caller().org())
                .bind("action", action)
                .bind("subject", subject)
                .bind("before", before)
                .bind("limit", limit + 1)
                .map((row, context) -> entry(row))
                .list();
        return Reply.ok(Page.of(entries, limit));
    }

    private static Entry entry(ResultSet row) throws SQLException {
        return new Entry(
                row.getString("id"),
                "audit_entry",
                row.getString("org_id"),
                row.getLong("seq"),
                new Actor(
                        row.getString("actor"),
                        row.getString("person"),
                        row.getString("client"),
                        row.getString("actor_org"),
                        List.of(row.getString("roles").split(",", -1))),
                row.getString("action"),
                row.getString("subject"),
                tree(row.getString("before")),
                tree(row.getString("after")),
                new Origin(
                        row.getString("peer"),
                        row.getString("forwarded"),
                        row.getString("request_id"),
                        row.getString("trace_id")),
                ApprovalReads.instant(row, "recorded_at"));
    }

    private static @Nullable JsonNode tree(@Nullable String json) {
        return json == null ? null : Json.mapper().readTree(json);
    }
}
