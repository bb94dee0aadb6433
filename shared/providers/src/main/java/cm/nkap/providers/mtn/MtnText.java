package cm.nkap.providers.mtn;

import java.text.Normalizer;
import java.util.regex.Pattern;

/** Reduces a message to what MTN accepts: {@code [A-Za-z0-9 .-]{1,128}}; anything else is answered with a 400. */
final class MtnText {
    private static final Pattern ACCENTS = Pattern.compile("\\p{M}+");
    private static final Pattern REFUSED = Pattern.compile("[^A-Za-z0-9 .-]+");
    private static final Pattern SPACES = Pattern.compile(" {2,}");
    private static final int LONGEST = 128;

    private MtnText() {}

    static String plain(String message) {
        String decomposed = Normalizer.normalize(message, Normalizer.Form.NFKD)
                .replace("œ", "oe")
                .replace("Œ", "OE")
                .replace("æ", "ae")
                .replace("Æ", "AE");
        String bare =
                REFUSED.matcher(ACCENTS.matcher(decomposed).replaceAll("")).replaceAll(" ");
        String tidy = SPACES.matcher(bare).replaceAll(" ").strip();
        String cut = tidy.substring(0, Math.min(LONGEST, tidy.length())).strip();
        return cut.isEmpty() ? "Paiement" : cut;
    }
}
