package cm.nkap.providers;

import java.time.Duration;
import java.util.Optional;

/** What a provider says about an earlier request of ours. */
public sealed interface StatusAnswer {
    /** What to keep in the attempt log. */
    Exchange evidence();

    /**
     * Not decided yet.
     *
     * @param word the provider's own word
     * @param familiar false for a word that is not documented: it counts as pending, and somebody should look at it
     */
    record Pending(String word, boolean familiar, Exchange evidence) implements StatusAnswer {
        public Pending {
            word = Redaction.shortened(word, 100);
        }
    }

    /**
     * The money moved.
     *
     * @param providerTransaction the provider's id of the movement, as on its statement
     * @param amount whole XAF as the provider reports it; compare it with what was asked
     * @param currency {@code "XAF"} when it is the currency that we asked in (MTN's sandbox has only EUR, which stands
     *     for it there); otherwise the provider's word, and somebody has to look
     * @param party the payer or payee, if the provider names one
     */
    record Succeeded(
            Optional<String> providerTransaction,
            long amount,
            String currency,
            Optional<Msisdn> party,
            Exchange evidence)
            implements StatusAnswer {
        public Succeeded {
            currency = Redaction.shortened(currency, 20);
        }
    }

    /** The provider says, for our reference, that no money moved and none will. {@code raw} is its own reason. */
    record Failed(FailureCode code, String message, String raw, Exchange evidence) implements StatusAnswer {
        public Failed {
            message = Redaction.shortened(message, 500);
            raw = Redaction.shortened(raw, 100);
        }
    }

    /** The provider says that the time to approve is over and no money moved. {@code raw} is its own reason. */
    record Expired(String raw, Exchange evidence) implements StatusAnswer {}

    /** The provider has no such request. No proof by itself: it also says so while a request is under way. */
    record NotFound(Exchange evidence) implements StatusAnswer {}

    /** No usable answer; nothing is learnt about the money. */
    record Unknown(String reason, Exchange evidence) implements StatusAnswer {
        public Unknown {
            reason = Redaction.shortened(reason, 200);
        }
    }

    /** Not asked, or refused, because of too many questions. Ask again after that long. */
    record Throttled(Duration retryAfter, Exchange evidence) implements StatusAnswer {}
}
