package cm.nkap.accounts;

import cm.nkap.function.Call;
import cm.nkap.function.Command;
import cm.nkap.function.Faults;
import cm.nkap.function.Parameters;
import cm.nkap.function.Reply;
import cm.nkap.function.Tx;
import cm.nkap.function.Validated;
import cm.nkap.function.approvals.Approval;
import cm.nkap.function.approvals.Approvals;
import org.jspecify.annotations.Nullable;

/** The second person's word on what somebody else asked for; the last one needed makes the change. */
final class Decisions implements Command<Decisions.Request, Approval> {
    private static final int LONGEST_NOTE = 500;

    private final Approvals approvals;

    Decisions(Approvals approvals) {
        this.approvals = approvals;
    }

    /** @param note why, in the decider's words */
    record Request(Approval.Word decision, @Nullable String note) implements Validated {
        @Override
        public void check(Faults faults) {
            if (note != null && note.length() > LONGEST_NOTE) {
                faults.add("note", "invalid", "must have at most " + LONGEST_NOTE + " characters");
            }
        }
    }

    record Nothing() {}

    @Override
    public Reply<Approval> run(Tx tx, Call call, Request request) {
        Parameters.of(call).check();
        var note = request.note() == null ? "" : request.note();
        return Reply.ok(
                switch (request.decision()) {
                    case APPROVE -> approvals.approve(tx, call, call.path("id"), note);
                    case REJECT -> approvals.reject(tx, call, call.path("id"), note);
                });
    }

    static Reply<Approval> cancel(Tx tx, Call call, Nothing body) {
        Parameters.of(call).check();
        return Reply.ok(Approvals.cancel(tx, call, call.path("id")));
    }
}
