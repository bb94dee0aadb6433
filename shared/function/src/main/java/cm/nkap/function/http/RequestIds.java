package cm.nkap.function.http;

import java.security.SecureRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Names for calls: the caller's own when it is harmless, else {@code req_} and a time-ordered UUID in Crockford base32. */
final class RequestIds {
    private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,63}");
    private static final char[] CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();
    private static final SecureRandom RANDOM = new SecureRandom();

    private RequestIds() {}

    static String accept(@Nullable String offered) {
        return offered != null && HARMLESS.matcher(offered).matches() ? offered : next();
    }

    static String next() {
        long high = (System.currentTimeMillis() << 16) | 0x7000 | (RANDOM.nextInt() & 0x0fff);
        long low = (RANDOM.nextLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
        var text = new char[26];
        for (int i = 25; i >= 0; i--) {
            text[i] = CROCKFORD[(int) (low & 31)];
            low = (low >>> 5) | (high << 59);
            high >>>= 5;
        }
        return "req_" + new String(text);
    }
}
