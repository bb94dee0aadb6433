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

    public ProviderRequest status(Status now) {
        return new ProviderRequest(
                id,
                org,
                kind,
                payment,
                provider,
                reference,
                now,
                amount,
                sealedNumber,
                callbackToken,
                submits,
                asks,
                notFound,
                notFoundSince,
                providerTransaction,
                expiresAt,
                nextCheckAt,
                traceparent,
                createdAt);
    }

    /** @param at null for never */
    public ProviderRequest nextCheck(@Nullable Instant at) {
        return new ProviderRequest(
                id,
                org,
                kind,
                payment,
                provider,
                reference,
                status,
                amount,
                sealedNumber,
                callbackToken,
                submits,
                asks,
                notFound,
                notFoundSince,
                providerTransaction,
                expiresAt,
                at,
                traceparent,
                createdAt);
    }

    public ProviderRequest transaction(String providersId) {
        return new ProviderRequest(
                id,
                org,
                kind,
                payment,
                provider,
                reference,
                status,
                amount,
                sealedNumber,
                callbackToken,
                submits,
                asks,
                notFound,
                notFoundSince,
                providersId,
                expiresAt,
                nextCheckAt,
                traceparent,
                createdAt);
    }

    /** One more answer that the provider does not know the reference. */
    public ProviderRequest missed(Instant now) {
        Instant since = notFoundSince == null ? now : notFoundSince;
        return new ProviderRequest(
                id,
                org,
                kind,
                payment,
                provider,
                reference,
                status,
                amount,
                sealedNumber,
                callbackToken,
                submits,
                asks,
                notFound + 1,
                since,
                providerTransaction,
                expiresAt,
                nextCheckAt,
                traceparent,
                createdAt);
    }

    /** The provider knows the reference. */
    public ProviderRequest found() {
        return new ProviderRequest(
                id,
                org,
                kind,
                payment,
                provider,
                reference,
                status,
                amount,
                sealedNumber,
                callbackToken,
                submits,
                asks,
                0,
                null,
                providerTransaction,
                expiresAt,
                nextCheckAt,
                traceparent,
                createdAt);
    }

    /** The same with these counts of tries and the time until which it is left alone. */
    public ProviderRequest counted(int newSubmits, int newAsks, @Nullable Instant until) {
        return new ProviderRequest(
                id,
                org,
                kind,
                payment,
                provider,
                reference,
                status,
                amount,
                sealedNumber,
                callbackToken,
                newSubmits,
                newAsks,
                notFound,
                notFoundSince,
                providerTransaction,
                expiresAt,
                until,
                traceparent,
                createdAt);
    }
}
