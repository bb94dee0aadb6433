package cm.nkap.accounts;

import cm.nkap.accounts.MemberDirectory.Account;
import cm.nkap.function.Call;
import cm.nkap.function.Faults;
import cm.nkap.function.Page;
import cm.nkap.function.Parameters;
import cm.nkap.function.Problem;
import cm.nkap.function.Remote;
import cm.nkap.function.RepeatKey;
import cm.nkap.function.Reply;
import cm.nkap.function.Role;
import cm.nkap.function.Validated;
import cm.nkap.function.keycloak.KeycloakAdmin;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who may act for an organisation: its org admins invite people and take them out again. Accounts, names and roles are
 * Keycloak's; nothing of them is stored here. An invitation that was cut off goes on where it was when it is repeated.
 */
final class Members implements Remote<Members.Request, Members.View> {
    private static final Pattern ID = Pattern.compile("mb_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final Pattern ADDRESS = Pattern.compile("[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+");
    private static final Set<Role> GRANTED = EnumSet.of(Role.MERCHANT, Role.ORG_ADMIN);
    private static final int LONGEST_ADDRESS = 200;
    private static final int PERSON_LENGTH = 26;

    private final KeycloakAdmin keycloak;
    private final AccessLog log;
    private final boolean mails;

    Members(KeycloakAdmin keycloak, AccessLog log, boolean mails) {
        this.keycloak = keycloak;
        this.log = log;
        this.mails = mails;
    }

    /** @param role what somebody may be made: {@code merchant} or {@code org-admin}, never one of staff */
    record Request(String email, String firstName, String lastName, String role) implements Validated {
        @Override
        public void check(Faults faults) {
            if (email.length() > LONGEST_ADDRESS || !ADDRESS.matcher(email).matches()) {
                faults.add("email", "invalid", "must be an e-mail address");
            }
            Names.check(faults, "first_name", firstName);
            Names.check(faults, "last_name", lastName);
            if (granted().isEmpty()) {
                faults.add("role", "invalid", "must be merchant or org-admin");
            }
        }

        private Optional<Role> granted() {
            return Role.named(role).filter(GRANTED::contains);
        }
    }

    /**
     * Somebody as callers see them.
     *
     * @param status {@code invited} until the member has chosen a password, then {@code active}; {@code removed} in the
     *     answer to a removal
     * @param firstPassword to be changed at the first login; only in answer to the invitation, and only where no mail is
     *     sent
     */
    record View(
            String id,
            String object,
            String email,
            String firstName,
            String lastName,
            List<String> roles,
            String status,
            @Nullable String firstPassword) {}

    @Override
    public Reply<View> run(Call call, Request request, RepeatKey key) {
        var directory = MemberDirectory.of(keycloak, call.caller());
        var email = request.email().toLowerCase(Locale.ROOT);
        var password = keycloak.derived("first password", key.name(), email).substring(0, 24);
        if (directory.withAddress(email).isEmpty()) {
            directory.create(account(request, email, key, password));
        }
        var account = directory.withAddress(email).orElseThrow(() -> KeycloakAdmin.unavailable("It lost the account"));
        if (!account.attribute("invited").startsWith(key.name() + " ")) {
            adopt(directory, account, key);
        } else {
            key.requireSame(account.attribute("invited").substring(key.name().length() + 1));
        }
        log.asked(call, "member.invitation_requested", "mb_" + account.id(), Map.of("role", request.role()));
        directory.join(account);
        directory.give(account, request.granted().orElseThrow());
        if (mails && account.isWaiting()) {
            directory.mail(account);
        }
        boolean shown =
                !mails && account.isWaiting() && account.attribute("first").equals(key.name());
        return Reply.created(
                view(account, directory.roles(account), shown ? password : null), "/v1/members/mb_" + account.id());
    }

    /** Somebody who was here before and belongs nowhere now may be invited again; nobody else's member may. */
    private static void adopt(MemberDirectory directory, Account account, RepeatKey key) {
        boolean mayCome = account.enabled()
                && directory.belongsNowhere(account)
                && directory.roles(account).isEmpty();
        if (!mayCome) {
            throw Problem.stateConflict("this address cannot be invited").param("email");
        }
        var attributes = new HashMap<String, Object>();
        account.user()
                .path("attributes")
                .forEachEntry((name, values) -> attributes.put(
                        name,
                        values.valueStream().map(value -> value.asString("")).toList()));
        attributes.put("invited", List.of(key.name() + " " + key.fingerprint()));
        var changed = new HashMap<String, Object>();
        for (String field : List.of("username", "email", "firstName", "lastName")) {
            changed.put(field, account.field(field));
        }
        changed.put("attributes", attributes);
        directory.change(account, changed);
    }

    private Map<String, Object> account(Request request, String email, RepeatKey key, String password) {
        var user = new HashMap<String, Object>();
        user.put("username", email);
        user.put("email", email);
        user.put("firstName", request.firstName());
        user.put("lastName", request.lastName());
        user.put("enabled", true);
        user.put("requiredActions", List.of("UPDATE_PASSWORD"));
        user.put(
                "attributes",
                Map.of(
                        "person", List.of("per_" + ClientIds.text("person " + email, PERSON_LENGTH)),
                        "first", List.of(key.name()),
                        "invited", List.of(key.name() + " " + key.fingerprint())));
        if (!mails) {
            user.put("credentials", List.of(Map.of("type", "password", "value", password, "temporary", true)));
        }
        return user;
    }

    /** Takes role, membership and login; the account itself is Keycloak's and stays. */
    Reply<View> remove(Call call, byte[] nothing) {
        Parameters.of(call).check();
        var uuid = uuid(call);
        var directory = MemberDirectory.of(keycloak, call.caller());
        var account = directory.member(uuid).orElseThrow(() -> Problem.notFound("member"));
        var roles = directory.roles(account);
        if (!GRANTED.containsAll(roles)) {
            throw Problem.forbidden("Somebody with such roles is not an org admin's to remove");
        }
        boolean isAdmin = roles.contains(Role.ORG_ADMIN);
        if (isAdmin && !hasAdminBeside(directory, account)) {
            throw Problem.stateConflict("the last org admin stays");
        }
        log.asked(call, "member.removal_requested", "mb_" + account.id(), null);
        directory.take(account, roles);
        if (isAdmin && !hasAdminBeside(directory, account)) {
            // Two org admins removed each other at the same moment; both come back.
            directory.give(account, Role.ORG_ADMIN);
            throw Problem.stateConflict("the last org admin stays");
        }
        directory.leave(account);
        return Reply.ok(new View(
                "mb_" + account.id(),
                "member",
                account.field("email"),
                account.field("firstName"),
                account.field("lastName"),
                List.of(),
                "removed",
                null));
    }

    private static boolean hasAdminBeside(MemberDirectory directory, Account account) {
        return directory.all().stream()
                .filter(other -> other.enabled() && !other.id().equals(account.id()))
                .anyMatch(other -> directory.roles(other).contains(Role.ORG_ADMIN));
    }

    Reply<View> one(Call call, byte[] nothing) {
        Parameters.of(call).check();
        var uuid = uuid(call);
        var directory = MemberDirectory.of(keycloak, call.caller());
        var account = directory.member(uuid).orElseThrow(() -> Problem.notFound("member"));
        return Reply.ok(view(account, directory.roles(account), null));
    }

    Reply<Page<View>> list(Call call, byte[] nothing) {
        var asked = Parameters.of(call);
        int limit = asked.limit();
        var after = asked.startingAfter("mb");
        asked.check();
        var directory = MemberDirectory.of(keycloak, call.caller());
        var all = directory.all();
        int at = after == null
                ? -1
                : all.stream().map(one -> "mb_" + one.id()).toList().indexOf(after);
        var rows = after != null && at < 0
                ? List.<Account>of()
                : all.stream().skip(at + 1L).limit(limit + 1L).toList();
        var page = Page.of(rows, limit);
        return Reply.ok(new Page<>(
                page.data().stream()
                        .map(account -> view(account, directory.roles(account), null))
                        .toList(),
                page.hasMore()));
    }

    /** Another organisation's member has a good id too; that one is looked for among this organisation's only. */
    private static String uuid(Call call) {
        var id = call.path("id");
        if (!ID.matcher(id).matches()) {
            throw Problem.notFound("member");
        }
        return id.substring("mb_".length());
    }

    private static View view(Account account, Set<Role> roles, @Nullable String firstPassword) {
        return new View(
                "mb_" + account.id(),
                "member",
                account.field("email"),
                account.field("firstName"),
                account.field("lastName"),
                roles.stream().map(Role::text).sorted().toList(),
                account.isWaiting() ? "invited" : "active",
                firstPassword);
    }
}
