package cm.nkap.accounts;

import cm.nkap.function.Call;
import cm.nkap.function.Command;
import cm.nkap.function.Fault;
import cm.nkap.function.Faults;
import cm.nkap.function.Page;
import cm.nkap.function.Parameters;
import cm.nkap.function.Problem;
import cm.nkap.function.Reply;
import cm.nkap.function.Tx;
import cm.nkap.function.Validated;
import cm.nkap.function.approvals.Approval;
import cm.nkap.function.approvals.Approvals;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the platform takes. A plan is never changed, only followed by another that begins later; payments keep the plan
 * that they began under. One person asks for it and another decides.
 */
final class FeePlans implements Command<FeePlans.Request, Approval> {
    private static final int WHOLE = 10_000;
    private static final long MOST = 1_000_000;
    private static final int LONGEST_REASON = 500;
    private static final List<String> OPERATIONS = List.of("charge", "payout");

    /** What is charged for. */
    enum Operation {
        CHARGE,
        PAYOUT;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * @param basisPoints hundredths of a percent of the amount
     * @param fixed whole francs on top
     * @param cap the most that is taken of one payment, whole francs; none when null
     * @param validFrom when it comes into force; the moment of its approval when null
     * @param reason why, for the person who decides
     */
    record Request(
            String organisation,
            Operation operation,
            int basisPoints,
            long fixed,
            @Nullable Long cap,
            @Nullable Instant validFrom,
            @Nullable String reason)
            implements Validated {
        @Override
        public void check(Faults faults) {
            if (basisPoints < 0 || basisPoints > WHOLE) {
                faults.add("basis_points", "invalid", "must be from 0 to " + WHOLE);
            }
            if (fixed < 0 || fixed > MOST) {
                faults.add("fixed", "invalid", "must be from 0 to " + MOST);
            }
            if (cap != null && (cap < 0 || cap > MOST)) {
                faults.add("cap", "invalid", "must be from 0 to " + MOST);
            }
            if (reason != null && reason.length() > LONGEST_REASON) {
                faults.add("reason", "invalid", "must have at most " + LONGEST_REASON + " characters");
            }
        }
    }

    /** A plan as callers see it. */
    record View(
            String id,
            String object,
            String organisation,
            String operation,
            int basisPoints,
            long fixed,
            @Nullable Long cap,
            Instant validFrom,
            String createdBy,
            Instant createdAt) {}

    /** The plans of the caller's organisation, or of every one for staff, who may name one. */
    static Reply<Page<View>> list(Tx tx, Call call) {
        var asked = Parameters.of(call);
        var organisation = asked.text("organisation", 63);
        var page = plans(asked);
        if (organisation != null && !Merchants.sees(call.caller(), organisation)) {
            throw Problem.notFound("organisation").param("organisation");
        }
        var org = organisation == null ? Merchants.org(call.caller()) : organisation;
        return answer(tx, page.of(org));
    }

    /** The plans that a merchant's payments fall under: those of its organisation. */
    static Reply<Page<View>> ofMerchant(Tx tx, Call call) {
        var page = plans(Parameters.of(call));
        return answer(tx, page.of(Merchants.visible(tx, call).org()));
    }

    static Reply<View> one(Tx tx, Call call) {
        Parameters.of(call).check();
        var plan = AccountsSql.feePlan(tx.handle(), call.path("id"))
                .filter(found -> Merchants.sees(call.caller(), found.organisation))
                .orElseThrow(() -> Problem.notFound("fee plan"));
        return Reply.ok(plan);
    }

    private static AccountsSql.Plans plans(Parameters asked) {
        int limit = asked.limit();
        var after = asked.startingAfter("fp");
        var operation = asked.oneOf("operation", OPERATIONS);
        asked.check();
        return new AccountsSql.Plans(null, operation, after, limit);
    }

    private static Reply<Page<View>> answer(Tx tx, AccountsSql.Plans plans) {
        return Reply.ok(Page.of(AccountsSql.feePlans(tx.handle(), plans), plans.limit()));
    }

    /** Asks a second person; see {@link FeePlanChange} for what happens then. */
    @Override
    public Reply<Approval> run(Tx tx, Call call, Request request) {
        var validFrom = request.validFrom();
        if (validFrom != null && validFrom.isBefore(tx.now())) {
            throw Problem.invalidRequest(List.of(
                    new Fault("valid_from", "invalid", "must not be in the past: payments have been priced already")));
        }
        if (AccountsSql.organisation(tx.handle(), request.organisation()).isEmpty()) {
            throw Problem.notFound("organisation").param("organisation");
        }
        var proposal = new FeePlanChange.Proposal(
                request.organisation(),
                request.operation(),
                request.basisPoints(),
                request.fixed(),
                request.cap(),
                validFrom);
        if (validFrom != null && AccountsSql.hasFeePlanFrom(tx.handle(), proposal, validFrom)) {
            throw FeePlanChange.sameMoment();
        }
        var reason = request.reason() == null ? "" : request.reason();
        var approval = Approvals.request(
                tx,
                call,
                new FeePlanChange(),
                new Approvals.Ask<>(proposal.organisation(), proposal.subject(), proposal, reason));
        return new Reply<>(202, approval, Map.of("Location", "/v1/approvals/" + approval.id()));
    }
}
