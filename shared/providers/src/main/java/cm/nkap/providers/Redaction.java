package cm.nkap.providers;

import cm.nkap.masking.Masking;
import java.nio.charset.StandardCharsets;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Takes phone numbers and tokens out of text that providers send and that we keep as evidence. */
final class Redaction {
    private static final Pattern SECRET =
            Pattern.compile("(\"(?:access_token|refresh_token|apiKey)\"\\s*:\\s*\")[^\"]*");
    private static final Pattern PARTY = Pattern.compile("(\"partyId\"\\s*:\\s*\"?)([^\",}\\s]+)");
    private static final Pattern NUMBER =
            Pattern.compile("(?<![0-9A-Za-z-])(?:(?:\\+|00)?237[ .-]?)?(?:6|24[23])(?:[ .-]?[0-9]){6,8}(?![0-9A-Za-z])"
                    + "|(?<![0-9])(?:\\+|00)?46733123[0-9]{3}(?![0-9])");
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}&&[^\\n\\t]]");

    private Redaction() {}

    /** The text without numbers, secrets and control characters, cut to so many bytes of UTF-8. */
    static String shortened(String text, int bytes) {
        return cut(CONTROL.matcher(Masking.mask(masked(text))).replaceAll(" "), bytes);
    }

    private static String masked(String text) {
        String withoutSecrets = SECRET.matcher(text).replaceAll("$1…");
        String withoutParties = PARTY.matcher(withoutSecrets)
                .replaceAll(found -> Matcher.quoteReplacement(found.group(1) + stars(found.group(2))));
        return NUMBER.matcher(withoutParties).replaceAll(Redaction::maskedNumber);
    }

    private static String maskedNumber(MatchResult found) {
        String digits = found.group().replaceAll("[^0-9]", "");
        return digits.length() < 9 ? Matcher.quoteReplacement(found.group()) : stars(digits);
    }

    private static String stars(String digits) {
        return digits.length() < 8
                ? "••••••"
                : digits.substring(0, 4) + "••••••" + digits.substring(digits.length() - 2);
    }

    private static String cut(String text, int bytes) {
        if (text.getBytes(StandardCharsets.UTF_8).length <= bytes) {
            return text;
        }
        int end = 0;
        int used = 0;
        while (end < text.length()) {
            int point = text.codePointAt(end);
            used += Character.toString(point).getBytes(StandardCharsets.UTF_8).length;
            if (used > bytes) {
                break;
            }
            end += Character.charCount(point);
        }
        return text.substring(0, end);
    }
}
