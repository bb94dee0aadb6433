package cm.nkap.function.approvals;

import cm.nkap.function.Call;
import cm.nkap.function.Caller;
import cm.nkap.function.Faults;
import cm.nkap.function.Ids;
import cm.nkap.function.Problem;
import cm.nkap.function.Tx;
import cm.nkap.function.approvals.Approval.Status;
import cm.nkap.function.approvals.Approval.Word;
import cm.nkap.function.json.CanonicalJson;
import cm.nkap.function.json.Json;
import cm.nkap.function.json.RecordBinder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Four eyes, for whatever needs them: one person asks, another decides, and the change is made in the transaction of the
 * last word that was needed. People are compared, not accounts. The database holds the same rules again (migration
 * {@code shell/V002}).
 */
public final class Approvals {
    /** A request that nobody decided is over then. */
    public static final Duration LASTS = Duration.ofHours(24);

    private final Map<String, ApprovalKind<?>> kinds;

    /** @param kinds those that this process can decide */
    public Approvals(Collection<? extends ApprovalKind<?>> kinds) {
        this.kinds = kinds.stream().collect(Collectors.toMap(ApprovalKind::name, Function.identity()));
    }

    /**
     * What somebody asks for.
     *
     * @param org whose object it is about
     * @param subject what would be changed, for example {@code boutique-douala/charge}
     * @param reason why, in the maker's words; at most 500 characters
     */
    public record Ask<P extends Record>(String org, String subject, P payload, String reason) {}

    /** @throws Problem 403 when no person asks */
    public static <P extends Record> Approval request(Tx tx, Call call, ApprovalKind<P> kind, Ask<P> ask) {
        requirePerson(call.caller());
        var id = Ids.next("ap");
        ApprovalSql.insert(
                tx,
                call.caller(),
                new ApprovalSql.Asked(
                        id,
                        ask.org,
                        kind.name(),
                        ask.subject,
                        kind.version(tx, ask.payload),
                        canonical(ask.payload),
                        ask.reason,
                        kind.needed(ask.payload),
                        LASTS));
        var made = ApprovalReads.find(tx, id);
        audit(tx, call, "approval.requested", null, made);
        return made;
    }

    /**
     * Counts the caller's approval, and makes the change when it was the last one needed.
     *
     * @throws Problem 404; 403 {@code maker_may_not_decide}; 409 {@code state_conflict}, {@code approval_payload_changed}
     */
    public Approval approve(Tx tx, Call call, String id, String note) {
        var asked = open(tx, call, id);
        ApprovalSql.decide(tx, call.caller(), asked, Word.APPROVE, note);
        if (ApprovalSql.approvals(tx, id) < asked.needed()) {
            var waiting = ApprovalReads.find(tx, id);
            audit(tx, call, "approval.approved", Status.PENDING, waiting);
            return waiting;
        }
        ApprovalSql.checked(tx, call.caller(), id, Status.APPROVED);
        ApprovalSql.executed(tx, id, execute(tx, call, asked, kind(asked)));
        var done = ApprovalReads.find(tx, id);
        audit(tx, call, "approval.executed", Status.PENDING, done);
        return done;
    }

    /** One person's no ends it. Throws as {@link #approve}. */
    public Approval reject(Tx tx, Call call, String id, String note) {
        var asked = open(tx, call, id);
        ApprovalSql.decide(tx, call.caller(), asked, Word.REJECT, note);
        ApprovalSql.checked(tx, call.caller(), id, Status.REJECTED);
        var rejected = ApprovalReads.find(tx, id);
        audit(tx, call, "approval.rejected", Status.PENDING, rejected);
        return rejected;
    }

    /** The maker, under whatever account, takes it back. */
    public static Approval cancel(Tx tx, Call call, String id) {
        requirePerson(call.caller());
        var asked = ApprovalSql.lock(tx, id)
                .filter(found -> ApprovalReads.sees(call.caller(), found.org()))
                .orElseThrow(() -> Problem.notFound("approval"));
        requireOpen(asked);
        if (!asked.makerPerson().equals(call.caller().login().person())) {
            throw Problem.forbidden("Only the person who asked for it may take it back");
        }
        ApprovalSql.end(tx, id, Status.CANCELED);
        var canceled = ApprovalReads.find(tx, id);
        audit(tx, call, "approval.canceled", Status.PENDING, canceled);
        return canceled;
    }

