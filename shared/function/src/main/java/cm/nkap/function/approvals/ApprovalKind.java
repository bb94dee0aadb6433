package cm.nkap.function.approvals;

import cm.nkap.function.Call;
import cm.nkap.function.Role;
import cm.nkap.function.Tx;
import java.util.Set;

/**
 * One kind of change that needs two people, as the operation that makes it registers it: a bean. The engine knows nothing
 * of what it decides; everything here runs inside its transactions.
 *
 * @param <P> exactly what would be done: a record that a request could have. Personal data in it must be sealed, for it is
 *     stored and shown
 */
public interface ApprovalKind<P extends Record> {
    /** A word such as {@code fee_plan}; stored, so it never changes. */
    String name();

    Class<P> payload();

    /** Whose word counts; the organisation is checked besides. */
    Set<Role> deciders();

    /** How many people beside the maker must approve; more than one above a second limit. */
    default int needed(P payload) {
        return 1;
    }

    /**
     * What the subject is at present, for example the id of the plan in force. Asked when the change is asked for and again
     * before it is made, with the subject locked against the engine's other decisions; another answer refuses.
     */
    String version(Tx tx, P payload);

    /**
     * What will really be acted on. Where that lives in a table of the operation's own, this reads it again; if it is not
     * what was approved to the letter, the engine refuses.
     */
    default P current(Tx tx, P approved) {
        return approved;
    }

    /**
     * Makes the change, in the transaction of the decision, and returns the id of what was made or changed.
     *
     * @throws cm.nkap.function.Problem when it cannot be made now; then nothing was decided either
     */
    String execute(Tx tx, Call call, P payload);
}
