package cm.nkap.providers;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A mobile number, the only type in which a phone number travels through Nkap.
 *
 * <p>Canonical form: country code and national number, digits only, 12 of them ({@code 2376XXXXXXXX}). Mobile numbers
 * are {@code 6XXXXXXXX} and Camtel's {@code 242}/{@code 243} ranges (closed nine-digit plan of 21 November 2014). The
 * text form is masked, so that a number cannot reach a log by being concatenated; {@link #digits()} is for the wire and
 * for encryption only.
 *
 * @param digits the number in canonical form; anything else is refused with {@link IllegalArgumentException}
 */
public record Msisdn(String digits) {
    private static final Pattern SUBSCRIBER = Pattern.compile("237(?:6[1-9][0-9]{7}|24[23][0-9]{6})");
    private static final Pattern SIMULATED = Pattern.compile("2376000004[0-9]{2}|46733123(?:45[0-9]|46[0-4])");
    private static final Pattern SEPARATORS = Pattern.compile("[\\s\\u00A0\\u202F.-]");
    private static final Pattern NATIONAL = Pattern.compile("[0-9]{9}");
    private static final int LONGEST_INPUT = 32;

    /** Which numbers exist. */
    public enum Rules {
        /** Numbers that a subscriber in Cameroon can have. */
        CAMEROON,
        /**
         * Those and the numbers that only simulators know: {@code 2376000004SS} (60x is not in the plan) and MTN's sandbox
         * numbers 46733123450 to 46733123464.
         */
        SIMULATOR
    }

    public Msisdn {
        if (!SUBSCRIBER.matcher(digits).matches() && !SIMULATED.matcher(digits).matches()) {
            throw new IllegalArgumentException("not a mobile number in canonical form");
        }
    }

    /** Reads a number as people write it: {@code +237}, {@code 00237}, {@code 237} or nine digits, with spaces, dots, dashes. */
    public static Optional<Msisdn> parse(String written) {
        return parse(written, Rules.CAMEROON);
    }

    /** As {@link #parse(String)}, under the given rules. */
    public static Optional<Msisdn> parse(String written, Rules rules) {
        if (written.length() > LONGEST_INPUT) {
            return Optional.empty();
        }
        String canonical = canonical(SEPARATORS.matcher(written).replaceAll(""));
        boolean exists = SUBSCRIBER.matcher(canonical).matches()
                || (rules == Rules.SIMULATOR && SIMULATED.matcher(canonical).matches());
        return exists ? Optional.of(new Msisdn(canonical)) : Optional.empty();
    }

    private static String canonical(String compact) {
        if (compact.startsWith("+")) {
            return compact.substring(1);
        }
        if (compact.startsWith("00")) {
            return compact.substring(2);
        }
        return NATIONAL.matcher(compact).matches() ? "237" + compact : compact;
    }

    /** The nine national digits, the form that Orange wants. */
    public String local() {
        return digits.substring(digits.length() - 9);
    }

    /** First four digits, six bullets, last two: {@code 2376••••••01}. */
    public String masked() {
        return digits.substring(0, 4) + "••••••" + digits.substring(digits.length() - 2);
    }

    /** The masked form, never the number. */
    @Override
    public String toString() {
        return masked();
    }
}
