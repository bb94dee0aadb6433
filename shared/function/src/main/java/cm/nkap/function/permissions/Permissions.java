package cm.nkap.function.permissions;

import cm.nkap.function.Call;
import cm.nkap.function.Problem;
import cm.nkap.function.keycloak.KeycloakConfig;
import cm.nkap.function.keycloak.KeycloakHttp;

/** Decides what a role alone does not. */
public interface Permissions extends AutoCloseable {
    /**
     * @param permission for example {@code fee-plan#approve}
     * @throws Problem 403 when the caller may not, or may not any more; 503 when nobody can say: nothing is allowed then
     * @throws IllegalArgumentException when there is no such permission
     */
    void require(Call call, String permission);

    @Override
    default void close() {}

    /** Asks Keycloak when the settings name one, else the table alone. */
    static Permissions of(KeycloakConfig config) {
        return config.keycloakUrl() == null
                ? new RolePermissions()
                : new KeycloakPermissions(new KeycloakHttp(config), config.permissionAge());
    }

    /** The row of the table. */
    static Permission named(String permission) {
        return Permission.named(permission)
                .orElseThrow(() -> new IllegalArgumentException("there is no permission " + permission));
    }
}
