package cm.nkap.function.keycloak;

import org.jspecify.annotations.Nullable;

/** Keycloak gave no answer that can be used; whether it did what it was asked is not known. */
public final class KeycloakAway extends RuntimeException {
    KeycloakAway(String what, @Nullable Throwable cause) {
        super(what, cause);
    }
}
