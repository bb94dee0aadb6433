package cm.nkap.providermock.mtn;

import java.util.Locale;
import wiremock.com.fasterxml.jackson.annotation.JsonValue;

/** MTN sells collecting and paying out as two products with two subscription keys; the wallet behind is one. */
enum Product {
    COLLECTION,
    DISBURSEMENT;

    @JsonValue
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
