package cm.nkap.function.permissions;

import org.jspecify.annotations.Nullable;

/** The caller's own token, for the moment of a decision only: operations never see it. */
public final class Bearer {
    private static final ScopedValue<String> TOKEN = ScopedValue.newInstance();

    private Bearer() {}

    /** Runs a step that may ask in the name of whoever sent this header, which has been verified. */
    public static void of(@Nullable String authorization, Runnable step) {
        var parts =
                authorization == null ? new String[0] : authorization.strip().split(" +");
        if (parts.length == 2) {
            ScopedValue.where(TOKEN, parts[1]).run(step);
        } else {
            step.run();
        }
    }

    /** Empty when nobody's token is at hand. */
    static String current() {
        return TOKEN.orElse("");
    }
}
