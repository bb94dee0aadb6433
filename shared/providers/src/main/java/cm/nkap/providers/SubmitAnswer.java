package cm.nkap.providers;

import java.time.Duration;

/**
 * What came of handing a request to a provider.
 *
 * <p>{@link Refused}, {@link Misconfigured}, {@link NotSent} and {@link Throttled} prove only that <em>this</em> try
 * moved nothing. When an earlier try under the same reference may have arrived, judge by {@link #afterDoubt()}.
 */
public sealed interface SubmitAnswer {
    /** What to keep in the attempt log. */
    Exchange evidence();

    /** The provider queued it. Money has not moved yet; ask for the status. */
    record Accepted(Exchange evidence) implements SubmitAnswer {}

    /** The provider has this reference already: an earlier try arrived. Ask for the status. */
    record AlreadyKnown(Exchange evidence) implements SubmitAnswer {}

    /** A documented refusal of this request: it moved nothing and never will. */
    record Refused(FailureCode code, String message, Exchange evidence) implements SubmitAnswer {
        public Refused {
            message = Redaction.shortened(message, 500);
        }
    }

    /** No byte of the request left us: connection refused, no token to be had, circuit open, bulkhead full. */
    record NotSent(String reason, Exchange evidence) implements SubmitAnswer {}

    /** It may or may not have arrived: timeout, reset, 5xx without a decisive code, unreadable body. Never a failure. */
    record Unknown(String reason, Exchange evidence) implements SubmitAnswer {
        public Unknown {
            reason = Redaction.shortened(reason, 200);
        }
    }

    /** The provider refuses us, not the payment; nothing moved. Page the operator, another try will not help. */
    record Misconfigured(String code, Exchange evidence) implements SubmitAnswer {
        public Misconfigured {
            code = Redaction.shortened(code, 100);
        }
    }

    /** Too many requests; nothing moved. Try again after that long. */
    record Throttled(Duration retryAfter, Exchange evidence) implements SubmitAnswer {}

    /**
     * The same answer as it counts when an earlier try under this reference ended as {@link Unknown}: a refusal of the
     * second try says nothing about the first, so it becomes {@link Unknown} and the status decides.
     */
    default SubmitAnswer afterDoubt() {
        return switch (this) {
            case Accepted accepted -> accepted;
            case AlreadyKnown known -> known;
            case Unknown unknown -> unknown;
            case Refused refused ->
                new Unknown("earlier try in doubt, then " + refused.code().text(), evidence());
            case NotSent notSent -> new Unknown("earlier try in doubt, then not sent: " + notSent.reason(), evidence());
            case Misconfigured wrong -> new Unknown("earlier try in doubt, then " + wrong.code(), evidence());
            case Throttled throttled -> new Unknown("earlier try in doubt, then throttled", throttled.evidence());
        };
    }
}
