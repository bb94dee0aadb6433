package cm.nkap.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.testing.AtExit;
import cm.nkap.testing.OtlpReceiver;
import cm.nkap.testing.Until;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each function as a process of its own from its own jar, the dispatcher between them by HTTP, as in a cluster. */
class ProcessesIT {
    private static final List<String> FUNCTIONS =
            List.of("create-charge", "provider-gateway", "provider-callback", "payout", "sweep", "query", "accounts");
    private static final OtlpReceiver RECEIVER = OtlpReceiver.start();
    private static final Surroundings SURROUNDINGS = new Surroundings(Surroundings.OPENING);
    private static final Audit AUDIT = new Audit(SURROUNDINGS);
    private static final Map<String, Program> PROGRAMS = new LinkedHashMap<>();
    private static final Doors DOORS =
            (method, path) -> program(serving(method, path)).url();

    private static @Nullable SweepTimer timer;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private static Path logs = Path.of(".");

    @BeforeAll
    static void start() {
        Map<String, Integer> ports =
                FUNCTIONS.stream().collect(Collectors.toMap(function -> function, function -> Surroundings.freePort()));
        for (String function : FUNCTIONS) {
            Map<String, String> settings = SURROUNDINGS.settings(port(ports, function));
            settings.put("NKAP_PUBLIC_URL", url(ports, "provider-callback"));
            settings.put("NKAP_EVENTS", "http");
            settings.put("NKAP_DATABASE_POOL", "6");
            settings.put("NKAP_LOG_FORMAT", "json");
            settings.put("OTEL_EXPORTER_OTLP_ENDPOINT", RECEIVER.endpoint().toString());
            settings.put("OTEL_BSP_SCHEDULE_DELAY", "200");
            PROGRAMS.put(
                    function,
                    new Program("functions/" + function, "cm.nkap.function.FunctionApplication", settings, logs));
        }
        Map<String, String> dispatcher = new HashMap<>(SURROUNDINGS.settings(0));
        dispatcher.put(
                "NKAP_FUNCTION_URLS",
                FUNCTIONS.stream()
                        .map(function -> function + "=" + url(ports, function))
                        .collect(Collectors.joining(",")));
        PROGRAMS.put("dispatcher", new Program("events", "cm.nkap.events.DispatcherMain", dispatcher, logs));
        PROGRAMS.values().forEach(program -> {
            AtExit.then(program::close);
            program.start();
        });
        FUNCTIONS.forEach(function -> program(function).awaitReady());
        timer = new SweepTimer(program("sweep").url());
    }

    @AfterAll
    static void stop() {
        if (timer != null) {
            timer.close();
        }
        PROGRAMS.values().forEach(Program::close);
        SURROUNDINGS.close();
        RECEIVER.close();
    }

    @AfterEach
    void theBooksAgree() {
        AUDIT.passes();
    }

    @Test
    void aPaidChargePaysItsMerchantOutThroughAllOfThem() throws IOException {
        String wallet = Shop.somebody();
        Shop shop = Shop.paidOutTo(wallet, SURROUNDINGS, DOORS);

        String charge = shop.charge(10_000, Shop.somebody());

        assertThat(shop.ended(charge).path("status").asString()).isEqualTo("succeeded");
        assertThat(shop.ended(shop.payoutOf(charge)).path("status").asString()).isEqualTo("succeeded");
        assertThat(SURROUNDINGS.simulator.books().wallet(wallet).received()).isEqualTo(9_850);
        Until.holds(
                Shop.LIMIT,
                "the provider's callback came to its own process",
                () -> shop.trace(charge).path("callbacks").size() == 1);
        assertThat(shop.trace(charge).path("trace_ids").size()).isOne();
        AUDIT.everyEventIsConsumed();
        String trace = shop.trace(charge).at("/trace_ids/0").asString();
        assertThat(Chain.whole(RECEIVER, trace, Chain.PAID_OUT).services())
                .contains("create-charge", "provider-gateway", "provider-callback", "payout");
        assertThat(Files.readAllLines(logs.resolve("create-charge.log")))
                .filteredOn(line -> line.contains("\"trace_id\":\"" + trace + "\""))
                .isNotEmpty()
                .allMatch(line -> line.startsWith("{\"ts\":") && line.endsWith("}"));
    }

