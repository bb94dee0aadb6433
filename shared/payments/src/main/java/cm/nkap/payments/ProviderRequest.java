package cm.nkap.payments;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What we asked of a provider under one reference, for ever. The reference is made and stored before the first byte is
 * sent; every try and every question uses it again.
 *
 * @param status {@code created} nothing sent yet, {@code pending} the provider has it, {@code unknown} it may have it,
 *     {@code frozen} its answers contradict each other or our books, or one of the final {@code succeeded},
 *     {@code failed}, {@code expired}
 * @param notFound how many answers in a row said that the provider does not know the reference
 * @param nextCheckAt when to ask next; null for never
 */
@SuppressWarnings("ArrayRecordComponent") // sealed bytes as the database gives them; never compared
public record ProviderRequest(
        String id,
        String org,
        Kind kind,
        String payment,
        String provider,
        UUID reference,
        Status status,
        long amount,
        byte[] sealedNumber,
        String callbackToken,
        int submits,
        int asks,
        int notFound,
        @Nullable Instant notFoundSince,
        @Nullable String providerTransaction,
        Instant expiresAt,
        @Nullable Instant nextCheckAt,
        @Nullable String traceparent,
        Instant createdAt) {

    /** Which way the money goes. */
    public enum Kind {
        COLLECT,
        DISBURSE
    }

    /** Where the request stands. */
    public enum Status {
        CREATED,
        PENDING,
        UNKNOWN,
        SUCCEEDED,
        FAILED,
        EXPIRED,
        FROZEN;

        public boolean isFinal() {
            return this == SUCCEEDED || this == FAILED || this == EXPIRED;
        }
    }
}
