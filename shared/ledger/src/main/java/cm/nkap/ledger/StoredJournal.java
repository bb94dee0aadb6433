package cm.nkap.ledger;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A journal's header as it is stored, column by column. */
record StoredJournal(
        long seq,
        String key,
        Hash fingerprint,
        String kind,
        String tenant,
        @Nullable String payment,
        @Nullable Long reverses,
        @Nullable LocalDate effective,
        Instant postedAt,
        int legs,
        long total,
        Hash hash) {

    /**
     * A posting as it is stored.
     *
     * @param account name of the account; null when there is no such account
     * @param sign of the account: 1 grows by credits, -1 by debits
     */
    record Leg(
            long seq,
            int line,
            long accountId,
            @Nullable String account,
            int sign,
            long version,
            long amount,
            long balanceAfter) {

        /** By how much the account grew, on its own side. */
        long growth() {
            return -sign * amount;
        }

        String about() {
            return "posting " + seq + "/" + line;
        }
    }

    String about() {
        return "journal " + seq;
    }

    /** The hash that follows from the one before and from everything stored. */
    Hash chained(Hash before, List<Leg> postings) {
        return new RecordBytes(15)
                .int8(seq)
                .text(key)
                .bytea(fingerprint)
                .text(kind)
                .text(tenant)
                .text(payment)
                .int8(reverses)
                .date(effective)
                .timestamptz(postedAt)
                .int2(legs)
                .int8(total)
                .int8s(postings.stream().mapToLong(Leg::accountId).toArray())
                .int8s(postings.stream().mapToLong(Leg::version).toArray())
                .int8s(postings.stream().mapToLong(Leg::amount).toArray())
                .int8s(postings.stream().mapToLong(Leg::balanceAfter).toArray())
                .chain(before);
    }

    /** What the caller must have sent: names instead of numbers. Null when that could be no journal. */
    @Nullable
    Hash fingerprintOf(List<Leg> postings) {
        try {
            List<Posting> legs = postings.stream()
                    .map(leg -> new Posting(leg.account() == null ? "?" : leg.account(), leg.amount()))
                    .toList();
            return Hash.of(new Journal(key, kind, tenant, payment, legs, reverses, effective).fingerprint());
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
