package cm.nkap.accounts;

import cm.nkap.function.Call;
import cm.nkap.function.Problem;
import cm.nkap.function.Role;
import cm.nkap.function.Tx;
import cm.nkap.function.approvals.ApprovalKind;
import cm.nkap.function.approvals.AuditLog;
import cm.nkap.function.permissions.Permission;
import cm.nkap.payments.FeePlan;
import cm.nkap.payments.Ids;
import cm.nkap.payments.MerchantRows;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A new fee plan, made when a second person has approved it: in force from then or from the later moment that was approved. */
final class FeePlanChange implements ApprovalKind<FeePlanChange.Proposal> {
    /**
     * Exactly what would be in force.
     *
     * @param validFrom null for the moment of the decision
     */
    record Proposal(
            String organisation,
            FeePlans.Operation operation,
            int basisPoints,
            long fixed,
            @Nullable Long cap,
            @Nullable Instant validFrom) {

        String subject() {
            return organisation + "/" + operation.text();
        }
    }

    @Override
    public String name() {
        return "fee_plan";
    }

    @Override
    public Class<Proposal> payload() {
        return Proposal.class;
    }

    @Override
    public Set<Role> deciders() {
        return Permission.APPROVE_FEE_PLAN.roles();
    }

    /** Plans are only ever added, so their number says whether one came between. */
    @Override
    public String version(Tx tx, Proposal proposal) {
        return Long.toString(AccountsSql.countFeePlans(tx.handle(), proposal.organisation, proposal.operation.text()));
    }

    @Override
    public String execute(Tx tx, Call call, Proposal proposal) {
        var validFrom = proposal.validFrom == null ? tx.now() : proposal.validFrom;
        if (validFrom.isBefore(tx.now())) {
            throw Problem.stateConflict("the plan was to begin before now, and payments have been priced since");
        }
        var plan = new FeePlan(Ids.next("fp"), proposal.basisPoints, proposal.fixed, proposal.cap);
        MerchantRows.addFeePlan(
                tx.handle(),
                plan,
                proposal.organisation,
                proposal.operation.text(),
                validFrom,
                call.caller().subject());
        var view = AccountsSql.feePlan(tx.handle(), plan.id()).orElseThrow(FeePlanChange::sameMoment);
        AuditLog.record(
                tx, call, new AuditLog.Change(proposal.organisation, "fee_plan.created", plan.id(), null, view));
        return plan.id();
    }

    static Problem sameMoment() {
        return Problem.stateConflict("another plan for this operation begins at the same moment")
                .param("valid_from");
    }
}
