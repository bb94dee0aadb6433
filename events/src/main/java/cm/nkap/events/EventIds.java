package cm.nkap.events;

import java.security.SecureRandom;
import java.time.Instant;

/** Ids that sort by time: a prefix and a UUIDv7 in 26 characters of lower-case Crockford base 32. */
final class EventIds {
    private static final char[] DIGITS = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();
    private static final SecureRandom RANDOM = new SecureRandom();

    private EventIds() {}

    static String next(String prefix, Instant time) {
        long high = (time.toEpochMilli() << 16) | 0x7000 | RANDOM.nextInt(1 << 12);
        long low = (RANDOM.nextLong() & 0x3fffffffffffffffL) | 0x8000000000000000L;
        char[] text = new char[26];
        for (int i = 25; i >= 0; i--) {
            text[i] = DIGITS[(int) (low & 31)];
            low = (low >>> 5) | (high << 59);
            high >>>= 5;
        }
        return prefix + "_" + new String(text);
    }
}
