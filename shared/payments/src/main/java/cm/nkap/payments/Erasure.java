package cm.nkap.payments;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What somebody asked us to forget, and how far that is. Payments whose record the law makes us keep are held until their
 * time is over; everything else is erased at once.
 *
 * @param org whose request it is: the platform's
 * @param sealedNumber the number, sealed for this request; null for a customer, and once nothing is held any more
 * @param customer subject of a customer at a merchant's organisation
 * @param erased payments in which the person is gone
 * @param held payments in which the law keeps the person
 * @param inUse payout destinations with this number, which their merchants change themselves
 * @param heldUntil when the last of them may go
 */
@SuppressWarnings("ArrayRecordComponent") // as the database has it; never compared
public record Erasure(
        String id,
        String org,
        byte @Nullable [] sealedNumber,
        @Nullable String customer,
        @Nullable String customerOrg,
        String reason,
        String requestedBy,
        Instant requestedAt,
        long erased,
        long held,
        long inUse,
        @Nullable Instant heldUntil,
        @Nullable Instant finishedAt) {

    /** A request as it is made. */
    public static Erasure asked(
            String id,
            String org,
            byte @Nullable [] sealedNumber,
            @Nullable String customer,
            @Nullable String customerOrg,
            String reason,
            String requestedBy,
            Instant requestedAt) {
        return new Erasure(
                id, org, sealedNumber, customer, customerOrg, reason, requestedBy, requestedAt, 0, 0, 0, null, null);
    }
}
