package cm.nkap.function.identity;

import cm.nkap.function.Setting;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a login must be where more than a token is asked for.
 *
 * @param stepUpAge how long ago the person may have logged in
 * @param stepUpLevel the claim {@code acr}: a number asks for at least that much, any other word for exactly itself;
 *     every level will do when it is not set
 */
public record StepUpConfig(
        @Setting(orElse = "5m") Duration stepUpAge,
        @Nullable String stepUpLevel) {
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9:/._-]{1,100}");

    public StepUpConfig {
        if (stepUpAge.isNegative() || stepUpAge.isZero()) {
            throw new IllegalArgumentException("NKAP_STEP_UP_AGE is longer than nothing");
        }
        if (stepUpLevel != null && !WORD.matcher(stepUpLevel).matches()) {
            throw new IllegalArgumentException("NKAP_STEP_UP_LEVEL is one value of the claim acr");
        }
    }
}
