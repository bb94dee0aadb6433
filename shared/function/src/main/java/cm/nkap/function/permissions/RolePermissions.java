package cm.nkap.function.permissions;

import cm.nkap.function.Call;
import cm.nkap.function.Problem;

/** Believes the roles of the token, as everything does where no Keycloak is asked. */
final class RolePermissions implements Permissions {
    @Override
    public void require(Call call, String permission) {
        if (!Permissions.named(permission).isFor(call.caller().roles())) {
            throw Problem.forbidden("None of the token's roles may " + permission);
        }
    }
}
