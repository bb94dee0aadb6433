package cm.nkap.function;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The human behind a token. One person may have several accounts, in several organisations; rules about people compare
 * {@code person}, never the account.
 *
 * @param person the identity provider's name for the human, lower case; empty for a program, or when the token names none
 * @param at when the person last proved who they are; null when the token does not say
 * @param level how well they proved it, as the claim {@code acr} says; empty when the token does not say
 */
public record Login(String person, @Nullable Instant at, String level) {
    /** Nobody logged in. */
    public static final Login NONE = new Login("", null, "");

    /** False for a program, which can neither ask for nor decide what needs two people. */
    public boolean isPerson() {
        return !person.isEmpty();
    }
}
