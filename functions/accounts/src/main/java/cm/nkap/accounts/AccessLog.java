package cm.nkap.accounts;

import cm.nkap.function.Call;
import cm.nkap.function.Database;
import cm.nkap.function.Orgs;
import cm.nkap.function.approvals.AuditLog;
import org.jspecify.annotations.Nullable;

/**
 * Who asked for a change of what Keycloak keeps. Keycloak shares no transaction with us, so the entry is committed before
 * the change: there is none without an entry, and an entry alone may be of a change that failed.
 */
final class AccessLog {
    private final Database database;

    AccessLog(Database database) {
        this.database = database;
    }

    /** @param what is asked for, without personal data; null when the action says it all */
    void asked(Call call, String action, String subject, @Nullable Object what) {
        database.run(Orgs.of(call.caller().org()), tx -> AuditLog.record(tx, call, action, subject, null, what));
    }
}
