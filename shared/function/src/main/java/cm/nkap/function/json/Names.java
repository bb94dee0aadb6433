package cm.nkap.function.json;

import java.util.Locale;
import java.util.regex.Pattern;

/** Java names to wire names. */
final class Names {
    private static final Pattern HUMP = Pattern.compile("([a-z0-9])([A-Z])");

    private Names() {}

    static String snake(String camel) {
        return HUMP.matcher(camel).replaceAll("$1_$2").toLowerCase(Locale.ROOT);
    }

    /** {@code org_admin} for the constant ORG_ADMIN. */
    static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
