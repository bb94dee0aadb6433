package cm.nkap.masking;

import cm.nkap.masking.Masking.Span;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Knows what is said to be a secret, by its name, its scheme or its form. */
final class Secrets {
    private static final int SHORTEST_TOKEN = 20;
    private static final int SHORTEST_CREDENTIALS = 8;

    /** Ends of names whose values nobody may see. */
    private static final String[] NAMES = {
        "password",
        "passwd",
        "passphrase",
        "secret",
        "secret_id",
        "secretid",
        "token",
        "authorization",
        "api_key",
        "apikey",
        "api-key",
        "subscription-key",
        "pii_key",
        "private_key",
        "access_key",
        "assertion",
        "credentials",
        "cookie"
    };

    /** Names that mean a secret also in prose, where {@code token: expired} means none. */
    private static final String[] STRONG = {"authorization", "password", "client_secret", "cookie"};

    private Secrets() {}

    /** The value behind {@code name=} or {@code name:} when the name says that it is a secret. */
    static @Nullable Span afterName(String text, int sign) {
        int end = sign;
        while (end > 0
                && (text.charAt(end - 1) == '"' || text.charAt(end - 1) == '\\' || text.charAt(end - 1) == '\'')) {
            end--;
        }
        boolean quoted = end < sign;
        int begin = end;
        while (begin > 0 && isOfName(text.charAt(begin - 1))) {
            begin--;
        }
        if (end - begin < 3) {
            return null;
        }
        String name = text.substring(begin, end).toLowerCase(Locale.ROOT);
        int value = sign + 1;
        while (value < text.length() && text.charAt(value) == ' ') {
            value++;
        }
        boolean prose = text.charAt(sign) == ':' && !quoted && value > sign + 1 && name.indexOf('-') < 0;
        return endsWithAny(name, prose ? STRONG : NAMES) || name.equals("pin") || name.endsWith("_pin")
                ? value(text, value)
                : null;
    }

    private static boolean isOfName(char c) {
        return Masking.isWord(c) || c == '-' || c == '.';
    }

    private static boolean endsWithAny(String name, String[] ends) {
        for (String end : ends) {
            if (name.endsWith(end)) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable Span value(String text, int from) {
        int begin = from;
        while (begin < text.length()
                && (text.charAt(begin) == '\\' || text.charAt(begin) == '"' || text.charAt(begin) == '\'')) {
            begin++;
        }
        int end = begin;
        boolean quoted = begin > from;
        while (end < text.length() && !ends(text.charAt(end), quoted)) {
            end++;
        }
        String said = text.substring(begin, end);
        if (said.equals("Bearer") || said.equals("Basic")) {
            end = endOfWord(text, end + 1);
            said = "";
        }
        boolean isNothing = said.equals("null") || said.equals("true") || said.equals("false") || said.startsWith("•");
        return end == begin || isNothing ? null : new Span(begin, end, Masking.HIDDEN);
    }

    private static boolean ends(char c, boolean quoted) {
        return quoted ? c == '"' || c == '\\' || c == '\'' : c <= ' ' || ",;&)]}\"'<".indexOf(c) >= 0;
    }

    private static int endOfWord(String text, int from) {
        int end = Math.min(from, text.length());
        while (end < text.length() && text.charAt(end) == ' ') {
            end++;
        }
        while (end < text.length() && !ends(text.charAt(end), false)) {
            end++;
        }
        return end;
    }

    /** {@code Bearer …} and {@code Basic …}, however they are written. */
    static @Nullable Span credentials(String text, int at) {
        int scheme = text.regionMatches(true, at, "bearer ", 0, 7)
                ? 7
                : text.regionMatches(true, at, "basic ", 0, 6) ? 6 : 0;
        if (scheme == 0 || (at > 0 && Masking.isWord(text.charAt(at - 1)))) {
            return null;
        }
        int begin = at + scheme;
        int end = begin;
        boolean random = false;
        while (end < text.length() && isOfToken(text.charAt(end))) {
            char c = text.charAt(end);
            random |= Masking.isDigit(c) || (c >= 'A' && c <= 'Z') || c == '=';
            end++;
        }
        boolean isSetting = end < text.length() && text.charAt(end) == '"';
        return random && !isSetting && end - begin >= SHORTEST_CREDENTIALS
                ? new Span(begin, end, Masking.HIDDEN)
                : null;
    }

    /** A JWT, whole or cut off, and a token of Vault. */
    static @Nullable Span token(String text, int at) {
        if ((!text.startsWith("eyJ", at) && !text.startsWith("hvs.", at))
                || (at > 0 && Masking.isWord(text.charAt(at - 1)))) {
            return null;
        }
        int end = at;
        while (end < text.length() && isOfToken(text.charAt(end))) {
            end++;
        }
        return end - at >= SHORTEST_TOKEN ? new Span(at, end, Masking.HIDDEN) : null;
    }

    private static boolean isOfToken(char c) {
        return Masking.isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || "-._~+/=".indexOf(c) >= 0;
    }
}
