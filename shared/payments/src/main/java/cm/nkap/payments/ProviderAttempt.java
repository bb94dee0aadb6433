package cm.nkap.payments;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One try at a provider: committed before a byte is sent, finished when the answer is in. One without an end was cut off.
 *
 * @param kind {@code submit} or {@code status}
 * @param detail what the answer was, in words that can name nobody
 * @param said what the provider said, sealed for the attempt; null when it said nothing, or it was forgotten
 */
@SuppressWarnings("ArrayRecordComponent") // as the database has it; never compared
public record ProviderAttempt(
        String id,
        String org,
        String request,
        String kind,
        Instant startedAt,
        @Nullable Instant finishedAt,
        @Nullable String outcome,
        @Nullable Integer httpStatus,
        @Nullable String detail,
        byte @Nullable [] said) {

    /** A try that begins now. */
    public static ProviderAttempt begin(ProviderRequest request, String kind, Instant now) {
        return new ProviderAttempt(
                Ids.next("at"), request.org(), request.id(), kind, now, null, null, null, null, null);
    }
}
