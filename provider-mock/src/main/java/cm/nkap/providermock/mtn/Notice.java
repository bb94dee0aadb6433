package cm.nkap.providermock.mtn;

import java.util.Locale;
import wiremock.com.fasterxml.jackson.annotation.JsonValue;

/** How the end of a payment is told to the callback URL. MTN promises nothing better than at most once. */
public enum Notice {
    ONCE,
    /** The listener must accept both methods; PUT is the usual one. */
    POST,
    NONE,
    DUPLICATED,
    /** The payment ends and is told before the submission is answered. */
    BEFORE_202,
    /** Says the opposite of the books. */
    FORGED;

    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
