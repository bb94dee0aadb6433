package cm.nkap.function.identity;

import cm.nkap.function.Login;
import cm.nkap.function.Problem;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.regex.Pattern;

/** Asks whether a login is fresh and strong enough to override money, and says in the words of RFC 9470 what is missing. */
public final class StepUp {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");
    /** The same difference of clocks as tokens are given. */
    private static final Duration SKEW = Duration.ofSeconds(TokenVerifier.SKEW_SECONDS);

    private final StepUpConfig config;
    private final InstantSource clock;

    public StepUp(StepUpConfig config) {
        this(config, InstantSource.system());
    }

    StepUp(StepUpConfig config, InstantSource clock) {
        this.config = config;
        this.clock = clock;
    }

    /** True when nothing more is to be asked of this login. */
    public boolean suffices(Login login) {
        return login.isPerson() && isFresh(login) && isStrong(login);
    }

    private boolean isFresh(Login login) {
        var at = login.at();
        Instant now = clock.instant();
        return at != null && !at.isBefore(now.minus(config.stepUpAge())) && !at.isAfter(now.plus(SKEW));
    }

    private boolean isStrong(Login login) {
        var wanted = config.stepUpLevel();
        if (wanted == null || wanted.equals(login.level())) {
            return true;
        }
        return NUMBER.matcher(wanted).matches()
                && NUMBER.matcher(login.level()).matches()
                && Integer.parseInt(login.level()) >= Integer.parseInt(wanted);
    }

    /** The value of {@code WWW-Authenticate} for a login that does not suffice. */
    public String challenge() {
        var level = config.stepUpLevel() == null ? "" : ", acr_values=\"" + config.stepUpLevel() + "\"";
        return "Bearer realm=\"nkap\", error=\"insufficient_user_authentication\""
                + ", error_description=\"A more recent or stronger login is required\"" + level
                + ", max_age=\"" + config.stepUpAge().toSeconds() + "\"";
    }

    public static Problem insufficient() {
        return Problem.of(401, "insufficient_user_authentication", "A more recent or stronger login is required");
    }
}
