package cm.nkap.function;

import org.jdbi.v3.core.Handle;

/** Refuses a database role that row-level security would not bind: it would see every organisation's money. */
final class RoleCheck {
    private static final String WHO = """
            SELECT r.rolname AS name,
                   r.rolsuper AS super,
                   r.rolbypassrls AS bypasses,
                   EXISTS (SELECT FROM pg_class c
                            WHERE c.relkind IN ('r', 'p') AND (c.relowner = r.oid
                               OR c.relrowsecurity AND pg_has_role(r.oid, c.relowner, 'MEMBER'))) AS owns
              FROM pg_roles r
             WHERE r.rolname = current_user
            """;

    private RoleCheck() {}

    private record Who(String name, boolean isSuper, boolean bypasses, boolean owns) {}

    /** @throws IllegalStateException naming what is wrong with the role */
    static void refuseUnboundRole(Handle handle) {
        var who = handle.createQuery(WHO)
                .map((row, context) -> new Who(
                        row.getString("name"),
                        row.getBoolean("super"),
                        row.getBoolean("bypasses"),
                        row.getBoolean("owns")))
                .one();
        if (who.isSuper || who.bypasses || who.owns) {
            var why = who.isSuper ? "is a superuser" : who.bypasses ? "bypasses row-level security" : "owns tables";
            throw new IllegalStateException("database role " + who.name + " " + why + "; use one that does not");
        }
    }
}
