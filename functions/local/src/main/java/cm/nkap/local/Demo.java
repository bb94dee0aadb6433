package cm.nkap.local;

import cm.nkap.testing.Until;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/** One charge from the customer's prompt to the paid-out merchant, then everything that is known about it. */
public final class Demo {
    private static final long AMOUNT = 5_000;
    private static final String PAYER = "237671000042";
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Set<String> FINAL = Set.of("succeeded", "failed", "expired", "canceled");

    private final Api merchant;
    private final long began = System.nanoTime();

    private Demo(Api merchant) {
        this.merchant = merchant;
    }

    public static void main(String[] arguments) {
        try (HttpClient http = Api.client()) {
            new Demo(Api.of(http, System.getenv(), "NKAP_MERCHANT_TOKEN")).run();
        } catch (IllegalStateException | UncheckedIOException | AssertionError e) {
            System.err.println("The demo stopped: " + e.getMessage());
            System.exit(1);
        }
    }

    private void run() {
        say("Boutique Akwa asks %s for %s.".formatted(PAYER, Timeline.money(AMOUNT)));
        say("  POST /v1/charges");
        JsonNode charge = created();
        String id = charge.path("id").asString();
        say("  %s is %s: fee %s, the merchant gets %s"
                .formatted(
                        id,
                        status(charge),
                        Timeline.money(charge.path("fee").asLong()),
                        Timeline.money(charge.path("net").asLong())));
        say("The customer's phone asks for the PIN …");
        JsonNode ended = ended("/v1/charges/" + id);
        say("  the charge %s".formatted(status(ended)));
        if (!status(ended).equals("succeeded")) {
            throw new IllegalStateException("the charge " + status(ended) + ": " + ended.path("failure"));
        }
        say("The merchant prefers to be paid out at once …");
        JsonNode payout = Until.found(LIMIT, "the payout of " + id, () -> payoutOf(id));
        say("  %s sends %s to %s at %s"
                .formatted(
                        payout.path("id").asString(),
                        Timeline.money(payout.path("amount").asLong()),
                        payout.path("destination").path("msisdn").asString(),
                        payout.path("destination").path("provider").asString()));
        JsonNode paid = ended("/v1/payouts/" + payout.path("id").asString());
        say("  the payout %s".formatted(status(paid)));
        System.out.println();
        System.out.println("GET /v1/payments/" + id + "/trace");
        Timeline.print(merchant.get("/v1/payments/" + id + "/trace"), System.out);
    }

    private JsonNode created() {
        Api.Answer answer = merchant.post(
                "/v1/charges",
                Map.of(
                        "amount",
                        AMOUNT,
                        "currency",
                        "XAF",
                        "customer",
                        Map.of("msisdn", PAYER),
                        "reference",
                        "demo-" + UUID.randomUUID().toString().substring(0, 8),
                        "description",
                        "Two rolls of wax print"));
        if (!answer.isWell()) {
            throw new IllegalStateException("POST /v1/charges answered " + answer.problem() + " " + answer.body());
        }
        return answer.body();
    }

    private JsonNode ended(String path) {
        return Until.found(LIMIT, path + " is final", () -> Optional.of(merchant.get(path))
                .filter(it -> FINAL.contains(status(it))));
    }

    private Optional<JsonNode> payoutOf(String charge) {
        return merchant.get("/v1/payouts?limit=20")
                .path("data")
                .valueStream()
                .filter(payout -> payout.path("charge").asString("").equals(charge))
                .findFirst();
    }

    private static String status(JsonNode object) {
        return object.path("status").asString("?");
    }

    private void say(String line) {
        System.out.printf("%6.2f s  %s%n", (System.nanoTime() - began) / 1e9, line);
    }
}
