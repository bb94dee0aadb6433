package cm.nkap.payments;

import org.jspecify.annotations.Nullable;

/**
 * Which payments a list holds; what is null does not narrow it. Row-level security narrows it further.
 *
 * @param org whose they are
 * @param customer the login of the customer who made them
 */
public record PaymentFilter(
        @Nullable String org,
        @Nullable String customer,
        @Nullable String merchant,
        @Nullable String status,
        @Nullable String reference) {}
