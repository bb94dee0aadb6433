package cm.nkap.payments;

import cm.nkap.providers.Msisdn;
import cm.nkap.providers.PrefixTable;
import cm.nkap.providers.ProviderName;
import cm.nkap.secrets.SecretStore;
import java.time.Duration;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the operations on payments are told by their environment.
 *
 * @param piiKey 32 bytes in base64: numbers are searched under it, and values of before there were data keys opened
 * @param searchKeys further keys that numbers are searched by, {@code 2:base64,3:base64}; docs/privacy.md says how to change them
 * @param searchKeyWritten version of the search key for new numbers; the newest when not said
 * @param providers names of the providers that this installation serves
 * @param simulatorNumbers whether numbers that only simulators know are accepted; false when not said, never true in production
 * @param promptLife how long a payer has to approve; MTN gives about five minutes, the default
 */
public record PaymentsConfig(
        String piiKey,
        @Nullable String searchKeys,
        @Nullable Integer searchKeyWritten,
        List<String> providers,
        @Nullable Boolean simulatorNumbers,
        @Nullable Duration promptLife) {
    private static final Duration MTN_PROMPT_LIFE = Duration.ofMinutes(5);

    /** How long a payer has to approve. */
    public Duration promptLasts() {
        return promptLife == null ? MTN_PROMPT_LIFE : promptLife;
    }

    /** Seals personal data under data keys that the store wraps; the first one is fetched meanwhile. */
    public PersonalData personalData(SecretStore store) {
        byte[] root = Base64.getDecoder().decode(piiKey);
        PersonalData data = new PersonalData(root, store, SearchKeys.of(root, searchKeys, searchKeyWritten));
        data.prepare();
        return data;
    }

    public WalletRouting routing() {
        Set<ProviderName> served = EnumSet.noneOf(ProviderName.class);
        for (String name : providers) {
            served.add(ProviderName.of(name)
                    .orElseThrow(() -> new IllegalArgumentException("NKAP_PROVIDERS names no provider: " + name)));
        }
        return new WalletRouting(
                PrefixTable.bundled(),
                served,
                Boolean.TRUE.equals(simulatorNumbers) ? Msisdn.Rules.SIMULATOR : Msisdn.Rules.CAMEROON);
    }

    @Override
    public String toString() {
        return "PaymentsConfig[providers=" + providers + ", simulatorNumbers=" + simulatorNumbers + ", promptLife="
                + promptLife + "]";
    }
}
