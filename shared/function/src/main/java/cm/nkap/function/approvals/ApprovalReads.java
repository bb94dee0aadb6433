package cm.nkap.function.approvals;

import cm.nkap.function.Call;
import cm.nkap.function.Caller;
import cm.nkap.function.Ids;
import cm.nkap.function.Page;
import cm.nkap.function.Parameters;
import cm.nkap.function.Problem;
import cm.nkap.function.Reply;
import cm.nkap.function.Tx;
import cm.nkap.function.approvals.Approval.Decision;
import cm.nkap.function.approvals.Approval.Status;
import cm.nkap.function.approvals.Approval.Word;
import cm.nkap.function.json.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What was asked for and decided: staff see all of it, an organisation's admins what is about their own. */
public final class ApprovalReads {
    private static final List<String> STATUSES =
            Arrays.stream(Status.values()).map(ApprovalSql::text).toList();

    /** A request whose time has passed is expired, whether or not the sweep has been here. */
    private static final String FIND = """
            SELECT * FROM (
                   SELECT id, org_id, kind, subject, payload, payload_hash, reason, needed, maker_subject, maker_person,
                          maker_org, result, created_at, expires_at, ended_at,
                          CASE WHEN status = 'pending' AND expires_at <= :now THEN 'expired' ELSE status END AS status
                     FROM shell.approval_request) request
             WHERE (:id::text IS NULL OR id = :id)
               AND (:org::text IS NULL OR org_id = :org)
               AND (:status::text IS NULL OR status = :status)
               AND (:kind::text IS NULL OR kind = :kind)
               AND id < :before
             ORDER BY id DESC
             LIMIT :limit
            """;

    private static final String DECISIONS = """
            SELECT request, subject, person, decision, note, decided_at FROM shell.approval_decision
             WHERE request = ANY (:requests) ORDER BY decided_at, person
            """;

    private record Wanted(
            @Nullable String id,
            @Nullable String org,
            @Nullable String status,
            @Nullable String kind,
            String before,
            int limit) {}

    private record Said(String request, Decision decision) {}

    private ApprovalReads() {}

    /** Newest first; {@code status} and {@code kind} filter. */
    public static Reply<Page<Approval>> list(Tx tx, Call call) {
        var asked = Parameters.of(call);
        int limit = asked.limit();
        var before = Ids.before("ap", asked.startingAfter("ap"));
        var status = asked.oneOf("status", STATUSES);
        var kind = asked.text("kind", 63);
        asked.check();
        var org = call.caller().isStaff() ? null : call.caller().org();
        return Reply.ok(Page.of(all(tx, new Wanted(null, org, status, kind, before, limit + 1)), limit));
    }

    public static Reply<Approval> one(Tx tx, Call call) {
        Parameters.of(call).check();
        var approval = find(tx, call.path("id"));
        if (!sees(call.caller(), approval.organisation())) {
            throw Problem.notFound("approval");
        }
        return Reply.ok(approval);
    }

    /** Row-level security holds the same; it is stated again here. */
    static boolean sees(Caller caller, String org) {
        return caller.isStaff() || caller.org().equals(org);
    }

    static Approval find(Tx tx, String id) {
        return all(tx, new Wanted(id, null, null, null, Ids.before("ap", null), 1)).stream()
                .findFirst()
                .orElseThrow(() -> Problem.notFound("approval"));
    }

    private static List<Approval> all(Tx tx, Wanted wanted) {
        var bare = tx.handle()
                .createQuery(FIND)
                .bind("id", wanted.id)
                .bind("org", wanted.org)
                .bind("status", wanted.status)
                .bind("kind", wanted.kind)
                .bind("before", wanted.before)
                .bind("limit", wanted.limit)
                .bind("now", tx.now())
                .map((row, context) -> approval(row))
                .list();
        var said = decisions(tx, bare.stream().map(Approval::id).toArray(String[]::new));
        return bare.stream()
                .map(it -> with(it, said.getOrDefault(it.id(), List.of())))
                .toList();
    }

    private static Map<String, List<Decision>> decisions(Tx tx, String[] requests) {
        return tx
                .handle()
                .createQuery(DECISIONS)
                .bindArray("requests", String.class, (Object[]) requests)
                .map((row, context) -> new Said(
                        row.getString("request"),
                        new Decision(
                                row.getString("subject"),
                                row.getString("person"),
                                Word.valueOf(row.getString("decision").toUpperCase(Locale.ROOT)),
                                row.getString("note"),
                                instant(row, "decided_at"))))
                .list()
                .stream()
                .collect(Collectors.groupingBy(Said::request, Collectors.mapping(Said::decision, Collectors.toList())));
    }

    private static Approval approval(ResultSet row) throws SQLException {
        return new Approval(
                row.getString("id"),
                "approval",
                row.getString("kind"),
                row.getString("org_id"),
                row.getString("subject"),
                ApprovalSql.status(row.getString("status")),
                Json.mapper().readTree(row.getString("payload")),
                HexFormat.of().formatHex(row.getBytes("payload_hash")),
                row.getString("reason"),
                new Approval.Maker(
                        row.getString("maker_subject"), row.getString("maker_person"), row.getString("maker_org")),
                row.getInt("needed"),
                List.of(),
                row.getString("result"),
                instant(row, "created_at"),
                instant(row, "expires_at"),
                row.getObject("ended_at") == null ? null : instant(row, "ended_at"));
    }

    private static Approval with(Approval bare, List<Decision> decisions) {
        return new Approval(
                bare.id(),
                bare.object(),
                bare.kind(),
                bare.organisation(),
                bare.subject(),
                bare.status(),
                bare.payload(),
                bare.payloadHash(),
                bare.reason(),
                bare.maker(),
                bare.needed(),
                decisions,
                bare.result(),
                bare.createdAt(),
                bare.expiresAt(),
                bare.endedAt());
    }

    static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }
}
