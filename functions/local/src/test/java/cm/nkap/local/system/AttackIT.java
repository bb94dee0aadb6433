package cm.nkap.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.local.Contract;
import cm.nkap.local.system.Raid.Attack;
import cm.nkap.testing.TokenIssuer.Grant;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * The contract turned against us: every route of openapi.yaml × every id of another organisation × every role × every
 * token that is none. A route that is added is attacked without a line here.
 */
class AttackIT {
    private static final NkapSystem NKAP = NkapSystem.start();
    private static final Contract CONTRACT = new Contract();
    private static final Prey PREY = new Prey(NKAP);
    private static final Shop ATTACKER = NKAP.shop();
    private static final Set<String> ROLES = Set.of("customer", "merchant", "org-admin", "treasury", "platform");
    private static final Set<String> STAFF = Set.of("treasury", "platform");
    private static final Set<String> METHODS = Set.of("GET", "POST", "PUT", "PATCH", "DELETE");

    @AfterAll
    static void stop() {
        NKAP.close();
    }

    /** One way to call one operation. */
    private record Call(
            String name,
            JsonNode operation,
            String method,
            String path,
            @Nullable String body) {
        boolean isOpen() {
            return operation.path("security").isArray();
        }

        boolean admits(String role) {
            return Contract.roles(operation).contains(role);
        }

        Attack by(@Nullable String authorization) {
            return new Attack(method, path, authorization, body);
        }
    }

    private static Grant grant(String role) {
        String org = STAFF.contains(role) ? "nkap" : role.equals("customer") ? "clients" : ATTACKER.org;
        return Grant.of(role + "-raider", org, role).lasting(java.time.Duration.ofHours(1));
    }

    private static String bearer(Grant grant) {
        return "Bearer " + NKAP.surroundings.issuer.mint(grant);
    }

    /** Every operation, with each id of the prey wherever an id may stand. */
    private static List<Call> calls() {
        List<Call> calls = new ArrayList<>();
        CONTRACT.operations().forEach((name, operation) -> {
            String method = name.substring(0, name.indexOf(' '));
            String template = name.substring(name.indexOf(' ') + 1);
            String body = CONTRACT.exampleRequest(operation)
                    .map(example -> Bodies.aimed(example, PREY).toString())
                    .orElse(method.equals("GET") ? null : "{}");
            Set<String> paths = new TreeSet<>();
            PREY.ids.values().forEach(id -> paths.add(template.replaceAll("\\{[^}]*}", id)));
            if (!template.contains("{")) {
                paths.add(template);
                for (String parameter : CONTRACT.queryParameters(operation)) {
                    PREY.ids.values().forEach(id -> paths.add(template + "?" + parameter + "=" + encoded(id)));
                }
            }
            paths.forEach(path -> calls.add(new Call(name, operation, method, path, body)));
        });
        return calls;
    }

    private static String encoded(String id) {
        return URLEncoder.encode(id, StandardCharsets.UTF_8);
    }

    @Test
    void noTokenThatIsNoneOpensAnything() {
        var raid = new Raid(NKAP.url());
        try (var forgeries = new Forgeries(NKAP.surroundings.issuer)) {
            Map<String, Map<String, @Nullable String>> byRole = new HashMap<>();
            ROLES.forEach(role -> byRole.put(role, forgeries.all(grant(role))));
            // What stands behind the question mark is read after the token.
            for (Call call :
                    calls().stream().filter(it -> !it.path.contains("?")).toList()) {
                Set<Integer> expected = call.isOpen() ? Set.of(200) : Set.of(401);
                byRole.forEach((role, all) -> all.forEach(
                        (name, authorization) -> raid.expect(name + ", " + role, call.by(authorization), expected)));
            }

            assertThat(raid.run("forged tokens")).isEmpty();
            assertThat(forgeries.asked()).as("keys fetched from the attacker").isZero();
        }
    }

    @Test
    void noRoleReachesWhatIsAnothersOrNotForIt() {
        var raid = new Raid(NKAP.url());
        for (String role : ROLES) {
            String token = bearer(grant(role));
            for (Call call : calls()) {
                raid.expect(role, call.by(token), answer -> fault(role, call, answer));
            }
        }

        assertThat(raid.run("roles and foreign ids")).isEmpty();
    }

