package cm.nkap.providermock.mtn;

import cm.nkap.providermock.books.Order;
import java.util.Map;
import java.util.Objects;

/** A refund behaves as its payer's number says, or as one of MTN's test values of {@code referenceIdToRefund} says. */
final class Refunds {
    static final Map<String, Behaviour> TEST_VALUES = Map.ofEntries(
            Map.entry("1", Behaviour.failsAtOnce("RESOURCE_NOT_FOUND")),
            Map.entry("2", Behaviour.failsAtOnce("INTERNAL_PROCESSING_ERROR")),
            Map.entry("3", Behaviour.failsAtOnce("APPROVAL_REJECTED")),
            Map.entry("4", Behaviour.failsAtOnce("EXPIRED")),
            Map.entry("5", Behaviour.ends(new Behaviour.Ending.StaysPending())),
            Map.entry("7", Behaviour.refused(500, "NOT_ALLOWED")),
            Map.entry("8", Behaviour.refused(500, "NOT_ALLOWED_TARGET_ENVIRONMENT")),
            Map.entry("9", Behaviour.refused(500, "INVALID_CALLBACK_URL_HOST")),
            Map.entry("10", Behaviour.refused(500, "INVALID_CURRENCY")),
            Map.entry("11", Behaviour.fails("INTERNAL_PROCESSING_ERROR")),
            Map.entry("12", Behaviour.refused(503, "SERVICE_UNAVAILABLE")),
            Map.entry("13", Behaviour.fails("COULD_NOT_PERFORM_TRANSACTION")));
    static final String NOBODY = "unknown";

    private Refunds() {}

    static Behaviour behaviourOf(Order refund) {
        Behaviour test = TEST_VALUES.get(Objects.requireNonNullElse(refund.refundOf(), ""));
        if (test != null) {
            return test;
        }
        return refund.msisdn().equals(NOBODY)
                ? Behaviour.failsAtOnce("RESOURCE_NOT_FOUND")
                : Numbers.of(refund.kind(), refund.msisdn());
    }
}