    /** For the sweep: ends at most {@code limit} requests whose time has passed; returns how many. */
    public static int expire(Tx tx, int limit) {
        return ApprovalSql.expire(tx, limit);
    }

    /** The request, locked, when the caller may decide it and it still waits. */
    private ApprovalSql.Locked open(Tx tx, Call call, String id) {
        var caller = call.caller();
        requirePerson(caller);
        var asked = ApprovalSql.lock(tx, id)
                .filter(found -> ApprovalReads.sees(caller, found.org()))
                .orElseThrow(() -> Problem.notFound("approval"));
        if (kind(asked).deciders().stream().noneMatch(caller::is)) {
            throw Problem.forbidden("None of the token's roles may decide this");
        }
        if (caller.login().person().equals(asked.makerPerson())
                || caller.subject().equals(asked.makerSubject())) {
            throw Problem.of(403, "maker_may_not_decide", "Who asks for a change may not decide it")
                    .detail("another person must; another account of the same person is the same person");
        }
        requireOpen(asked);
        if (ApprovalSql.hasDecided(tx, caller, id)) {
            throw Problem.stateConflict("you have decided this already");
        }
        return asked;
    }

    private static void requireOpen(ApprovalSql.Locked asked) {
        if (asked.status() != Status.PENDING) {
            throw Problem.stateConflict("this is " + Json.text(asked.status()).replace("\"", ""));
        }
    }

    private static void requirePerson(Caller caller) {
        if (!caller.login().isPerson()) {
            throw Problem.forbidden("Only a person may do this, and the token names none");
        }
    }

    private ApprovalKind<?> kind(ApprovalSql.Locked asked) {
        var kind = kinds.get(asked.kind());
        if (kind == null) {
            throw Problem.stateConflict("a change of this kind is decided where it is made, not here");
        }
        return kind;
    }

    private static <P extends Record> String execute(Tx tx, Call call, ApprovalSql.Locked asked, ApprovalKind<P> kind) {
        ApprovalSql.lockSubject(tx, asked);
        var approved = read(asked, kind.payload());
        if (!kind.version(tx, approved).equals(asked.subjectVersion())) {
            throw Problem.stateConflict("what this would change has changed since it was asked for; ask again");
        }
        var acting = kind.current(tx, approved);
        if (!MessageDigest.isEqual(ApprovalSql.sha256(canonical(acting)), asked.payloadHash())) {
            throw Problem.of(409, "approval_payload_changed", "This is not what was approved")
                    .detail("what would be done was changed after it was asked for; ask again");
        }
        return kind.execute(tx, call, acting);
    }

    private static <P extends Record> P read(ApprovalSql.Locked asked, Class<P> type) {
        var faults = new Faults();
        var bound = RecordBinder.bind(Json.mapper().readTree(asked.payload()), type, faults);
        if (bound == null) {
            throw Problem.stateConflict("what was asked for is not allowed any more; ask again");
        }
        return type.cast(bound);
    }

    static String canonical(Record payload) {
        return new String(CanonicalJson.bytes(Json.mapper().readTree(Json.write(payload))), StandardCharsets.UTF_8);
    }

    /** What is asked is in the request for good; the entry points there and says how its state went. */
    private static void audit(Tx tx, Call call, String action, @Nullable Status before, Approval now) {
        AuditLog.record(
                tx,
                call,
                new AuditLog.Change(
                        now.organisation(),
                        action,
                        now.id(),
                        before == null ? null : Map.of("status", before),
                        new Standing(
                                now.status(),
                                now.kind(),
                                now.subject(),
                                now.payloadHash(),
                                now.needed(),
                                now.result())));
    }

    private record Standing(
            Status status,
            String kind,
            String subject,
            String payloadHash,
            int needed,
            @Nullable String result) {}
}
