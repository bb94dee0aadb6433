package cm.nkap.providers;

import java.util.regex.Pattern;

/** What every request that moves money has to satisfy. */
final class Requests {
    private static final Pattern EXTERNAL_ID = Pattern.compile("[A-Za-z0-9._-]{1,32}");

    private Requests() {}

    static void check(String externalId, long amount) {
        if (!EXTERNAL_ID.matcher(externalId).matches()) {
            throw new IllegalArgumentException(
                    "externalId must be 1 to 32 letters, digits, dots, dashes or underscores");
        }
        if (amount <= 0) {
            throw new IllegalArgumentException("amount must be above zero");
        }
    }
}
