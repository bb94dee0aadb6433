package cm.nkap.function;

import java.security.SecureRandom;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Names for what the shell itself makes: a prefix and a time-ordered UUID (version 7) in Crockford base32. */
public final class Ids {
    private static final char[] CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();
    private static final SecureRandom RANDOM = new SecureRandom();

    private Ids() {}

    /** A new one such as {@code ap_01…}; later ones sort after earlier ones, to the millisecond. */
    public static String next(String prefix) {
        long high = (System.currentTimeMillis() << 16) | 0x7000 | (RANDOM.nextInt() & 0x0fff);
        long low = (RANDOM.nextLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
        var text = new char[26];
        for (int i = 25; i >= 0; i--) {
            text[i] = CROCKFORD[(int) (low & 31)];
            low = (low >>> 5) | (high << 59);
            high >>>= 5;
        }
        return prefix + "_" + new String(text);
    }

    /** Where a list that shows the newest first goes on: after this one, or at the newest when it is null. */
    public static String before(String prefix, @Nullable String startingAfter) {
        return Objects.requireNonNullElse(startingAfter, prefix + "_" + "z".repeat(26));
    }
}
