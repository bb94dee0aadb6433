package cm.nkap.testing;

import com.nimbusds.jose.util.JSONArrayUtils;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Puts organisations and people into a Keycloak and takes what they are away again, as an administrator of all realms
 * may. Passwords are exchanged for tokens by a client that only this class makes: the realm's own file has none.
 */
public final class KeycloakPeople {
    public static final String PASSWORD = "correct-horse-battery-7";

    private static final String TEST_CLIENT = "nkap-passwords";
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final List<String> SCOPES = List.of("basic", "acr", "roles", "organization", "nkap", "profile");

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Keycloak keycloak;
    private final String admin;
    private final String password;

    KeycloakPeople(Keycloak keycloak, String admin, String password) {
        this.keycloak = keycloak;
        this.admin = admin;
        this.password = password;
    }

    /** Makes the client that exchanges passwords for tokens, unless it is there; its tokens live this long. */
    public KeycloakPeople allowPasswords(Duration lifetime, Instant loggedIn) {
        String seconds = Long.toString(lifetime.toSeconds());
        Map<String, Object> client = Map.of(
                "clientId",
                TEST_CLIENT,
                "publicClient",
                true,
                "standardFlowEnabled",
                false,
                "directAccessGrantsEnabled",
                true,
                "fullScopeAllowed",
                true,
                "attributes",
                Map.of("access.token.lifespan", seconds),
                "defaultClientScopes",
                SCOPES,
                // A password grant says no time of login; a login in a browser does.
                "protocolMappers",
                List.of(hardcoded("auth_time", Long.toString(loggedIn.getEpochSecond()), "long")));
        create("clients", client);
        return this;
    }

    /** Lets logins last, for tokens that are to live as long. */
    public KeycloakPeople keepLogins(Duration lifetime) {
        long seconds = lifetime.toSeconds();
        Map<String, Object> limits = Map.of(
                "realm", Keycloak.REALM,
                "ssoSessionIdleTimeout", seconds,
                "ssoSessionMaxLifespan", seconds,
                "clientSessionIdleTimeout", seconds,
                "clientSessionMaxLifespan", seconds);
        send("PUT", "", limits);
        return this;
    }

    /** Makes it unless it is there. */
    public void organisation(String alias) {
        create("organizations", Map.of("name", alias, "alias", alias, "enabled", true));
    }

    /** Somebody with {@link #PASSWORD}, in one organisation, with these roles. Returns the subject. */
    public String person(String username, String organisation, String... roles) {
        Map<String, Object> user = Map.of(
                "username",
                username,
                "email",
                username + "@example.test",
                "firstName",
                username,
                "lastName",
                username,
                "enabled",
                true,
                "emailVerified",
                true,
                "attributes",
                Map.of("person", List.of("per_" + username)),
                "credentials",
                List.of(Map.of("type", "password", "value", PASSWORD, "temporary", false)));
        create("users", user);
        String id = subject(username);
        for (String role : roles) {
            send("POST", "users/" + id + "/role-mappings/realm", List.of(role(role)));
        }
        create("organizations/" + organisationId(organisation) + "/members", id);
        return id;
    }

    public String subject(String username) {
        return id("users?exact=true&username=" + encoded(username), "username", username);
    }

    public void setPassword(String subject) {
        send("PUT", "users/" + subject, Map.of("requiredActions", List.of(), "emailVerified", true));
        send(
                "PUT",
                "users/" + subject + "/reset-password",
                Map.of("type", "password", "value", PASSWORD, "temporary", false));
    }

    public void takeRole(String subject, String role) {
        send("DELETE", "users/" + subject + "/role-mappings/realm", List.of(role(role)));
    }

    public void leaveOrganisation(String subject, String organisation) {
        send("DELETE", "organizations/" + organisationId(organisation) + "/members/" + subject, Map.of());
    }

    public void logout(String subject) {
        send("POST", "users/" + subject + "/logout", Map.of());
    }

    /** From now on tokens are signed by a new key; the earlier ones still verify. */
    public void rotateKeys() {
        create(
                "components",
                Map.of(
                        "name",
                        "rotated-" + System.nanoTime(),
                        "providerId",
                        "rsa-generated",
                        "providerType",
                        "org.keycloak.keys.KeyProvider",
                        "config",
                        Map.of(
                                "priority",
                                List.of("1000"),
                                "algorithm",
                                List.of("RS256"),
                                "enabled",
                                List.of("true"))));
    }

