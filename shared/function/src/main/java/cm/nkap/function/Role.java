package cm.nkap.function;

import java.util.Locale;
import java.util.Optional;

/** What a caller may be, as the token's {@code realm_access.roles} says it. Other words in the token grant nothing. */
public enum Role {
    CUSTOMER,
    MERCHANT,
    ORG_ADMIN,
    TREASURY,
    PLATFORM;

    private final String text = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** The word in the token, for example {@code org-admin}. */
    public String text() {
        return text;
    }

    public static Optional<Role> named(String text) {
        for (var role : values()) {
            if (role.text.equals(text)) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }
}
