package cm.nkap.query;

import cm.nkap.ledger.PostedJournal;
import cm.nkap.payments.Ids;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A journal as callers see it. */
record JournalView(
        String id,
        long seq,
        String kind,
        @Nullable String payment,
        List<Leg> postings,
        Instant postedAt,
        @Nullable String reverses) {

    /**
     * One posting: a debit or a credit of whole francs.
     *
     * @param balanceAfter what the account held then; null for an account that the caller may not see
     */
    record Leg(
            String account,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Long debit,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Long credit,

            @Nullable Long balanceAfter) {

        static Leg of(PostedJournal.Leg leg) {
            return leg.amount() > 0
                    ? new Leg(leg.account(), leg.amount(), null, leg.balanceAfter())
                    : new Leg(leg.account(), null, Math.negateExact(leg.amount()), leg.balanceAfter());
        }
    }

    static JournalView of(PostedJournal journal) {
        Long reverses = journal.reverses();
        return new JournalView(
                Ids.journal(journal.seq()),
                journal.seq(),
                journal.kind(),
                journal.payment(),
                journal.legs().stream().map(Leg::of).toList(),
                journal.postedAt(),
                reverses == null ? null : Ids.journal(reverses));
    }
}