    /** A token for somebody with {@link #PASSWORD}. */
    public String token(String username) {
        Map<String, Object> answer = token(
                Map.of("grant_type", "password", "client_id", TEST_CLIENT, "username", username, "password", PASSWORD));
        return String.valueOf(answer.get("access_token"));
    }

    /** The answer to a merchant's server that asks for a token: {@code access_token}, or {@code error}. */
    public Map<String, Object> clientToken(String client, String secret) {
        return token(Map.of("grant_type", "client_credentials", "client_id", client, "client_secret", secret));
    }

    /** What is at a path of the realm's admin API. */
    public String read(String path) {
        return send("GET", path, Map.of()).body();
    }

    private static Map<String, Object> hardcoded(String claim, String value, String type) {
        return Map.of(
                "name",
                claim,
                "protocol",
                "openid-connect",
                "protocolMapper",
                "oidc-hardcoded-claim-mapper",
                "config",
                Map.of(
                        "claim.name", claim,
                        "claim.value", value,
                        "jsonType.label", type,
                        "access.token.claim", "true"));
    }

    private Map<String, Object> role(String name) {
        return object(send("GET", "roles/" + name, Map.of()).body());
    }

    private String organisationId(String alias) {
        return id("organizations?exact=true&search=" + encoded(alias), "alias", alias);
    }

    private String id(String path, String field, String value) {
        try {
            for (Object found : JSONArrayUtils.parse(send("GET", path, Map.of()).body())) {
                if (found instanceof Map<?, ?> object && value.equals(object.get(field))) {
                    return String.valueOf(object.get("id"));
                }
            }
        } catch (ParseException e) {
            throw new IllegalStateException("not JSON", e);
        }
        throw new IllegalStateException("Keycloak knows no " + field + " " + value);
    }

    private void create(String path, Object body) {
        HttpResponse<String> answer = answer("POST", path, body);
        if (answer.statusCode() != 201 && answer.statusCode() != 409) {
            throw new IllegalStateException(path + ": " + answer.statusCode() + " " + answer.body());
        }
    }

    private HttpResponse<String> send(String method, String path, Object body) {
        HttpResponse<String> answer = answer(method, path, body);
        if (answer.statusCode() >= 300) {
            throw new IllegalStateException(method + " " + path + ": " + answer.statusCode() + " " + answer.body());
        }
        return answer;
    }

    private HttpResponse<String> answer(String method, String path, Object body) {
        URI uri = URI.create(keycloak.url() + "/admin/realms/" + Keycloak.REALM + (path.isEmpty() ? "" : "/" + path));
        var request = HttpRequest.newBuilder(uri).timeout(LIMIT).header("authorization", "Bearer " + adminToken());
        return exchange(
                method.equals("GET")
                        ? request.GET()
                        : request.header("content-type", "application/json")
                                .method(method, BodyPublishers.ofString(json(body))));
    }

    private static String json(Object body) {
        return switch (body) {
            case List<?> list -> JSONArrayUtils.toJSONString(list);
            case Map<?, ?> map ->
                JSONObjectUtils.toJSONString(map.entrySet().stream()
                        .collect(Collectors.toMap(entry -> String.valueOf(entry.getKey()), Map.Entry::getValue)));
            default -> "\"" + body + "\"";
        };
    }

    private String adminToken() {
        Map<String, Object> answer = token(
                "master",
                Map.of("grant_type", "password", "client_id", "admin-cli", "username", admin, "password", password));
        if (!answer.containsKey("access_token")) {
            throw new IllegalStateException("Keycloak does not know its administrator: " + answer);
        }
        return String.valueOf(answer.get("access_token"));
    }

    private Map<String, Object> token(Map<String, String> form) {
        return token(Keycloak.REALM, form);
    }

    private Map<String, Object> token(String realm, Map<String, String> form) {
        String body = form.entrySet().stream()
                .map(field -> field.getKey() + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&"));
        return object(exchange(HttpRequest.newBuilder(
                                URI.create(keycloak.url() + "/realms/" + realm + "/protocol/openid-connect/token"))
                        .timeout(LIMIT)
                        .header("content-type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(body)))
                .body());
    }

    private HttpResponse<String> exchange(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException("Keycloak does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static Map<String, Object> object(String json) {
        try {
            return JSONObjectUtils.parse(json);
        } catch (ParseException e) {
            throw new IllegalStateException("not JSON: " + json, e);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
