package cm.nkap.ledger;

import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * One posting in an account's history.
 *
 * @param version its place in the account's history, without gaps from 1
 * @param seq the journal's number
 * @param amount whole francs, positive a debit, negative a credit
 * @param balanceAfter what the account held after it, on its own growing side
 * @param effective the business day it belongs to
 */
public record StatementLine(
        long version,
        long seq,
        String key,
        String kind,
        @Nullable String payment,
        long amount,
        long balanceAfter,
        LocalDate effective,
        Instant postedAt) {}
