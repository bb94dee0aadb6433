package cm.nkap.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.local.Repository;
import cm.nkap.local.telemetry.TelemetryServer;
import cm.nkap.local.watch.Queries;
import cm.nkap.testing.Until;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the whole system really measures while it works, and that everything built on it asks for what is there. */
class MetricsIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Pattern SAMPLE = Pattern.compile("(?m)^([a-zA-Z_:][a-zA-Z0-9_:]*)\\{(.*)} (\\S+)$");
    private static final Pattern LABEL = Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final TelemetryServer TELEMETRY = TelemetryServer.start(0);
    private static final NkapSystem NKAP = NkapSystem.start(Map.of(
            "OTEL_EXPORTER_OTLP_ENDPOINT", TELEMETRY.url(),
            "OTEL_METRIC_EXPORT_INTERVAL", "300",
            "OTEL_BSP_SCHEDULE_DELAY", "300",
            "OTEL_LOGS_EXPORTER", "none",
            "NKAP_FIGURES_PERIOD", "100ms",
            "NKAP_STATUSES_PER_SECOND", "200",
            "NKAP_FLOAT_LOW", "mtn=1000000"));
    private static Shop shop;
    private static String paid;

    @BeforeAll
    static void work() {
        shop = NKAP.shopPaidOutTo(Shop.somebody());
        paid = shop.charge(10_000, Shop.somebody());
        shop.ended(paid);
        shop.ended(shop.payoutOf(paid));
        shop.ended(shop.charge(2_500, "237670000002"));
        shop.api.post("/v1/charges", Map.of("amount", -1));
        shop.api.get("/v1/charges/ch_nobody");
        shop.api.get("/v1/exceptions");
        NKAP.audit.everyEventIsConsumed();
        Until.holds(
                LIMIT,
                "all of it was exported",
                () -> value("nkap_payment_amount_total", "operation=\"payout\"") > 0
                        && value("nkap_operation_outcomes_total", "outcome=\"forbidden\"") > 0
                        && value("nkap_payment_outcomes_total", "outcome=\"failed\"") > 0
                        && value("nkap_ledger_check_runs_total", "check=\"totals\"") > 0
                        && value("nkap_float_balance", "provider=\"mtn\"") == Surroundings.OPENING + 10_000 - 9_850);
    }

    @AfterAll
    static void stop() {
        NKAP.close();
        TELEMETRY.close();
    }

    @Test
    void dashboardsAndAlertsAskForWhatIsMeasured() {
        assertThat(Queries.wrong(labels())).isEmpty();
    }

    @Test
    void everyMetricIsInTheTableAndTheTableHasNoOther() {
        Map<String, String> documented = new TreeMap<>();
        Pattern.compile("(?m)^\\| `([a-z._]+)` \\| `([a-z_]+)` \\|")
                .matcher(Repository.text("docs/telemetry.md"))
                .results()
                .forEach(row -> documented.put(row.group(2), row.group(1)));

        assertThat(documented.keySet()).as("names in docs/telemetry.md").containsAll(families());
        // What counts only when something rare happens is not measured here, but somewhere its name must stand in code.
        documented.keySet().removeAll(families());
        String code = String.join(
                "",
                Repository.files(".java").stream()
                        .filter(file -> file.contains("src/main"))
                        .map(Repository::text)
                        .toList());
        assertThat(documented.values()).allMatch(name -> code.contains('"' + name + '"'));
    }

    @Test
    void countsWhatHappened() {
        assertThat(value("nkap_payment_outcomes_total", "operation=\"charge\"", "outcome=\"created\""))
                .isEqualTo(2);
        assertThat(value("nkap_payment_outcomes_total", "outcome=\"failed\"", "code=\"insufficient_balance\""))
                .isEqualTo(1);
        assertThat(value("nkap_payment_amount_total", "operation=\"charge\"")).isEqualTo(10_000);
        assertThat(value("nkap_payment_amount_total", "operation=\"payout\"")).isEqualTo(9_850);
        assertThat(value("nkap_operation_outcomes_total", "operation=\"createCharge\"", "outcome=\"invalid_request\""))
                .isEqualTo(1);
        assertThat(value(
                        "http_server_request_duration_seconds_count",
                        "http_route=\"/v1/charges\"",
                        "status_code=\"201\""))
                .isEqualTo(2);
        assertThat(value("nkap_float_low_water", "provider=\"mtn\"")).isEqualTo(1_000_000);
        assertThat(value("nkap_provider_circuit_state", "provider=\"mtn\"")).isZero();
        assertThat(value("nkap_nats_connected", "client=\"nkap\"")).isEqualTo(1);
        assertThat(value("nkap_dead_letters_waiting")).isZero();
    }

    /** Everything that grows with the business would make a series for each customer. */
    @Test
    void noAttributeNamesAnybodyOrAnyPayment() {
        Pattern forbidden = Pattern.compile(
                "(ch|po|ev|pr|at|cb|jn|mer|req|ex)_[0-9a-z]{10,}|6[0-9]{8}|" + shop.org + "|[0-9a-f]{16,}|[0-9]{9,}");

        Map<String, Set<String>> values = new TreeMap<>();
        LABEL.matcher(TELEMETRY.metrics())
                .results()
                .filter(label -> !label.group(1).equals("le"))
                .forEach(label -> values.computeIfAbsent(label.group(1), made -> new TreeSet<>())
                        .add(label.group(2)));

        assertThat(values).containsKeys("http_route", "provider", "function", "outcome");
        assertThat(values).allSatisfy((label, all) -> {
            assertThat(all)
                    .as(label)
                    .noneMatch(value -> forbidden.matcher(value).find());
            assertThat(all).as(label).hasSizeLessThan(60);
        });
        assertThat(values.get("http_route")).contains("/v1/charges/{id}").noneMatch(route -> route.contains("nobody"));
    }

    @Test
    void slowPointsLeadToTheirTraces() {
        Until.holds(
                LIMIT,
                "an example whose trace is here",
                () -> TELEMETRY.examples("http_server_request_duration_seconds").stream()
                        .anyMatch(TELEMETRY::hasTrace));
        assertThat(TELEMETRY.examples("nkap_event_handling_duration_seconds")).isNotEmpty();
    }

    @Test
    void aChargesWaterfallShowsItsSteps() {
        Until.holds(LIMIT, "the whole trace of " + paid, () -> waterfall()
                .contains("process nkap.provider.disbursement.succeeded"));

        assertThat(waterfall())
                .contains(
                        "POST /v1/charges",
                        "transaction",
                        "INSERT events.outbox",
                        "publish nkap.charge.created",
                        "process nkap.charge.created",
                        "mtn collect",
                        "process nkap.provider.collection.succeeded",
                        "mtn disburse")
                .doesNotContain("2376");
    }

    private static String waterfall() {
        return Api.send(HttpRequest.newBuilder(URI.create(TELEMETRY.url() + "/dev/traces/" + paid + "?as=text"))
                        .build())
                .raw()
                .body();
    }

    private static double value(String name, String... labels) {
        return SAMPLE.matcher(TELEMETRY.metrics())
                .results()
                .filter(sample -> sample.group(1).equals(name)
                        && List.of(labels).stream()
                                .allMatch(label -> sample.group(2).contains(label)))
                .mapToDouble(sample -> Double.parseDouble(sample.group(3)))
                .sum();
    }

    private static Map<String, Set<String>> labels() {
        Map<String, Set<String>> known = new HashMap<>();
        SAMPLE.matcher(TELEMETRY.metrics()).results().forEach(sample -> {
            Set<String> labels = known.computeIfAbsent(sample.group(1), made -> new TreeSet<>());
            LABEL.matcher(sample.group(2)).results().forEach(label -> labels.add(label.group(1)));
        });
        return known;
    }

    /** Ours; what OpenTelemetry's own parts say about themselves changes with its versions. */
    private static Set<String> families() {
        Set<String> families = new TreeSet<>();
        Pattern.compile("(?m)^# TYPE ((?:nkap|http|db|jvm)_\\S+) ")
                .matcher(TELEMETRY.metrics())
                .results()
                .forEach(family -> families.add(family.group(1)));
        return families;
    }
}