    /** The expected answer of a cell, from the roles that the contract names. */
    private static @Nullable String fault(String role, Call call, Api.Answer answer) {
        int status = answer.status();
        if (call.isOpen()) {
            return status == 200 ? null : "an open route answers 200";
        }
        if (!call.admits(role)) {
            return status == 403 ? null : "not among x-roles, so 403";
        }
        if (status == 503 && answer.at("/code").equals("identity_provider_unavailable")) {
            // No Keycloak runs here, so nothing of anybody is there; KeycloakIT attacks these with one.
            return null;
        }
        if (STAFF.contains(role)) {
            return Set.of(200, 400, 404, 409, 422).contains(status) ? null : "staff sees it or is told that it is none";
        }
        List<String> seen = PREY.in(answer.raw().body());
        boolean ownWords = call.method.equals("POST") && status == 201;
        if (!seen.isEmpty() && !ownWords) {
            return "shows " + seen;
        }
        if (call.name.contains("{")) {
            return status == 404 ? null : "another organisation's object is not there: 404";
        }
        if (call.method.equals("GET")) {
            return Set.of(200, 400, 404).contains(status) ? null : "a list is empty, or the parameter is refused";
        }
        return Bodies.expected(call.name, role).contains(status)
                ? null
                : "expected " + Bodies.expected(call.name, role);
    }

    @Test
    void noPathHasAMethodThatTheContractDoesNotName() {
        var raid = new Raid(NKAP.url());
        Map<String, Set<String>> declared = new HashMap<>();
        CONTRACT.operations().keySet().forEach(name -> declared.computeIfAbsent(
                        name.substring(name.indexOf(' ') + 1), path -> new TreeSet<>())
                .add(name.substring(0, name.indexOf(' '))));
        declared.forEach((template, methods) -> {
            String path = template.replaceAll("\\{[^}]*}", PREY.shop.merchant);
            for (String method : METHODS) {
                if (!methods.contains(method)) {
                    ROLES.forEach(role ->
                            raid.expect(role, new Attack(method, path, bearer(grant(role)), null), Set.of(405)));
                }
            }
        });

        assertThat(raid.run("methods that are not there")).isEmpty();
    }

    /** Signed by the issuer, but with an organisation that would widen what a transaction sees. */
    @Test
    void aTokenWhoseOrganisationIsNoneOpensNothing() {
        var raid = new Raid(NKAP.url());
        List<Object> organisations = List.of(
                List.of("*"),
                List.of(ATTACKER.org + "," + PREY.shop.org),
                List.of(ATTACKER.org, PREY.shop.org),
                List.of("platform"),
                List.of("customer." + grant("customer").subject()),
                List.of(""),
                List.of(PREY.shop.org + "'"),
                Map.of(),
                7);
        for (Object organisation : organisations) {
            for (String role : ROLES) {
                String token = "Bearer "
                        + NKAP.surroundings.issuer.mint(
                                grant(role), claims -> claims.put("organization", organisation));
                calls().stream()
                        .filter(call -> !call.isOpen())
                        .filter(call -> call.path().endsWith(PREY.shop.merchant) || call.method.equals("POST"))
                        .forEach(call -> raid.expect(organisation + ", " + role, call.by(token), Set.of(403)));
            }
        }

        assertThat(raid.run("organisations that are none")).isEmpty();
    }

    @Test
    void noCallerSetsWhatOnlyWeMaySet() {
        var raid = new Raid(NKAP.url());
        String before = Bodies.rows(NKAP.surroundings.database);
        int attacked = 0;
        for (Map.Entry<String, JsonNode> entry : CONTRACT.operations().entrySet()) {
            var example = CONTRACT.exampleRequest(entry.getValue());
            if (example.isEmpty()) {
                continue;
            }
            attacked++;
            String name = entry.getKey();
            String method = name.substring(0, name.indexOf(' '));
            String path = name.substring(name.indexOf(' ') + 1).replaceAll("\\{[^}]*}", ATTACKER.merchant);
            String role = Contract.roles(entry.getValue()).iterator().next();
            String token = bearer(grant(role));
            Set<String> owned = Bodies.serverOwned(CONTRACT, entry.getValue());
            Bodies.smuggled(example.get(), owned)
                    .forEach((field, body) -> raid.expect(
                            name + " with " + field,
                            new Attack(method, path, token, body),
                            answer -> isUnknownField(answer, field)));
        }

        assertThat(raid.run("server-owned fields")).isEmpty();
        assertThat(attacked).isGreaterThanOrEqualTo(5);
        assertThat(Bodies.rows(NKAP.surroundings.database))
                .as("nothing was changed")
                .isEqualTo(before);
    }

    private static @Nullable String isUnknownField(Api.Answer answer, String field) {
        boolean named = answer.body()
                .path("errors")
                .valueStream()
                .anyMatch(error -> Objects.equals(error.path("param").asString(), field)
                        && error.path("code").asString().equals("unknown_field"));
        return answer.status() == 400 && named ? null : "400 unknown_field " + field + " expected";
    }
}
