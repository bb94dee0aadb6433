package cm.nkap.ledger;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A journal as it stands in the books.
 *
 * @param seq its place; numbers have no gap
 * @param effective the business day that it was posted for, null when that is the day of its posting
 */
public record PostedJournal(
        long seq,
        String key,
        String kind,
        String tenant,
        @Nullable String payment,
        @Nullable Long reverses,
        @Nullable LocalDate effective,
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
