package cm.nkap.ledger;

import org.jspecify.annotations.Nullable;

/**
 * An account to open.
 *
 * @param name unique, lower case, for example {@code merchant:mer_01:payable}
 * @param floor the least it may hold, in whole francs of its own growing side; null when it may go below any value
 * @param tenant who may read what it holds; {@link #PLATFORM} for the platform's own
 */
public record Account(
        String name, AccountType type, @Nullable Long floor, String tenant) {

    /** The tenant of accounts that belong to no organisation. */
    public static final String PLATFORM = "platform";
}
