package cm.nkap.local;

import cm.nkap.providermock.mtn.MtnConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The settings that the functions find instead of an environment. */
final class LocalSettings {
    private static final int USUAL_PORT = 8080;

    /** What {@code .dev/env} of an earlier run may have left in the shell, and the port that was chosen already. */
    private static final Set<String> EXPORTED = Set.of(
            "NKAP_URL",
            "NKAP_PROVIDER_MOCK_URL",
            "NKAP_EVENT_SECRET",
            "NKAP_MERCHANT",
            "NKAP_MERCHANT2",
            "NKAP_DEV_SERVERS",
            "NKAP_DEV_TELEMETRY",
            "NKAP_TELEMETRY_URL",
            "NKAP_KEYCLOAK_URL",
            "NKAP_DEV_KEYCLOAK",
            "NKAP_PORT");

    private final Map<String, String> all = new HashMap<>();
    private final int port;
    private String telemetryUrl = "";

    LocalSettings(int port) {
        this.port = port;
        all.put("NKAP_PORT", Integer.toString(port));
        all.put("NKAP_PUBLIC_URL", url());
        all.put("NKAP_EVENTS", "in-process");
        // One pool for all functions together.
        all.put("NKAP_DATABASE_POOL", "16");
        // Far above what this machine can do: a load run is one client.
        for (String budget : List.of("CLIENT_READS", "CLIENT_MONEY", "ORG_READS", "ORG_MONEY")) {
            all.put("NKAP_LIMIT_" + budget, "10000");
        }
        // The tokens of .dev/env were logged in once, when they were made.
        all.put("NKAP_STEP_UP_AGE", "30d");
        // A developer who wipes NATS wants to see the recovery, not to wait for it.
        all.put("NKAP_SWEEP_UNCONSUMED_AFTER", "20s");
    }

    /** The port that somebody asked for, or the usual one. */
    static int port(Map<String, String> given) {
        return Integer.parseInt(given.getOrDefault("NKAP_PORT", Integer.toString(USUAL_PORT)));
    }

    void servers(Servers servers) {
        all.put("DATABASE_URL", servers.database());
        all.put("DATABASE_USER", Servers.USER);
        all.put("DATABASE_PASSWORD", servers.password());
        all.put("REDIS_URL", servers.redis());
        all.put("NATS_URL", servers.nats());
    }

    /** Whose tokens the functions believe, and whom they ask for decisions. */
    void identity(Map<String, String> settings) {
        all.putAll(settings);
    }

    void provider(String mockUrl) {
        MtnConfig mtn = MtnConfig.usual();
        all.put("NKAP_PROVIDERS", "mtn");
        all.put("NKAP_SIMULATOR_NUMBERS", "true");
        all.put("NKAP_MTN_URL", mockUrl + "/mtn");
        all.put("NKAP_MTN_ENVIRONMENT", mtn.targetEnvironment());
        all.put("NKAP_MTN_CURRENCY", mtn.currency());
        all.put("NKAP_MTN_API_USER", mtn.apiUser());
        all.put("NKAP_MTN_API_KEY", mtn.apiKey());
        all.put("NKAP_MTN_COLLECTION_KEY", mtn.collectionKey());
        all.put("NKAP_MTN_DISBURSEMENT_KEY", mtn.disbursementKey());
        // The simulator knows no such limit unless it is told to.
        all.put("NKAP_STATUSES_PER_SECOND", "0");
    }

    void secrets(String piiKey, String eventSecret) {
        all.put("NKAP_PII_KEY", piiKey);
        all.put("NKAP_EVENT_SECRET", eventSecret);
    }

    /** Unless the telemetry goes elsewhere or nowhere. */
    static boolean wantsOwnTelemetry(Map<String, String> given) {
        return given.getOrDefault("OTEL_EXPORTER_OTLP_ENDPOINT", "").isEmpty()
                && !given.getOrDefault("NKAP_DEV_TELEMETRY", "").equals("off");
    }

    /** Soon, so that a developer sees what he has just done; the log is a file already. */
    void telemetry(String url) {
        telemetryUrl = url;
        all.put("OTEL_EXPORTER_OTLP_ENDPOINT", url);
        all.put("OTEL_METRIC_EXPORT_INTERVAL", "5000");
        all.put("OTEL_BSP_SCHEDULE_DELAY", "500");
        all.put("OTEL_LOGS_EXPORTER", "none");
    }

    /** Empty when the telemetry goes elsewhere. */
    String telemetryUrl() {
        return telemetryUrl;
    }

    /** Settings that the developer gave win; those of a Vault turn from secrets kept here to secrets kept there. */
    void overridden(Map<String, String> given) {
        given.forEach((name, value) -> {
            boolean isMeant = name.startsWith("NKAP_")
                    || (!value.isEmpty() && (name.startsWith("OTEL_") || name.startsWith("VAULT_")));
            if (isMeant && !name.endsWith("_TOKEN") && !EXPORTED.contains(name)) {
                all.put(name, value);
            }
        });
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    Map<String, String> all() {
        return Map.copyOf(all);
    }
}
