package cm.nkap.function;

import java.util.Set;

/**
 * Who calls, as the verified token says: its subject, its one organisation and its roles. Nothing here ever comes from
 * a body or a header. The organisation is empty only on routes that need none.
 *
 * @param client the API client that the token was issued to; empty when the token does not say
 * @param login which person logged in, when and how; {@link Login#NONE} for a program
 */
public record Caller(String subject, String org, Set<Role> roles, String client, Login login) {
    /** The caller of an open route, such as a provider's callback. */
    public static final Caller NOBODY = new Caller("", "", Set.of());

    public Caller {
        roles = Set.copyOf(roles);
    }

    public Caller(String subject, String org, Set<Role> roles) {
        this(subject, org, roles, "");
    }

    public Caller(String subject, String org, Set<Role> roles, String client) {
        this(subject, org, roles, client, Login.NONE);
    }

    public boolean is(Role role) {
        return roles.contains(role);
    }

    /** Platform and treasury people see every organisation's objects; everybody else sees their own. */
    public boolean isStaff() {
        return is(Role.PLATFORM) || is(Role.TREASURY);
    }

    /** A person who pays, and nothing more: shares an organisation with strangers. */
    public boolean isOnlyCustomer() {
        return roles.equals(Set.of(Role.CUSTOMER));
    }
}
