package cm.nkap.function;

import java.util.Locale;

/** The answer to a caller's only real question about a refusal. */
public enum MoneyMoved {
    NO,
    YES,
    UNKNOWN;

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
