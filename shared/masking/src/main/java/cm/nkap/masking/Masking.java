package cm.nkap.masking;

import org.jspecify.annotations.Nullable;

/**
 * Takes out of text what looks like a phone number of Cameroon, a token or a secret: the last net under log lines, stack
 * traces, spans, reasons of dead letters and other stored errors. Sealed types are the first; a text that reaches this one
 * with a number in it was a mistake somewhere else.
 *
 * <p>Numbers (closed nine-digit plan of 21 November 2014) are known with {@code +237}, {@code 00237}, {@code 237} or
 * without, and with spaces, dots, dashes. Nine bare digits may also be money or a count: they stay where a name such as
 * {@code amount=} comes before them or a currency after. Names of people cannot be told from other words: they must not be
 * written in the first place.
 */
public final class Masking {
    static final String HIDDEN = "•••";

    private Masking() {}

    /** The text without numbers, tokens and secrets; the same object when there were none. */
    public static String mask(String text) {
        Masked out = null;
        int length = text.length();
        int at = 0;
        while (at < length) {
            char c = text.charAt(at);
            Span found = found(text, at, c);
            if (found == null) {
                at = isDigit(c) ? afterDigits(text, at) : at + 1;
                continue;
            }
            if (out == null) {
                out = new Masked(text);
            }
            out.put(found);
            at = found.end();
        }
        return out == null ? text : out.text();
    }

    private static @Nullable Span found(String text, int at, char c) {
        return switch (c) {
            case '+', '0', '2', '4', '6' -> PhoneNumbers.at(text, at);
            case '=', ':' -> Secrets.afterName(text, at);
            case 'B', 'b' -> Secrets.credentials(text, at);
            case 'e', 'h' -> Secrets.token(text, at);
            default -> null;
        };
    }

    /** A number begins where digits begin, so the rest of these need no look. */
    private static int afterDigits(String text, int at) {
        int end = at + 1;
        while (end < text.length() && isDigit(text.charAt(end))) {
            end++;
        }
        return end;
    }

    static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    static boolean isWord(char c) {
        return isDigit(c)
                || (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || c == '_'
                || (c > 0x7f && Character.isLetter(c));
    }

    /** Replace from here to there by that. */
    record Span(int begin, int end, String by) {}

    private static final class Masked {
        private final String text;
        private final StringBuilder built;
        private int copied;

        Masked(String text) {
            this.text = text;
            this.built = new StringBuilder(text.length());
        }

        void put(Span span) {
            built.append(text, copied, span.begin()).append(span.by());
            copied = span.end();
        }

        String text() {
            return built.append(text, copied, text.length()).toString();
        }
    }
}
