package cm.nkap.providermock.mtn;

import org.jspecify.annotations.Nullable;

/**
 * Who may call the simulator and from where. One API user serves both products, as in production; each product has its
 * own subscription key.
 *
 * @param callbackHost when given, the only host that X-Callback-Url may name (a provisioned API user brings its own)
 */
public record MtnConfig(
        String apiUser,
        String apiKey,
        String collectionKey,
        String disbursementKey,
        String targetEnvironment,
        String currency,
        @Nullable String callbackHost) {

    /** Known to everybody, worth nothing: the simulator listens on this machine only. */
    public static MtnConfig usual() {
        return new MtnConfig(
                "6f1b6d3e-5c0a-4a55-9d3c-0c6f6f0a7e01",
                "0123456789abcdef0123456789abcdef",
                "mock-collection-key",
                "mock-disbursement-key",
                "mtncameroon",
                "XAF",
                null);
    }

    public MtnConfig withCallbackHost(@Nullable String host) {
        return new MtnConfig(apiUser, apiKey, collectionKey, disbursementKey, targetEnvironment, currency, host);
    }

    public MtnConfig withEnvironment(String environment, String currencyThere) {
        return new MtnConfig(apiUser, apiKey, collectionKey, disbursementKey, environment, currencyThere, callbackHost);
    }

    String keyOf(Product product) {
        return switch (product) {
            case COLLECTION -> collectionKey;
            case DISBURSEMENT -> disbursementKey;
        };
    }
}
