package cm.nkap.function.permissions;

import cm.nkap.function.Call;
import cm.nkap.function.Caller;
import cm.nkap.function.MoneyMoved;
import cm.nkap.function.Problem;
import cm.nkap.function.Role;
import cm.nkap.function.keycloak.KeycloakAway;
import cm.nkap.function.keycloak.KeycloakHttp;
import cm.nkap.function.keycloak.KeycloakHttp.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * Asks Keycloak twice in the caller's name: what the token's owner still is (login, organisation, roles of now), and
 * whether its policies allow the permission. Both must agree with the table in code. What cannot be asked is refused.
 */
final class KeycloakPermissions implements Permissions {
    private static final Logger LOG = LoggerFactory.getLogger(KeycloakPermissions.class);
    private static final Duration TRY_AGAIN = Duration.ofSeconds(5);

    private final KeycloakHttp keycloak;
    private final Decisions decisions;

    KeycloakPermissions(KeycloakHttp keycloak, Duration age) {
        this.keycloak = keycloak;
        this.decisions = new Decisions(age);
    }

    @Override
    public void require(Call call, String text) {
        var permission = Permissions.named(text);
        if (!permission.isFor(call.caller().roles())) {
            throw Problem.forbidden("None of the token's roles may " + text);
        }
        var token = Bearer.current();
        if (token.isEmpty()) {
            throw unavailable();
        }
        try {
            var decision = decisions.of(token, text, () -> decide(call.caller(), permission, token));
            decision.throwUnlessAllowed();
        } catch (KeycloakAway e) {
            LOG.warn("msg=no_decision permission={} cause={}", text, e.getMessage());
            throw unavailable().causedBy(e);
        }
    }

    private Decision decide(Caller caller, Permission permission, String token) {
        var now = keycloak.asClient("/token/introspect", Map.of("token", token));
        if (now.status() == 400 && now.error().equals("invalid_request")) {
            // The token was valid a moment ago: its claims cannot be written any more, because the membership is gone.
            return Decision.refused("The token's owner no longer belongs to its organisation");
        }
        if (now.status() != 200) {
            throw misunderstood("introspection", now);
        }
        var body = now.body();
        if (!body.path("active").asBoolean(false)) {
            return Decision.ended();
        }
        if (!isOnly(body.path("organization"), caller.org())) {
            return Decision.refused("The token's owner no longer belongs to its organisation");
        }
        if (!permission.isFor(roles(body))) {
            return Decision.refused("The token's owner no longer has a role that may " + permission.text());
        }
        return policies(
                permission, token, Instant.ofEpochSecond(body.path("exp").asLong(0)));
    }

    private Decision policies(Permission permission, String token, Instant expiry) {
        var answer = keycloak.asBearer(
                "/token",
                Map.of(
                        "grant_type",
                        "urn:ietf:params:oauth:grant-type:uma-ticket",
                        "audience",
                        keycloak.client(),
                        "permission",
                        permission.text(),
                        "response_mode",
                        "decision"),
                token);
        return switch (answer.status()) {
            case 200 -> {
                if (!answer.body().path("result").asBoolean(false)) {
                    yield Decision.refused("This is not allowed to the token's owner");
                }
                yield Decision.allowed(expiry);
            }
            case 403 -> Decision.refused("This is not allowed to the token's owner");
            case 400, 401 -> {
                if (answer.error().equals("invalid_grant") || answer.status() == 401) {
                    yield Decision.ended();
                }
                throw misunderstood(permission.text(), answer);
            }
            default -> throw misunderstood(permission.text(), answer);
        };
    }

    /** Our own settings or the realm are wrong; nobody's request is. */
    private static Problem misunderstood(String what, Answer answer) {
        LOG.error(
                "msg=keycloak_misunderstands about={} status={} error={}; is nkap-realm.json imported, and the secret right?",
                what,
                answer.status(),
                answer.error());
        return unavailable();
    }

    private static boolean isOnly(JsonNode organization, String org) {
        if (organization.isObject()) {
            return organization.size() == 1 && organization.has(org);
        }
        var one = organization.isArray() && organization.size() == 1 ? organization.get(0) : organization;
        return one.isString() && one.asString().equals(org);
    }

    private static Set<Role> roles(JsonNode body) {
        var roles = EnumSet.noneOf(Role.class);
        body.path("realm_access").path("roles").forEach(name -> Role.named(name.asString(""))
                .ifPresent(roles::add));
        return roles;
    }

    private static Problem unavailable() {
        return Problem.of(503, "identity_provider_unavailable", "The identity provider cannot be reached")
                .detail("Whether this is allowed cannot be asked at the moment, so it is not")
                .moneyMoved(MoneyMoved.NO)
                .retryAfter(TRY_AGAIN);
    }

    @Override
    public void close() {
        keycloak.close();
    }
}
