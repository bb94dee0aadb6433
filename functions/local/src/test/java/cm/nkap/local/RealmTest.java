package cm.nkap.local;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.function.Role;
import cm.nkap.function.permissions.Permission;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The realm's file says what the code's tables say, and opens no door of its own. */
class RealmTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String TEXT = Repository.text("infra/keycloak/nkap-realm.json");
    private static final JsonNode REALM = JSON.readTree(TEXT);

    @Test
    void itsRolesAreOurRoles() {
        assertThat(texts(REALM.path("roles").path("realm"), "name"))
                .isEqualTo(Arrays.stream(Role.values()).map(Role::text).collect(Collectors.toSet()));
    }

    @Test
    void itsDecisionsAreOurTable() {
        Map<String, Set<String>> table = new TreeMap<>();
        for (Permission permission : Permission.values()) {
            table.put(
                    permission.text(),
                    permission.roles().stream().map(Role::text).collect(Collectors.toCollection(TreeSet::new)));
        }

        assertThat(decisions()).isEqualTo(table);
    }

    @Test
    void everyDecisionIsAboutAResourceAndAScopeThatExist() {
        Set<String> pairs = new TreeSet<>();
        functions().path("authorizationSettings").path("resources").forEach(resource -> resource.path("scopes")
                .forEach(scope -> pairs.add(resource.path("name").asString() + "#"
                        + scope.path("name").asString())));

        assertThat(pairs).isEqualTo(decisions().keySet());
    }

    @Test
    void aDecisionReadsTheRolesOfNowAndNotThoseOfTheToken() {
        policies("role").forEach((name, policy) -> assertThat(
                        policy.path("config").path("fetchRoles").asString())
                .as(name)
                .isEqualTo("true"));
    }

    @Test
    void itHoldsNoSecretAndNobody() {
        assertThat(functions().path("secret").asString()).isEqualTo("${NKAP_KEYCLOAK_SECRET}");
        assertThat(REALM.path("users").valueStream().map(user -> user.path("username")
                        .asString()))
                .containsExactly("service-account-nkap-functions");
        assertThat(TEXT)
                .doesNotContainIgnoringCase("privateKey")
                .doesNotContainIgnoringCase("\"credentials\"")
                .doesNotContain("smtpServer");
        assertThat(Pattern.compile("\"secret\": \"[^$]").matcher(TEXT).find()).isFalse();
    }

    @Test
    void noClientTakesPasswordsOrTokensInAddressesOrSendsBackAnywhere() {
        REALM.path("clients").forEach(client -> {
            String name = client.path("clientId").asString();
            assertThat(client.path("directAccessGrantsEnabled").asBoolean(true))
                    .as(name)
                    .isFalse();
            assertThat(client.path("implicitFlowEnabled").asBoolean(true))
                    .as(name)
                    .isFalse();
            assertThat(client.path("redirectUris").toString() + client.path("webOrigins"))
                    .as(name)
                    .doesNotContain("*");
        });
        assertThat(client("console")
                        .path("attributes")
                        .path("pkce.code.challenge.method")
                        .asString())
                .isEqualTo("S256");
    }

    @Test
    void everyAccessTokenSaysWhatTheShellReads() {
        Set<String> claims = new TreeSet<>();
        int organizations = 0;
        Set<String> defaults = strings(REALM.path("defaultDefaultClientScopes"));
        for (JsonNode scope : REALM.path("clientScopes")) {
            for (JsonNode mapper : scope.path("protocolMappers")) {
                if (defaults.contains(scope.path("name").asString())) {
                    claims.add(mapper.path("config").path("claim.name").asString("")
                            + mapper.path("config")
                                    .path("included.custom.audience")
                                    .asString(""));
                }
                organizations += mapper.path("protocolMapper").asString().contains("organization") ? 1 : 0;
            }
        }

        assertThat(claims).contains("auth_time", "realm_access.roles", "organization", "person", "nkap");
        assertThat(defaults).contains("basic", "acr");
        assertThat(organizations)
                .as("two mappers would mix two forms of the claim")
                .isOne();
        assertThat(strings(client("console").path("defaultClientScopes"))).isEqualTo(defaults);
    }

    @Test
    void loginsAreGuardedAndTokensShort() {
        assertThat(REALM.path("bruteForceProtected").asBoolean(false)).isTrue();
        assertThat(REALM.path("accessTokenLifespan").asInt()).isLessThanOrEqualTo(300);
        assertThat(REALM.path("organizationsEnabled").asBoolean(false)).isTrue();
        assertThat(REALM.path("registrationAllowed").asBoolean(true)).isFalse();
        assertThat(REALM.path("attributes").path("acr.loa.map").asString()).contains("\"2\":2");
    }

    @Test
    void theFunctionsMayManageClientsOrganisationsAndPeopleAndNoMore() {
        JsonNode account = REALM.path("users").path(0).path("clientRoles");

        assertThat(strings(account.path("realm-management")))
                .containsExactlyInAnyOrder("manage-clients", "manage-organizations", "manage-users", "view-realm");
    }

    /** From permission to role policy to roles. */
    private static Map<String, Set<String>> decisions() {
        Map<String, JsonNode> roles = policies("role");
        Map<String, Set<String>> decisions = new TreeMap<>();
        policies("scope").forEach((name, permission) -> {
            JsonNode config = permission.path("config");
            Set<String> held = new TreeSet<>();
            for (JsonNode applied : JSON.readTree(config.path("applyPolicies").asString())) {
                JsonNode policy = Objects.requireNonNull(roles.get(applied.asString()), applied.asString());
                JSON.readTree(policy.path("config").path("roles").asString())
                        .forEach(role -> held.add(role.path("id").asString()));
            }
            String resource =
                    JSON.readTree(config.path("resources").asString()).path(0).asString();
            String scope =
                    JSON.readTree(config.path("scopes").asString()).path(0).asString();
            assertThat(resource + "#" + scope).isEqualTo(name);
            decisions.put(name, held);
        });
        return decisions;
    }

    private static Map<String, JsonNode> policies(String type) {
        Map<String, JsonNode> found = new TreeMap<>();
        functions().path("authorizationSettings").path("policies").forEach(policy -> {
            if (policy.path("type").asString().equals(type)) {
                found.put(policy.path("name").asString(), policy);
            }
        });
        return found;
    }

    private static JsonNode functions() {
        return client("nkap-functions");
    }

    private static JsonNode client(String id) {
        return REALM.path("clients")
                .valueStream()
                .filter(client -> client.path("clientId").asString().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static Set<String> texts(JsonNode list, String field) {
        return list.valueStream().map(one -> one.path(field).asString()).collect(Collectors.toSet());
    }

    private static Set<String> strings(JsonNode list) {
        return list.valueStream().map(JsonNode::asString).collect(Collectors.toSet());
    }
}
