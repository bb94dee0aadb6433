package cm.nkap.providers;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** A mobile-money provider of Cameroon that Nkap can hold a float at. */
public enum ProviderName {
    MTN,
    ORANGE,
    CAMTEL;

    /** The name on the wire, in accounts and in the database: {@code "mtn"}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The provider of that wire name; empty for every other text. */
    public static Optional<ProviderName> of(String text) {
        return Arrays.stream(values()).filter(name -> name.text().equals(text)).findFirst();
    }
}
