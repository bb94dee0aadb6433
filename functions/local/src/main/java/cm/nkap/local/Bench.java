package cm.nkap.local;

import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Offers charges at a fixed rate whether or not earlier ones were answered (open loop: a slow answer does not slow the
 * offer down and counts from the moment when it was due), waits until all money has settled, and holds the ledger
 * against the simulator's own books. The load comes from this machine too and takes its share of it.
 */
public final class Bench {
    private static final Duration SETTLE_LIMIT = Duration.ofMinutes(3);
    private static final double PROMISED_MS = 300;
    private static final int CLIMB_SECONDS = 15;
    private static final String USAGE = """
            ./dev bench [--rate N] [--seconds N] [--warmup N] [--climb]
              --rate     charges offered each second (200)
              --seconds  how long (60)
              --warmup   seconds at the same rate before, not counted (10)
              --climb    afterwards looks for the highest rate whose accept p99 stays below 300 ms""";

    private final Api merchant;
    private final Api treasury;
    private final String simulator;

    private Bench(HttpClient http, Map<String, String> environment) {
        merchant = Api.of(http, environment, "NKAP_MERCHANT_TOKEN");
        treasury = Api.of(http, environment, "NKAP_TREASURY_TOKEN");
        simulator = Api.required(environment, "NKAP_PROVIDER_MOCK_URL");
    }

    public static void main(String[] arguments) {
        Set<String> options = new HashSet<>(Arrays.asList(arguments));
        if (options.contains("--help")) {
            System.out.println(USAGE);
            return;
        }
        try (HttpClient http = Api.client()) {
            Bench bench = new Bench(http, System.getenv());
            int rate = number(arguments, "--rate", 200);
            System.out.println(Shape.ofThisMachine());
            bench.warmUp(rate, number(arguments, "--warmup", 10));
            boolean isWell = bench.measured(rate, number(arguments, "--seconds", 60));
            if (options.contains("--climb")) {
                bench.climb(rate);
            }
            boolean agree = bench.booksAgree();
            System.exit(isWell && agree ? 0 : 1);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + "\n" + USAGE);
            System.exit(2);
        } catch (IllegalStateException | UncheckedIOException e) {
            System.err.println("The load run stopped: " + e.getMessage());
            System.exit(1);
        }
    }

    private Load offer(int rate, int seconds, String what) {
        System.out.printf("%s: %d charges/s for %d s …%n", what, rate, seconds);
        Load load = new Load(merchant, rate, seconds);
        load.run();
        return load;
    }

    private void warmUp(int rate, int seconds) {
        if (seconds > 0) {
            Instant began = Instant.now();
            offer(rate, seconds, "warm-up");
            Settled _ = Settled.await(merchant, began, SETTLE_LIMIT);
        }
    }

    private boolean measured(int rate, int seconds) {
        Instant began = Instant.now();
        Load load = offer(rate, seconds, "offered");
        Settled settled = Settled.await(merchant, began, SETTLE_LIMIT);
        System.out.printf("  accept            %s%n", load.latencies());
        System.out.printf("  prompt to settled %s%n", settled.chargeTimes());
        System.out.printf("  payout to settled %s%n", settled.payoutTimes());
        System.out.printf("  answers           %s%n", load.answers());
        System.out.printf("  charges           %s%n", settled.charges());
        System.out.printf("  payouts           %s%n", settled.payouts());
        return load.refused() == 0 && settled.isComplete();
    }

    private void climb(int from) {
        int held = 0;
        int rate = from;
        int step = from;
        while (step >= 10) {
            Instant began = Instant.now();
            Load load = offer(rate, CLIMB_SECONDS, "climbing");
            boolean holds = load.refused() == 0 && load.latencies().p99() < PROMISED_MS;
            System.out.printf("  %s %s%n", load.latencies(), holds ? "held" : "not held; " + load.answers());
            Settled _ = Settled.await(merchant, began, SETTLE_LIMIT);
            if (holds) {
                held = rate;
            } else {
                step /= 2;
            }
            rate = Math.max(10, held + step);
            if (rate == held) {
                break;
            }
        }
        System.out.printf("highest rate held with accept p99 below %.0f ms: %d charges/s%n", PROMISED_MS, held);
    }

    private boolean booksAgree() {
        JsonNode floats = treasury.get("/v1/floats");
        long ours = floats.path("data")
                .valueStream()
                .filter(it -> it.path("provider").asString("").equals("mtn"))
                .mapToLong(it -> it.path("balance").asLong())
                .sum();
        long theirs = new Api(treasury.http(), simulator, "")
                .get("/admin/books?limit=1")
                .path("mtn")
                .path("float")
                .asLong();
        System.out.printf(
                "books             ledger float %s, simulator's wallet %s: %s%n",
                Timeline.money(ours), Timeline.money(theirs), ours == theirs ? "they agree" : "THEY DIFFER");
        return ours == theirs;
    }

    private static int number(String[] arguments, String name, int otherwise) {
        int at = Arrays.asList(arguments).indexOf(name);
        if (at < 0) {
            return otherwise;
        }
        if (at + 1 == arguments.length || !arguments[at + 1].matches("[0-9]{1,6}")) {
            throw new IllegalArgumentException(name + " wants a whole number");
        }
        return Integer.parseInt(arguments[at + 1]);
    }
}
