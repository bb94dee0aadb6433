package cm.nkap.ledger;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A journal as it stands in the books.
 *
 * @param seq its place; numbers have no gap
 */
public record PostedJournal(
        long seq,
        String key,
        String kind,
        String tenant,
        @Nullable String payment,
        @Nullable Long reverses,
        Instant postedAt,
        List<Leg> legs) {

    /**
     * One leg.
     *
     * @param amount whole francs, positive a debit, negative a credit
     * @param balanceAfter what the account held then; null when the reader may not see that account
     */
    public record Leg(String account, long amount, @Nullable Long balanceAfter) {}
}
