package cm.nkap.providergateway;

import cm.nkap.payments.PersonalData;
import cm.nkap.providers.Exchange;
import cm.nkap.secrets.SecretsFailure;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a provider said, in two forms: whole and sealed as evidence, since it may name the payer, and as the few words that
 * everybody may read, which are codes of the provider's and cannot name anybody.
 */
final class Words {
    private static final Logger LOG = LoggerFactory.getLogger(Words.class);
    private static final Pattern CODES =
            Pattern.compile("\"(code|status|reason|statusCode|error)\"\\s*:\\s*\"?([A-Z0-9_]{1,60})\"?\\s*[,}]");

    private final PersonalData personalData;

    Words(PersonalData personalData) {
        this.personalData = personalData;
    }

    /** The codes of an answer, or what broke before there was one; null when there is nothing to say. */
    static @Nullable String harmless(Exchange evidence) {
        if (!evidence.error().isEmpty()) {
            return evidence.error();
        }
        if (evidence.excerpt().isEmpty()) {
            return null;
        }
        List<String> codes = new ArrayList<>();
        Matcher code = CODES.matcher(evidence.excerpt());
        while (code.find()) {
            codes.add(code.group(1) + "=" + code.group(2));
        }
        return codes.isEmpty() ? evidence.excerpt().length() + " characters, sealed" : String.join(" ", codes);
    }

    /** Null when there was no answer, or no key to seal with: the outcome of a payment is worth more than its evidence. */
    byte @Nullable [] sealed(Exchange evidence, String attempt) {
        if (evidence.excerpt().isEmpty()) {
            return null;
        }
        try {
            return personalData.seal(evidence.excerpt().getBytes(StandardCharsets.UTF_8), attempt);
        } catch (SecretsFailure e) {
            LOG.warn("msg=evidence_not_kept attempt={} reason={}", attempt, e.toString());
            return null;
        }
    }
}
