package cm.nkap.function;

import org.jdbi.v3.core.Handle;

/** Refuses a database role that row-level security would not bind: it would see every organisation's money. */
final class RoleCheck {
    private RoleCheck() {}

    /** @throws IllegalStateException naming everything that is wrong with the role or the tables */
    static void refuseUnboundRole(Handle handle) {
        var faults = handle.createQuery("SELECT fault FROM nkap.isolation_faults() LIMIT 20")
                .mapTo(String.class)
                .list();
        if (!faults.isEmpty()) {
            throw new IllegalStateException("organisations are not isolated: " + String.join("; ", faults));
        }
    }
}
