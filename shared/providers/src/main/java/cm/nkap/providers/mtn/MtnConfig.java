package cm.nkap.providers.mtn;

import cm.nkap.providers.Operation;
import java.net.URI;
import java.time.Duration;

/**
 * How to reach MTN. The text form shows no secret.
 *
 * @param baseUrl {@code https://sandbox.momodeveloper.mtn.com}, {@code https://proxy.momoapi.mtn.com} or a simulator
 * @param targetEnvironment {@code sandbox} or {@code mtncameroon}
 * @param currency what MTN calls our franc there: {@code EUR} in its sandbox, {@code XAF} in production
 * @param connectTimeout for the connection alone
 * @param readTimeout from the first byte sent to the last byte of the answer
 */
public record MtnConfig(
        URI baseUrl,
        String targetEnvironment,
        String currency,
        Credentials collection,
        Credentials disbursement,
        Duration connectTimeout,
        Duration readTimeout) {
    public static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);
    public static final Duration READ_TIMEOUT = Duration.ofSeconds(20);

    public MtnConfig {
        if (!"https".equals(baseUrl.getScheme()) && !"http".equals(baseUrl.getScheme())) {
            throw new IllegalArgumentException("MTN's base URL must be http or https");
        }
        if (targetEnvironment.isBlank() || !currency.matches("[A-Z]{3}")) {
            throw new IllegalArgumentException("MTN's target environment and currency must be set");
        }
        if (!connectTimeout.isPositive() || !readTimeout.isPositive()) {
            throw new IllegalArgumentException("MTN's timeouts must be above zero");
        }
    }

    /** With the usual timeouts. */
    public static MtnConfig of(
            URI baseUrl, String targetEnvironment, String currency, Credentials collection, Credentials disbursement) {
        return new MtnConfig(
                baseUrl, targetEnvironment, currency, collection, disbursement, CONNECT_TIMEOUT, READ_TIMEOUT);
    }

    Credentials credentials(Operation product) {
        return switch (product) {
            case COLLECTION -> collection;
            case DISBURSEMENT -> disbursement;
        };
    }

    /** One product's keys. The user may differ per product: the sandbox binds it to the subscription key that made it. */
    public record Credentials(String subscriptionKey, String apiUser, String apiKey) {
        public Credentials {
            if (subscriptionKey.isBlank() || apiUser.isBlank() || apiKey.isBlank()) {
                throw new IllegalArgumentException("MTN's subscription key, API user and API key must be set");
            }
        }

        @Override
        public String toString() {
            return "Credentials[…]";
        }
    }
}
