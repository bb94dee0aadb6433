package cm.nkap.function.permissions;

import cm.nkap.function.Role;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * What may be allowed beyond a role, and to which roles: the one table. Keycloak's realm holds the same rows, and a test
 * compares them. Written as {@code resource#scope}, for example {@code refund#approve}.
 */
public enum Permission {
    MANAGE_API_CLIENTS("api-client#manage", Role.ORG_ADMIN),
    MANAGE_MEMBERS("member#manage", Role.ORG_ADMIN),
    APPROVE_REFUND("refund#approve", Role.ORG_ADMIN, Role.PLATFORM),
    APPROVE_PAYOUT("payout#approve", Role.ORG_ADMIN),
    PROPOSE_FEE_PLAN("fee-plan#propose", Role.PLATFORM),
    APPROVE_FEE_PLAN("fee-plan#approve", Role.PLATFORM, Role.TREASURY),
    DECIDE_DISPUTE("dispute#decide", Role.PLATFORM),
    APPROVE_DISPUTE("dispute#approve", Role.PLATFORM),
    PROPOSE_CLEARING("clearing#propose", Role.TREASURY),
    APPROVE_CLEARING("clearing#approve", Role.TREASURY),
    TOP_UP("treasury#top-up", Role.TREASURY),
    RESOLVE_EXCEPTION("treasury#resolve", Role.TREASURY),
    APPROVE_TREASURY("treasury#approve", Role.TREASURY),
    SWITCH_OFF("treasury#switch", Role.TREASURY),
    DECIDE_APPROVAL("approval#decide", Role.PLATFORM, Role.TREASURY);

    private final String text;

    @SuppressWarnings("ImmutableEnumChecker") // Set.of makes one that nobody changes
    private final Set<Role> roles;

    Permission(String text, Role... roles) {
        this.text = text;
        this.roles = Set.of(roles);
    }

    /** Resource and scope. */
    public String text() {
        return text;
    }

    public String resource() {
        return text.substring(0, text.indexOf('#'));
    }

    public String scope() {
        return text.substring(text.indexOf('#') + 1);
    }

    /** Who may have it: one of these roles is enough. */
    public Set<Role> roles() {
        return roles;
    }

    boolean isFor(Set<Role> held) {
        return roles.stream().anyMatch(held::contains);
    }

    public static Optional<Permission> named(String text) {
        return Arrays.stream(values()).filter(one -> one.text.equals(text)).findFirst();
    }
}
