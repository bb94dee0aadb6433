package cm.nkap.providers;

import java.time.Duration;
import java.util.OptionalInt;

/**
 * What went over the wire, fit to be stored beside the attempt: phone numbers and tokens are masked by the constructor.
 *
 * @param httpStatus the status that the provider sent; empty when no answer arrived
 * @param took from the first byte we tried to send to the outcome
 * @param excerpt the answer's body, at most 2 KiB of UTF-8; empty when there was none
 * @param error what broke, for people; empty when an answer arrived
 */
public record Exchange(OptionalInt httpStatus, Duration took, String excerpt, String error) {
    public static final int LONGEST_EXCERPT = 2048;
    private static final int LONGEST_ERROR = 500;

    public Exchange {
        excerpt = Redaction.shortened(excerpt, LONGEST_EXCERPT);
        error = Redaction.shortened(error, LONGEST_ERROR);
    }

    /** The provider answered. */
    public static Exchange answered(int httpStatus, Duration took, String body) {
        return new Exchange(OptionalInt.of(httpStatus), took, body, "");
    }

    /** No answer arrived. */
    public static Exchange broken(Duration took, String error) {
        return new Exchange(OptionalInt.empty(), took, "", error);
    }

    /** Nothing was tried, because of a guard of our own. */
    public static Exchange none(String why) {
        return broken(Duration.ZERO, why);
    }
}
