package cm.nkap.local;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.providermock.ProviderMock;
import cm.nkap.providermock.ProviderMockConfig;
import cm.nkap.providermock.vault.VaultSimulator;
import cm.nkap.secrets.StoreKeys;
import cm.nkap.testing.Orphans;
import cm.nkap.testing.Until;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The developer's machine as a process of its own, through its life: start, kill, start, stop. */
class LocalIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Pattern EXPORT = Pattern.compile("export (\\w+)='(.*)'");
    private static final List<String> PROMISED = List.of(
            "NKAP_URL",
            "NKAP_MERCHANT_TOKEN",
            "NKAP_MERCHANT2_TOKEN",
            "NKAP_CUSTOMER_TOKEN",
            "NKAP_ORG_ADMIN_TOKEN",
            "NKAP_TREASURY_TOKEN",
            "NKAP_TREASURY2_TOKEN",
            "NKAP_PLATFORM_TOKEN",
            "NKAP_PROVIDER_MOCK_URL",
            "DATABASE_URL",
            "NATS_URL",
            "REDIS_URL");

    @TempDir
    Path home;

    private Optional<Process> system = Optional.empty();

    @AfterEach
    void leaveNothing() {
        system.ifPresent(process -> process.destroyForcibly().onExit().join());
        Orphans.endBelow(home);
    }

    @Test
    void paysAMerchantOutAndKeepsTheChargeOverAKillAndLeavesNothingRunning() throws Exception {
        Process first = start(Map.of());
        Map<String, String> env = ready(first);
        assertThat(env).containsKeys(PROMISED.toArray(String[]::new));
        String charge;
        try (HttpClient http = Api.client()) {
            charge = paid(Api.of(http, env, "NKAP_MERCHANT_TOKEN"));
            assertThat(floatOf(http, env)).isEqualTo(walletOf(http, env));
        }

        first.destroyForcibly().onExit().join();
        Files.delete(home.resolve("env"));
        Process second = start(Map.of());
        Map<String, String> again = ready(second);
        try (HttpClient http = Api.client()) {
            Api merchant = Api.of(http, env, "NKAP_MERCHANT_TOKEN");
            Api moved = new Api(http, again.getOrDefault("NKAP_URL", ""), merchant.token());
            assertThat(moved.get("/v1/charges/" + charge).path("status").asString())
                    .isEqualTo("succeeded");
            assertThat(floatOf(http, again)).isEqualTo(walletOf(http, again));
        }

        second.destroy();
        assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(home.resolve("env")).doesNotExist();
        assertThat(home.resolve("pid")).doesNotExist();
        try (Stream<Path> files = Files.walk(home, 3)) {
            assertThat(files.filter(file -> file.toString().endsWith(".pid"))).isEmpty();
        }
    }

    /** The automatic payout goes to a number that was seeded, so it opens only if the seeds were sealed there too. */
    @Test
    void keepsItsKeysInTheVaultThatIsNamed() throws Exception {
        try (ProviderMock mock = ProviderMock.start(ProviderMockConfig.usual());
                HttpClient http = Api.client()) {
            mock.vault().createKey(StoreKeys.PERSONAL_DATA, "aes256-gcm96");
            mock.vault().createKey(StoreKeys.LEDGER_SEALS, "ed25519");
            Process process = start(Map.of(
                    "VAULT_ADDR", mock.vaultUrl(),
                    "VAULT_ROLE_ID", VaultSimulator.ROLE_ID,
                    "VAULT_SECRET_ID", VaultSimulator.SECRET_ID));

            paid(Api.of(http, ready(process), "NKAP_MERCHANT_TOKEN"));

            assertThat(mock.vault().calls("transit/datakey/plaintext/" + StoreKeys.PERSONAL_DATA))
                    .isPositive();
            process.destroy();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static String paid(Api merchant) {
        Api.Answer created = merchant.post(
                "/v1/charges",
                Map.of(
                        "amount",
                        2_000,
                        "currency",
                        "XAF",
                        "customer",
                        Map.of("msisdn", "237671000042"),
                        "reference",
                        "it-1"));
        assertThat(created.status()).as("%s", created.body()).isEqualTo(201);
        String id = created.body().path("id").asString();
        Until.holds(LIMIT, "the payout of " + id + " succeeds", () -> merchant.get("/v1/payouts?status=succeeded")
                .path("data")
                .valueStream()
                .anyMatch(payout -> payout.path("charge").asString("").equals(id)));
        return id;
    }

    private static long floatOf(HttpClient http, Map<String, String> env) {
        return Api.of(http, env, "NKAP_TREASURY_TOKEN")
                .get("/v1/floats")
                .path("data")
                .valueStream()
                .filter(it -> it.path("provider").asString("").equals("mtn"))
                .mapToLong(it -> it.path("balance").asLong())
                .sum();
    }

    private static long walletOf(HttpClient http, Map<String, String> env) {
        JsonNode books = new Api(http, env.getOrDefault("NKAP_PROVIDER_MOCK_URL", ""), "").get("/admin/books?limit=1");
        return books.path("mtn").path("float").asLong();
    }

    private Process start(Map<String, String> given) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Local.class.getName(),
                        home.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        home.resolve("terminal.log").toFile()));
        builder.environment().putAll(given);
        Process started = builder.start();
        system = Optional.of(started);
        return started;
    }

    private Map<String, String> ready(Process started) throws IOException {
        Path env = home.resolve("env");
        Until.holds(LIMIT, "the system is ready", () -> {
            assertThat(started.isAlive()).as(() -> terminal()).isTrue();
            return Files.exists(env);
        });
        return Files.readAllLines(env).stream()
                .map(EXPORT::matcher)
                .filter(Matcher::matches)
                .collect(Collectors.toMap(line -> line.group(1), line -> line.group(2)));
    }

    private String terminal() {
        try {
            return Files.readString(home.resolve("terminal.log"));
        } catch (IOException e) {
            return e.toString();
        }
    }
}
