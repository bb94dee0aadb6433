package cm.nkap.accounts;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.regex.Pattern;

/**
 * Ids of API clients: {@code ac_}, ten characters of the organisation, sixteen of the call that made it. So a retry finds
 * what it made, an organisation's clients are found together, and another organisation's id is told without a look.
 */
final class ClientIds {
    private static final String DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
    private static final Pattern SHAPE = Pattern.compile("ac_[0-9a-z]{26}");
    private static final int OF_ORG = 10;
    private static final int OF_CALL = 16;

    private ClientIds() {}

    static String of(String org, String call) {
        return prefix(org) + text(call, OF_CALL);
    }

    static String prefix(String org) {
        return "ac_" + text("org " + org, OF_ORG);
    }

    static boolean isOf(String org, String id) {
        return SHAPE.matcher(id).matches() && id.startsWith(prefix(org));
    }

    /** Some characters of base 32 for a text; five bits each. */
    static String text(String of, int length) {
        try {
            var hash = MessageDigest.getInstance("SHA-256").digest(of.getBytes(StandardCharsets.UTF_8));
            var text = new StringBuilder();
            for (int i = 0; i < length; i++) {
                text.append(DIGITS.charAt(hash[i] & 31));
            }
            return text.toString();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
