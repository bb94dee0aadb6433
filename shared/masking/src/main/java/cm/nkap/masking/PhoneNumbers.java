package cm.nkap.masking;

import cm.nkap.masking.Masking.Span;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Knows a phone number of Cameroon, or of MTN's sandbox, in the middle of text. */
final class PhoneNumbers {
    private static final int NATIONAL = 9;
    private static final int WHOLE = 12;
    private static final int SANDBOX = 11;
    private static final String SANDBOX_BEGINS = "46733123";
    private static final String SEPARATORS = " .-\u00a0\u202f";
    /** How nine digits are grouped by those who write numbers, and money is not. */
    private static final Set<String> GROUPS = Set.of("9", "3222", "12222", "333", "36", "18", "324", "342");

    /** Names of bare digits that are a quantity or somebody else's id, not a number to call. */
    private static final Set<String> QUANTITIES = Set.of(
            "amount",
            "balance",
            "fee",
            "net",
            "total",
            "held",
            "float",
            "sum",
            "limit",
            "least",
            "most",
            "debit",
            "credit",
            "seq",
            "lag",
            "count",
            "rows",
            "size",
            "bytes",
            "ms",
            "nanos",
            "millis",
            "ns",
            "us",
            "offset",
            "fixed",
            "cap",
            "gross",
            "postings",
            "journals",
            "transaction",
            "financialtransactionid");

    /** Those that mean it without a sign between name and digits too. */
    private static final Set<String> PLAIN = Set.of("amount", "balance", "total", "transaction", "xaf", "fcfa", "seq");

    private static final String[] CURRENCIES = {"XAF", "FCFA", "F CFA", "francs", "ms", "ns", "bytes"};

    private PhoneNumbers() {}

    /** The number that begins there; digits inside of words, ids, decimals and times begin none. */
    static @Nullable Span at(String text, int begin) {
        if (begin > 0 && isInside(text, begin)) {
            return null;
        }
        int first = begin;
        boolean international = text.charAt(begin) == '+';
        if (international) {
            first++;
        } else if (text.startsWith("00237", begin) || text.startsWith("0046733123", begin)) {
            first += 2;
            international = true;
        }
        if (text.startsWith("237", first)) {
            return read(text, begin, first, WHOLE);
        }
        if (text.startsWith(SANDBOX_BEGINS, first)) {
            return read(text, begin, first, SANDBOX);
        }
        return international ? null : national(text, begin);
    }

    private static boolean isInside(String text, int begin) {
        char before = text.charAt(begin - 1);
        if (Masking.isWord(before)) {
            return true;
        }
        return (before == '.' || before == '-' || before == ',')
                && begin > 1
                && Masking.isWord(text.charAt(begin - 2))
                && text.charAt(begin) != '+';
    }

    private static @Nullable Span read(String text, int begin, int first, int wanted) {
        StringBuilder digits = new StringBuilder(wanted);
        int end = digits(text, first, wanted, digits, null);
        if (end < 0 || goesOn(text, end)) {
            return null;
        }
        char service = digits.charAt(3);
        boolean isNumber = wanted == SANDBOX || service == '6' || service == '2';
        return isNumber ? new Span(begin, end, masked(digits)) : null;
    }

    private static @Nullable Span national(String text, int begin) {
        char c = text.charAt(begin);
        boolean begins = c == '6'
                || text.startsWith("242", begin)
                || text.startsWith("243", begin)
                || text.startsWith("222", begin)
                || text.startsWith("233", begin);
        if (!begins) {
            return null;
        }
        StringBuilder digits = new StringBuilder(NATIONAL);
        StringBuilder groups = new StringBuilder();
        int end = digits(text, begin, NATIONAL, digits, groups);
        if (end < 0
                || goesOn(text, end)
                || !isGrouped(text, begin, groups.toString())
                || isQuantity(text, begin, end)) {
            return null;
        }
        return new Span(begin, end, masked(digits.insert(0, "237")));
    }

    /** With one dot in it, it is a decimal number. */
    private static boolean isGrouped(String text, int begin, String groups) {
        boolean decimal = groups.length() == 2 && text.charAt(begin + groups.charAt(0) - '0') == '.';
        return GROUPS.contains(groups) && !decimal;
    }

    /** Where so many digits end, with at most one separator between two of them; -1 when there are fewer. */
    private static int digits(String text, int from, int wanted, StringBuilder digits, @Nullable StringBuilder groups) {
        int at = from;
        int group = 0;
        while (digits.length() < wanted && at < text.length()) {
            char c = text.charAt(at);
            if (Masking.isDigit(c)) {
                digits.append(c);
                group++;
            } else if (SEPARATORS.indexOf(c) >= 0 && group > 0) {
                if (groups != null) {
                    groups.append(group);
                }
                group = 0;
            } else {
                return -1;
            }
            at++;
        }
        if (groups != null) {
            groups.append(group);
        }
        return digits.length() == wanted ? at : -1;
    }

    /** More digits or letters: it was the beginning of something else. */
    private static boolean goesOn(String text, int end) {
        if (end == text.length()) {
            return false;
        }
        char next = text.charAt(end);
        if (Masking.isWord(next)) {
            return true;
        }
        char after = end + 1 < text.length() ? text.charAt(end + 1) : ' ';
        return (next == '-' && Masking.isWord(after)) || (next == '.' && Masking.isDigit(after));
    }

    private static boolean isQuantity(String text, int begin, int end) {
        int word = end < text.length() && SEPARATORS.indexOf(text.charAt(end)) >= 0 ? end + 1 : end;
        for (String currency : CURRENCIES) {
            if (word > end && text.startsWith(currency, word)) {
                return true;
            }
        }
        int nameEnd = begin;
        boolean signed = false;
        while (nameEnd > 0 && "\"\\ :=-".indexOf(text.charAt(nameEnd - 1)) >= 0) {
            nameEnd--;
            signed |= text.charAt(nameEnd) == ':' || text.charAt(nameEnd) == '=';
        }
        int nameBegin = nameEnd;
        while (nameBegin > 0 && Masking.isWord(text.charAt(nameBegin - 1))) {
            nameBegin--;
        }
        String name = text.substring(nameBegin, nameEnd).toLowerCase(Locale.ROOT);
        String lastWord = name.substring(name.lastIndexOf('_') + 1);
        return (signed ? QUANTITIES : PLAIN).contains(lastWord);
    }

    /** The form in which numbers are shown everywhere: four digits, six bullets, two digits. */
    private static String masked(StringBuilder digits) {
        return digits.substring(0, 4) + "••••••" + digits.substring(digits.length() - 2);
    }
}
