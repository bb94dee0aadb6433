package cm.nkap.accounts;

import cm.nkap.function.Caller;
import cm.nkap.function.Problem;
import cm.nkap.function.Role;
import cm.nkap.function.keycloak.KeycloakAdmin;
import cm.nkap.function.keycloak.KeycloakHttp;
import cm.nkap.function.keycloak.KeycloakHttp.Answer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * The people of one organisation, as Keycloak knows them. The organisation is found through the caller's own membership
 * and never by a name that a request gives, so nothing here can reach another one.
 */
final class MemberDirectory {
    private static final int MOST = 500;

    private final KeycloakAdmin keycloak;
    private final String organisation;

    /** Somebody's account. */
    record Account(JsonNode user) {
        String id() {
            return user.path("id").asString("");
        }

        String field(String name) {
            return user.path(name).asString("");
        }

        boolean enabled() {
            return user.path("enabled").asBoolean(false);
        }

        /** Has not chosen a password yet. */
        boolean isWaiting() {
            return StreamSupport.stream(user.path("requiredActions").spliterator(), false)
                    .anyMatch(action -> action.asString("").equals("UPDATE_PASSWORD"));
        }

        /** Which call invited this account last, and what it asked for. */
        String attribute(String name) {
            return user.path("attributes").path(name).path(0).asString("");
        }
    }

    private MemberDirectory(KeycloakAdmin keycloak, String organisation) {
        this.keycloak = keycloak;
        this.organisation = organisation;
    }

    /** @throws Problem 403 when the caller is no member of the organisation that the token names */
    static MemberDirectory of(KeycloakAdmin keycloak, Caller caller) {
        var answer =
                keycloak.get("/organizations/members/" + KeycloakHttp.encoded(caller.subject()) + "/organizations");
        // 404: the account itself is gone.
        return (answer.status() == 404
                        ? MissingNode.getInstance()
                        : done(answer).body())
                .valueStream()
                .filter(one -> one.path("alias").asString("").equals(caller.org()))
                .map(one -> new MemberDirectory(keycloak, one.path("id").asString("")))
                .findFirst()
                .orElseThrow(() -> Problem.forbidden("The caller is no member of the organisation any more"));
    }

    /** In the order in which Keycloak keeps them. */
    List<Account> all() {
        var answer = done(keycloak.get(path("?max=" + MOST)));
        var all = new ArrayList<Account>();
        answer.body().forEach(user -> all.add(new Account(user)));
        return all;
    }

    Optional<Account> member(String uuid) {
        var answer = keycloak.get(path("/" + KeycloakHttp.encoded(uuid)));
        return answer.isDone() ? Optional.of(new Account(answer.body())) : Optional.empty();
    }

    /** Whoever has this address, in whatever organisation. */
    Optional<Account> withAddress(String email) {
        var answer = done(keycloak.get("/users?exact=true&email=" + KeycloakHttp.encoded(email)));
        return answer.body().valueStream().map(Account::new).findFirst();
    }

    boolean belongsNowhere(Account account) {
        var answer = done(keycloak.get("/organizations/members/" + account.id() + "/organizations"));
        return answer.body().isEmpty();
    }

    boolean belongsHere(Account account) {
        return member(account.id()).isPresent();
    }

    /** False when somebody with this address was quicker. */
    boolean create(Map<String, Object> user) {
        var answer = keycloak.post("/users", user);
        if (!answer.isDone() && answer.status() != 409) {
            throw answer.status() == 400
                    ? Problem.of(422, "member_refused", "The identity provider does not accept these details")
                    : KeycloakAdmin.unavailable("It refused to make the account");
        }
        return answer.isDone();
    }

    void change(Account account, Map<String, Object> user) {
        done(keycloak.put("/users/" + account.id(), user));
    }

    /** Harmless to repeat. */
    void join(Account account) {
        var answer = keycloak.post("/organizations/" + organisation + "/members", account.id());
        if (!answer.isDone() && answer.status() != 409) {
            throw KeycloakAdmin.unavailable("It refused to add the member");
        }
    }

    void leave(Account account) {
        var answer = keycloak.delete(path("/" + account.id()), null);
        if (!answer.isDone() && answer.status() != 404) {
            throw KeycloakAdmin.unavailable("It refused to remove the member");
        }
        done(keycloak.post("/users/" + account.id() + "/logout", Map.of()));
    }

    Set<Role> roles(Account account) {
        var answer = done(keycloak.get("/users/" + account.id() + "/role-mappings/realm"));
        var roles = EnumSet.noneOf(Role.class);
        answer.body().forEach(role -> Role.named(role.path("name").asString("")).ifPresent(roles::add));
        return roles;
    }

    void give(Account account, Role role) {
        done(keycloak.post("/users/" + account.id() + "/role-mappings/realm", List.of(named(role))));
    }

    void take(Account account, Set<Role> roles) {
        if (!roles.isEmpty()) {
            var all = roles.stream().map(this::named).toList();
            done(keycloak.delete("/users/" + account.id() + "/role-mappings/realm", all));
        }
    }

    /** Sends the mail in which a new member chooses a password. */
    void mail(Account account) {
        done(keycloak.put(
                "/users/" + account.id() + "/execute-actions-email", List.of("UPDATE_PASSWORD", "VERIFY_EMAIL")));
    }

    private Map<String, String> named(Role role) {
        var found = done(keycloak.get("/roles/" + role.text())).body();
        return Map.of(
                "id", found.path("id").asString(""), "name", found.path("name").asString(""));
    }

    private String path(String rest) {
        return "/organizations/" + organisation + "/members" + rest;
    }

    private static Answer done(Answer answer) {
        if (!answer.isDone()) {
            throw KeycloakAdmin.unavailable("It refused a step; the same call may be repeated");
        }
        return answer;
    }
}
