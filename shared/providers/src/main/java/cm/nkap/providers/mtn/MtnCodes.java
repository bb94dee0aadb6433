package cm.nkap.providers.mtn;

import cm.nkap.providers.FailureCode;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * MTN's published {@code ErrorReason} codes, and those of other portal pages or seen in production, in our vocabulary.
 */
final class MtnCodes {
    static final String DUPLICATE = "RESOURCE_ALREADY_EXIST";
    static final String EXPIRED = "EXPIRED";
    static final Set<String> NOT_FOUND = Set.of("RESOURCE_NOT_FOUND", "TRANSACTION_NOT_FOUND");

    private static final Set<String> CONFIGURATION = Set.of(
            "INVALID_CURRENCY",
            "INVALID_CALLBACK_URL_HOST",
            "NOT_ALLOWED_TARGET_ENVIRONMENT",
            "VALIDATION_ERROR",
            "TRANSFER_TYPE_UNKNOWN",
            "FORBIDDEN_IP");

    /** Decided before any money can move, so that they are final even as the answer to a submission. */
    private static final Map<String, FailureCode> REFUSALS = Map.ofEntries(
            Map.entry("PAYER_NOT_FOUND", FailureCode.PAYER_NOT_FOUND),
            Map.entry("PAYEE_NOT_FOUND", FailureCode.RECIPIENT_NOT_FOUND),
            Map.entry("NOT_ENOUGH_FUNDS", FailureCode.INSUFFICIENT_BALANCE),
            Map.entry("LOW_BALANCE_OR_PAYEE_LIMIT_REACHED_OR_NOT_ALLOWED", FailureCode.INSUFFICIENT_BALANCE),
            Map.entry("PAYER_LIMIT_REACHED", FailureCode.LIMIT_REACHED),
            Map.entry("PAYEE_LIMIT_REACHED", FailureCode.LIMIT_REACHED),
            Map.entry("APPROVAL_REJECTED", FailureCode.DECLINED_BY_PAYER),
            Map.entry("PAYMENT_NOT_APPROVED", FailureCode.DECLINED_BY_PAYER),
            Map.entry("TRANSACTION_CANCELED", FailureCode.DECLINED_BY_PAYER),
            Map.entry("PAYEE_NOT_ALLOWED_TO_RECEIVE", FailureCode.NOT_ALLOWED),
            Map.entry("NOT_ALLOWED", FailureCode.NOT_ALLOWED),
            Map.entry("SENDER_ACCOUNT_NOT_ACTIVE", FailureCode.NOT_ALLOWED));

    /** Final as the reason of a FAILED status; as the answer to a submission they leave it open whether it arrived. */
    private static final Map<String, FailureCode> OUTCOMES = Map.of(
            "COULD_NOT_PERFORM_TRANSACTION", FailureCode.PAYER_TIMEOUT,
            "INTERNAL_PROCESSING_ERROR", FailureCode.PROVIDER_DECLINED_UNSPECIFIED,
            "SERVICE_UNAVAILABLE", FailureCode.PROVIDER_UNAVAILABLE);

    private MtnCodes() {}

    static boolean isConfiguration(String code) {
        return CONFIGURATION.contains(code);
    }

    /** What this code means as the answer to a submission; empty when it does not prove that nothing moved. */
    static Optional<FailureCode> refusal(String code) {
        return Optional.ofNullable(REFUSALS.get(code));
    }

    /** What this code means as the reason of a FAILED status; empty when MTN has not documented it. */
    static Optional<FailureCode> reason(String code) {
        if (isConfiguration(code)) {
            return Optional.of(FailureCode.CONFIG_ERROR);
        }
        return refusal(code).or(() -> Optional.ofNullable(OUTCOMES.get(code)));
    }
}
