package cm.nkap.function.permissions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cm.nkap.function.Call;
import cm.nkap.function.Caller;
import cm.nkap.function.HttpRoute;
import cm.nkap.function.Problem;
import cm.nkap.function.Role;
import cm.nkap.function.keycloak.KeycloakConfig;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The table of permissions, and what is decided where no Keycloak is. */
class PermissionTest {
    private static final KeycloakConfig NONE =
            new KeycloakConfig(null, "nkap", "nkap-functions", null, Duration.ofSeconds(1), Duration.ofSeconds(60));

    private static Call by(Role... roles) {
        return new Call(
                new Caller("somebody", "boutique", Set.of(roles)),
                "req_1",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                Map.of(),
                Map.of(),
                Map.of());
    }

    @ParameterizedTest
    @EnumSource(Permission.class)
    void withoutKeycloakExactlyTheRolesOfTheTableMay(Permission permission) {
        try (var permissions = Permissions.of(NONE)) {
            for (var role : Role.values()) {
                if (permission.roles().contains(role)) {
                    assertThatCode(() -> permissions.require(by(role), permission.text()))
                            .doesNotThrowAnyException();
                } else {
                    assertThatThrownBy(() -> permissions.require(by(role), permission.text()))
                            .isInstanceOfSatisfying(Problem.class, problem -> assertThat(problem.status())
                                    .isEqualTo(403));
                }
            }
        }
    }

    @Test
    void eachIsAResourceAndAScopeAndNamedOnce() {
        assertThat(Arrays.stream(Permission.values()).map(Permission::text))
                .doesNotHaveDuplicates()
                .allMatch(text -> text.matches("[a-z-]+#[a-z-]+"));
    }

    @Test
    void aRouteCannotAskForOneThatIsNotInTheTable() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HttpRoute.post("/v1/refunds", "createRefund").permission("refund#dance"));
    }

    @Test
    void whoCannotBeAskedAllowsNothing() {
        var nowhere = new KeycloakConfig(
                URI.create("http://127.0.0.1:1"),
                "nkap",
                "nkap-functions",
                "secret",
                Duration.ofSeconds(1),
                Duration.ofSeconds(60));
        try (var permissions = Permissions.of(nowhere)) {
            assertThatThrownBy(() -> Bearer.of(
                            "Bearer some.token.of-it", () -> permissions.require(by(Role.ORG_ADMIN), "member#manage")))
                    .isInstanceOfSatisfying(Problem.class, problem -> {
                        assertThat(problem.status()).isEqualTo(503);
                        assertThat(problem.code()).isEqualTo("identity_provider_unavailable");
                    });
        }
    }

    @Test
    void noDecisionIsUsedForLongerThanAMinute() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new KeycloakConfig(
                        null, "nkap", "nkap-functions", null, Duration.ofSeconds(1), Duration.ofSeconds(61)));
    }
}
