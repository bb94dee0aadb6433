package cm.nkap.providermock;

import cm.nkap.providermock.mtn.MtnConfig;
import cm.nkap.providermock.mtn.Settings;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the simulators start.
 *
 * @param port 0 takes a free one; always on the loopback address
 * @param opening what MTN's merchant wallet holds when its books are new, whole XAF
 * @param collectionFeeBasisPoints MTN's fee on collections in 1/10000
 * @param dataDirectory where the books are kept over a restart, or null for memory only
 */
public record ProviderMockConfig(
        int port,
        long opening,
        int collectionFeeBasisPoints,
        @Nullable Path dataDirectory,
        MtnConfig mtn,
        Settings settings) {

    public static ProviderMockConfig usual() {
        return new ProviderMockConfig(0, 0, 0, null, MtnConfig.usual(), Settings.usual());
    }

    public ProviderMockConfig withPort(int newPort) {
        return new ProviderMockConfig(newPort, opening, collectionFeeBasisPoints, dataDirectory, mtn, settings);
    }

    public ProviderMockConfig withOpening(long amount) {
        return new ProviderMockConfig(port, amount, collectionFeeBasisPoints, dataDirectory, mtn, settings);
    }

    public ProviderMockConfig withCollectionFeeBasisPoints(int basisPoints) {
        return new ProviderMockConfig(port, opening, basisPoints, dataDirectory, mtn, settings);
    }

    public ProviderMockConfig withDataDirectory(Path directory) {
        return new ProviderMockConfig(port, opening, collectionFeeBasisPoints, directory, mtn, settings);
    }

    public ProviderMockConfig withMtn(MtnConfig newMtn) {
        return new ProviderMockConfig(port, opening, collectionFeeBasisPoints, dataDirectory, newMtn, settings);
    }

    public ProviderMockConfig withSettings(Settings newSettings) {
        return new ProviderMockConfig(port, opening, collectionFeeBasisPoints, dataDirectory, mtn, newSettings);
    }

    /** The settings of a simulator that runs alone; what is not given stays usual. */
    static ProviderMockConfig of(Map<String, String> environment) {
        MtnConfig usual = MtnConfig.usual();
        MtnConfig mtn = new MtnConfig(
                environment.getOrDefault("NKAP_MOCK_MTN_API_USER", usual.apiUser()),
                environment.getOrDefault("NKAP_MOCK_MTN_API_KEY", usual.apiKey()),
                environment.getOrDefault("NKAP_MOCK_MTN_COLLECTION_KEY", usual.collectionKey()),
                environment.getOrDefault("NKAP_MOCK_MTN_DISBURSEMENT_KEY", usual.disbursementKey()),
                environment.getOrDefault("NKAP_MOCK_MTN_ENVIRONMENT", usual.targetEnvironment()),
                environment.getOrDefault("NKAP_MOCK_MTN_CURRENCY", usual.currency()),
                environment.get("NKAP_MOCK_MTN_CALLBACK_HOST"));
        String directory = environment.get("NKAP_MOCK_DATA");
        return new ProviderMockConfig(
                Integer.parseInt(environment.getOrDefault("NKAP_MOCK_PORT", "8089")),
                Long.parseLong(environment.getOrDefault("NKAP_MOCK_MTN_OPENING", "0")),
                Integer.parseInt(environment.getOrDefault("NKAP_MOCK_MTN_FEE_BASIS_POINTS", "0")),
                directory == null ? null : Path.of(directory),
                mtn,
                Settings.usual());
    }
}
