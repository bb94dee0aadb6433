package cm.nkap.payments;

import cm.nkap.providers.Msisdn;
import cm.nkap.providers.PrefixTable;
import cm.nkap.providers.ProviderName;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which provider a wallet is asked through. A provider named by the caller wins: numbers are portable in Cameroon. */
public final class WalletRouting {
    private final PrefixTable prefixes;
    private final Set<ProviderName> served;
    private final Msisdn.Rules rules;

    /** @param served the providers that this installation has an adapter for */
    public WalletRouting(PrefixTable prefixes, Set<ProviderName> served, Msisdn.Rules rules) {
        this.prefixes = prefixes;
        this.served = Set.copyOf(served);
        this.rules = rules;
    }

    /** Where a wallet belongs. */
    public sealed interface Route {
        /** Ask this provider. */
        record To(ProviderName provider) implements Route {}

        /** The caller has to say which; the text names the candidates. */
        record Ambiguous(String candidates) implements Route {}

        /** Nkap has no adapter for it; the text says what it has. */
        record Unsupported(String served) implements Route {}
    }

    /** The number as people write it; empty when it is no mobile number of Cameroon. */
    public Optional<Msisdn> number(String written) {
        return Msisdn.parse(written, rules);
    }

    /** @param named the provider that the caller named, if any */
    public Route route(Msisdn number, @Nullable String named) {
        if (named != null) {
            return ProviderName.of(named).map(this::serving).orElseGet(this::unsupported);
        }
        return switch (prefixes.lookup(number)) {
            case PrefixTable.Guess.Known known -> serving(known.provider());
            case PrefixTable.Guess.Ambiguous ambiguous -> new Route.Ambiguous(names(ambiguous.candidates()));
            case PrefixTable.Guess.Unknown _ -> simulated(number) ? serving(ProviderName.MTN) : unsupported();
        };
    }

    private Route serving(ProviderName provider) {
        return served.contains(provider) ? new Route.To(provider) : unsupported();
    }

    private Route unsupported() {
        return new Route.Unsupported(names(served));
    }

    /** Numbers that only MTN's simulator knows; no subscriber has one. */
    private boolean simulated(Msisdn number) {
        return rules == Msisdn.Rules.SIMULATOR && Msisdn.parse(number.digits()).isEmpty();
    }

    private static String names(Set<ProviderName> providers) {
        return providers.stream().map(ProviderName::text).sorted().collect(Collectors.joining(", "));
    }
}
