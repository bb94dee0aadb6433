package cm.nkap.providergateway;

import cm.nkap.function.Setting;
import cm.nkap.providers.mtn.MtnConfig;
import java.net.URI;
import java.time.Duration;

/** MTN's address and keys, as the environment gives them. */
record MtnSettings(
        @Setting(env = "NKAP_MTN_URL") URI url,

        @Setting(env = "NKAP_MTN_ENVIRONMENT", orElse = "mtncameroon")
        String environment,

        @Setting(env = "NKAP_MTN_CURRENCY", orElse = "XAF") String currency,
        @Setting(env = "NKAP_MTN_API_USER", secret = true) String apiUser,
        @Setting(env = "NKAP_MTN_API_KEY", secret = true) String apiKey,

        @Setting(env = "NKAP_MTN_COLLECTION_KEY", secret = true)
        String collectionKey,

        @Setting(env = "NKAP_MTN_DISBURSEMENT_KEY", secret = true)
        String disbursementKey,

        @Setting(env = "NKAP_MTN_READ_TIMEOUT", orElse = "20s")
        Duration readTimeout) {

    MtnConfig config() {
        return new MtnConfig(
                url,
                environment,
                currency,
                new MtnConfig.Credentials(collectionKey, apiUser, apiKey),
                new MtnConfig.Credentials(disbursementKey, apiUser, apiKey),
                MtnConfig.CONNECT_TIMEOUT,
                readTimeout);
    }
}
