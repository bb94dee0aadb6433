package cm.nkap.function.permissions;

import cm.nkap.function.Problem;
import java.time.Instant;

/**
 * What was decided about one token and one permission.
 *
 * @param expiry of the token; a refusal has none
 */
record Decision(boolean isAllowed, boolean hasEnded, String reason, Instant expiry) {
    static Decision allowed(Instant expiry) {
        return new Decision(true, false, "", expiry);
    }

    static Decision refused(String reason) {
        return new Decision(false, false, reason, Instant.MAX);
    }

    /** The login behind the token is over. */
    static Decision ended() {
        return new Decision(false, true, "The login behind the token has ended", Instant.MAX);
    }

    void throwUnlessAllowed() {
        if (hasEnded) {
            throw Problem.of(401, "unauthenticated", "Who calls is not known").detail(reason);
        }
        if (!isAllowed) {
            throw Problem.forbidden(reason);
        }
    }
}
