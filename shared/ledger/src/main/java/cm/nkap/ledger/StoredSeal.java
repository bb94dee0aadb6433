package cm.nkap.ledger;

import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * A seal as it is stored.
 *
 * @param hashAtLast hash of the journal {@code lastSeq} as it stands in the books; null when there is no such journal
 * @param lastPosted when that journal was posted
 * @param nextPosted when the journal behind it was posted
 */
record StoredSeal(
        long number,
        Instant until,
        long firstSeq,
        long lastSeq,
        Hash journalHash,
        long accounts,
        Hash accountHash,
        @Nullable LocalDate closedThrough,
        Hash previous,
        Hash root,
        Instant sealedAt,
        @Nullable Hash hashAtLast,
        @Nullable Instant lastPosted,
        @Nullable Instant nextPosted) {

    String about() {
        return "seal " + number;
    }

    Hash computedRoot() {
        return new RecordBytes(9)
                .int8(number)
                .timestamptz(until)
                .int8(firstSeq)
                .int8(lastSeq)
                .bytea(journalHash)
                .int8(accounts)
                .bytea(accountHash)
                .date(closedThrough)
                .bytea(previous)
                .hash();
    }

    /** Whether it is the seal that was exported. */
    boolean is(SealedRoot exported) {
        return number == exported.number()
                && until.equals(exported.until())
                && firstSeq == exported.firstSeq()
                && lastSeq == exported.lastSeq()
                && root.toString().equals(exported.root());
    }
}
