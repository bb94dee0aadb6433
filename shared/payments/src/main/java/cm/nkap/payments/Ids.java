package cm.nkap.payments;

import java.security.SecureRandom;
import java.time.Instant;

/** Identifiers as callers see them: a prefix and a UUIDv7 (RFC 9562) in 26 lower-case Crockford base32 characters. */
public final class Ids {
    private static final char[] ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();
    private static final SecureRandom RANDOM = new SecureRandom();

    private Ids() {}

    /** A new identifier such as {@code ch_01...}; later ones sort after earlier ones, to the millisecond. */
    public static String next(String prefix) {
        byte[] random = new byte[10];
        RANDOM.nextBytes(random);
        long high = (Instant.now().toEpochMilli() << 16) | 0x7000 | ((random[0] & 0x0f) << 8) | (random[1] & 0xff);
        long low = 0;
        for (int i = 2; i < 10; i++) {
            low = (low << 8) | (random[i] & 0xff);
        }
        low = (low & 0x3fffffffffffffffL) | 0x8000000000000000L;
        char[] text = new char[26];
        for (int i = 25; i >= 0; i--) {
            text[i] = ALPHABET[(int) (low & 31)];
            low = (low >>> 5) | ((high & 31) << 59);
            high >>>= 5;
        }
        return prefix + "_" + new String(text);
    }

    /** What sorts after every identifier with this prefix: where a list begins, newest first. */
    public static String last(String prefix) {
        return prefix + "_" + "z".repeat(26);
    }

    /** A journal's identifier from its gapless number. */
    public static String journal(long seq) {
        return "jn_" + "%026d".formatted(seq);
    }
}