    @ParameterizedTest
    @CsvSource({
        "237670000001, failed, declined_by_payer",
        "237670000002, failed, insufficient_balance",
        "237670000003, failed, payer_not_found",
        "237670000004, expired, payer_timeout",
        "237670000023, failed, declined_by_payer"
    })
    void aRefusalEndsTheCharge(String payer, String status, String code) {
        Shop shop = Shop.open(SURROUNDINGS, DOORS);

        var ended = shop.ended(shop.charge(2_500, payer));

        assertThat(ended.path("status").asString()).isEqualTo(status);
        assertThat(ended.at("/failure/code").asString()).isEqualTo(code);
    }

    /** Cut off after it was taken, refused twice, no callback, an early and a lying callback. */
    @ParameterizedTest
    @ValueSource(strings = {"237670000010", "237670000014", "237670000020", "237670000021", "237670000027"})
    void anUnclearOutcomeCountsOnce(String payer) {
        Shop shop = Shop.paidOutTo(Shop.somebody(), SURROUNDINGS, DOORS);

        String charge = shop.charge(4_000, payer);

        assertThat(shop.ended(charge).path("status").asString()).isEqualTo("succeeded");
        assertThat(SURROUNDINGS.simulator.paidFor(charge)).hasSize(1);
        assertThat(shop.ended(shop.payoutOf(charge)).path("status").asString()).isEqualTo("succeeded");
    }

    @Test
    void aPayoutThatFailedIsGivenBackExactly() {
        Shop shop = Shop.paidOutTo("237670000001", SURROUNDINGS, DOORS);

        String payout = shop.payoutOf(shop.charge(20_000, Shop.somebody()));

        assertThat(shop.ended(payout).path("status").asString()).isEqualTo("failed");
        assertThat(shop.journals(payout)).containsExactly("payout.requested", "payout.reversed");
        assertThat(shop.balance()).isEqualTo(19_700);
    }

    /** Each function in turn, and the dispatcher, is killed while charges come in. */
    @ParameterizedTest
    @ValueSource(strings = {"provider-gateway", "provider-callback", "payout", "sweep", "dispatcher"})
    void whoeverIsAwayFindsItsWorkWhenItIsBack(String away) {
        Shop shop = Shop.paidOutTo(Shop.somebody(), SURROUNDINGS, DOORS);
        shop.ended(shop.payoutOf(shop.charge(1_000, Shop.somebody())));
        List<String> charges;

        program(away).kill();
        charges = List.of(shop.charge(1_001, Shop.somebody()), shop.charge(1_002, Shop.somebody()));
        program(away).start();

        for (String charge : charges) {
            assertThat(shop.ended(charge).path("status").asString()).isEqualTo("succeeded");
            assertThat(shop.ended(shop.payoutOf(charge)).path("status").asString())
                    .isEqualTo("succeeded");
        }
    }

    @Test
    void noFunctionHasAnotherOnItsClassPath() {
        for (String function : FUNCTIONS) {
            List<String> others = FUNCTIONS.stream()
                    .filter(other -> !other.equals(function))
                    .filter(other -> Program.classPath("functions/" + function).stream()
                            .anyMatch(part -> part.matches(".*[/\\\\]" + other + "-[0-9][^/\\\\]*\\.jar")))
                    .toList();
            assertThat(others).as("functions on the class path of %s", function).isEmpty();
        }
    }

    private static String serving(String method, String path) {
        if (method.equals("POST") && path.startsWith("/v1/charges")) {
            return "create-charge";
        }
        if (method.equals("POST") && path.startsWith("/v1/payouts")) {
            return "payout";
        }
        boolean decides = method.equals("POST") && path.startsWith("/v1/approvals");
        boolean accounts = decides || path.matches("/v1/(organisation|merchants|fee-plans).*");
        return accounts ? "accounts" : "query";
    }

    private static Program program(String name) {
        return Objects.requireNonNull(PROGRAMS.get(name));
    }

    private static int port(Map<String, Integer> ports, String function) {
        return Objects.requireNonNull(ports.get(function));
    }

    private static String url(Map<String, Integer> ports, String function) {
        return "http://127.0.0.1:" + port(ports, function);
    }
}
