package cm.nkap.function.approvals;

import cm.nkap.function.Caller;
import cm.nkap.function.Tx;
import cm.nkap.function.approvals.Approval.Status;
import cm.nkap.function.approvals.Approval.Word;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** The statements that change an approval request. */
final class ApprovalSql {
    private static final String INSERT = """
            INSERT INTO shell.approval_request
                   (id, org_id, kind, subject, subject_version, payload, payload_hash, reason, needed,
                    maker_subject, maker_person, maker_org, created_at, expires_at)
            VALUES (:id, :org, :kind, :subject, :subjectVersion, :payload, :payloadHash, :reason, :needed,
                    :makerSubject, :makerPerson, :makerOrg, :now, :expires)
            """;

    /** Whoever comes second waits here and finds what the first has decided. */
    private static final String LOCK = """
            SELECT id, org_id, kind, subject, subject_version, payload, payload_hash, needed, maker_subject, maker_person,
                   CASE WHEN status = 'pending' AND expires_at <= :now THEN 'expired' ELSE status END AS status
              FROM shell.approval_request
             WHERE id = :id
               FOR UPDATE
            """;

    private static final String LOCK_SUBJECT =
            "SELECT pg_advisory_xact_lock(hashtextextended(:kind || ' ' || :subject, 4))";

    private static final String DECIDE = """
            INSERT INTO shell.approval_decision
                   (request, org_id, maker_person, maker_subject, person, subject, decision, note,
                    login_at, login_level, decided_at)
            VALUES (:request, :org, :makerPerson, :makerSubject, :person, :subject, :decision, :note,
                    :loginAt, :loginLevel, :now)
            """;

    private static final String HAS_DECIDED = """
            SELECT EXISTS (SELECT FROM shell.approval_decision
                            WHERE request = :request AND (person = :person OR subject = :subject))
            """;

    private static final String APPROVALS =
            "SELECT count(*) FROM shell.approval_decision WHERE request = :request AND decision = 'approve'";

    private static final String CHECKED = """
            UPDATE shell.approval_request
               SET status = :status, checker_subject = :subject, checker_person = :person,
                   ended_at = CASE WHEN :status = 'rejected' THEN :now::timestamptz END
             WHERE id = :id AND status = 'pending'
            """;

    private static final String EXECUTED = """
            UPDATE shell.approval_request SET status = 'executed', result = :result, ended_at = :now
             WHERE id = :id AND status = 'approved'
            """;

    private static final String END =
            "UPDATE shell.approval_request SET status = :status, ended_at = :now WHERE id = :id AND status = 'pending'";

    private static final String EXPIRE = """
            UPDATE shell.approval_request SET status = 'expired', ended_at = :now
             WHERE id IN (SELECT id FROM shell.approval_request
                           WHERE status = 'pending' AND expires_at <= :now
                           ORDER BY expires_at LIMIT :limit FOR UPDATE SKIP LOCKED)
            """;

    private ApprovalSql() {}

    /** A request as it is written. */
    record Asked(
            String id,
            String org,
            String kind,
            String subject,
            String subjectVersion,
            String payload,
            String reason,
            int needed,
            Duration lasts) {}

    /** A request that nobody else decides until this transaction ends. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Locked(
            String id,
            String org,
            String kind,
            String subject,
            String subjectVersion,
            String payload,
            byte[] payloadHash,
            int needed,
            String makerSubject,
            String makerPerson,
            Status status) {}

    static void insert(Tx tx, Caller maker, Asked asked) {
        tx.handle()
                .createUpdate(INSERT)
                .bind("id", asked.id)
                .bind("org", asked.org)
                .bind("kind", asked.kind)
                .bind("subject", asked.subject)
                .bind("subjectVersion", asked.subjectVersion)
                .bind("payload", asked.payload)
                .bind("payloadHash", sha256(asked.payload))
                .bind("reason", asked.reason)
                .bind("needed", asked.needed)
                .bind("makerSubject", maker.subject())
                .bind("makerPerson", maker.login().person())
                .bind("makerOrg", maker.org())
                .bind("now", tx.now())
                .bind("expires", tx.now().plus(asked.lasts()))
                .execute();
    }

    static Optional<Locked> lock(Tx tx, String id) {
        return tx.handle()
                .createQuery(LOCK)
                .bind("id", id)
                .bind("now", tx.now())
                .map((row, context) -> new Locked(
                        row.getString("id"),
                        row.getString("org_id"),
                        row.getString("kind"),
                        row.getString("subject"),
                        row.getString("subject_version"),
                        row.getString("payload"),
                        row.getBytes("payload_hash"),
                        row.getInt("needed"),
                        row.getString("maker_subject"),
                        row.getString("maker_person"),
                        status(row.getString("status"))))
                .findOne();
    }

    static void lockSubject(Tx tx, Locked asked) {
        tx.handle()
                .createQuery(LOCK_SUBJECT)
                .bind("kind", asked.kind())
                .bind("subject", asked.subject())
                .mapTo(String.class)
                .findOne();
    }

    static void decide(Tx tx, Caller checker, Locked asked, Word word, String note) {
        tx.handle()
                .createUpdate(DECIDE)
                .bind("request", asked.id())
                .bind("org", asked.org())
                .bind("makerPerson", asked.makerPerson())
                .bind("makerSubject", asked.makerSubject())
                .bind("person", checker.login().person())
                .bind("subject", checker.subject())
                .bind("decision", text(word))
                .bind("note", note)
                .bind("loginAt", checker.login().at())
                .bind("loginLevel", checker.login().level())
                .bind("now", tx.now())
                .execute();
    }

    static boolean hasDecided(Tx tx, Caller checker, String id) {
        return tx.handle()
                .createQuery(HAS_DECIDED)
                .bind("request", id)
                .bind("person", checker.login().person())
                .bind("subject", checker.subject())
                .mapTo(Boolean.class)
                .one();
    }

    static int approvals(Tx tx, String id) {
        return tx.handle()
                .createQuery(APPROVALS)
                .bind("request", id)
                .mapTo(Integer.class)
                .one();
    }

    static void checked(Tx tx, Caller checker, String id, Status status) {
        requireOne(tx.handle()
                .createUpdate(CHECKED)
                .bind("id", id)
                .bind("status", text(status))
                .bind("subject", checker.subject())
                .bind("person", checker.login().person())
                .bind("now", tx.now())
                .execute());
    }

    static void executed(Tx tx, String id, String result) {
        requireOne(tx.handle()
                .createUpdate(EXECUTED)
                .bind("id", id)
                .bind("result", result)
                .bind("now", tx.now())
                .execute());
    }

    static void end(Tx tx, String id, Status status) {
        requireOne(tx.handle()
                .createUpdate(END)
                .bind("id", id)
                .bind("status", text(status))
                .bind("now", tx.now())
                .execute());
    }

    static int expire(Tx tx, int limit) {
        return tx.handle()
                .createUpdate(EXPIRE)
                .bind("now", tx.now())
                .bind("limit", limit)
                .execute();
    }

    private static void requireOne(int rows) {
        if (rows != 1) {
            throw new IllegalStateException("a locked approval request was decided by somebody else");
        }
    }

    static Status status(String text) {
        return Status.valueOf(text.toUpperCase(Locale.ROOT));
    }

    static String text(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
