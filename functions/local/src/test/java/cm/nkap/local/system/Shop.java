package cm.nkap.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.testing.Until;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/** An organisation of its own with one merchant, so that a test shares nothing with the others but the float. */
final class Shop {
    static final Duration LIMIT = Duration.ofSeconds(60);
    static final Set<String> FINAL = Set.of("succeeded", "failed", "expired", "canceled");
    private static final AtomicInteger opened = new AtomicInteger();
    private static final AtomicInteger numbers = new AtomicInteger((int) (System.nanoTime() % 1_000) * 1_000);

    final String org;
    final String merchant;
    /** The merchant's own caller. */
    final Api api;

    private Shop(String org, String merchant, Api api) {
        this.org = org;
        this.merchant = merchant;
        this.api = api;
    }

    /** Made by the platform through the API; takes 1.5 % of a charge, is paid out when it asks. */
    static Shop open(Surroundings surroundings, Doors doors) {
        return open(
                new Api(doors, surroundings.token("nkap", "platform")),
                new Api(doors, surroundings.token("nkap", "treasury")),
                org -> new Api(doors, surroundings.token(org, "merchant")));
    }

    /** The same with callers whom somebody else vouches for. */
    static Shop open(Api platform, Api treasury, Function<String, Api> merchantOf) {
        String org = "shop-" + opened.incrementAndGet();
        var made = platform.post("/v1/organisations", Map.of("id", org, "name", "Shop " + org, "merchant_name", org));
        assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
        takes(platform, treasury, Map.of("organisation", org, "operation", "charge", "basis_points", 150, "fixed", 0));
        return new Shop(org, made.at("/merchants/0/id"), merchantOf.apply(org));
    }

    /** A fee plan in force at once: one person asks for it, another approves it. */
    static void takes(Api maker, Api checker, Map<String, Object> plan) {
        var asked = maker.post("/v1/fee-plans", plan);
        assertThat(asked.status()).as("%s", asked.body()).isEqualTo(202);
        var decided = checker.post("/v1/approvals/" + asked.at("/id") + "/decision", Map.of("decision", "approve"));
        assertThat(decided.status()).as("%s", decided.body()).isEqualTo(200);
    }

    /** The same, paid out to that wallet as soon as a charge succeeds. */
    static Shop paidOutTo(String wallet, Surroundings surroundings, Doors doors) {
        Shop shop = open(surroundings, doors);
        shop.prefers("automatic", wallet, new Api(doors, surroundings.token(shop.org, "org-admin")));
        return shop;
    }

    void prefers(String mode, String wallet, Api admin) {
        var set = admin.put(
                "/v1/merchants/" + merchant + "/payout-preference",
                Map.of("mode", mode, "destination", Map.of("msisdn", wallet)));
        assertThat(set.status()).as("%s", set.body()).isEqualTo(200);
    }

    /** A subscriber's number that nobody used before and that pays after a moment. */
    static String somebody() {
        return "2376712%05d".formatted(numbers.incrementAndGet() % 100_000);
    }

    static Map<String, Object> order(long amount, String payer) {
        return Map.of(
                "amount", amount, "currency", "XAF", "customer", Map.of("msisdn", payer), "reference", reference());
    }

    static Map<String, Object> withdrawal(long amount, String payee) {
        return Map.of(
                "amount", amount, "currency", "XAF", "destination", Map.of("msisdn", payee), "reference", reference());
    }

    private static String reference() {
        return "order-" + UUID.randomUUID().toString().substring(0, 8);
    }

    /** The id of a charge that was accepted. */
    String charge(long amount, String payer) {
        var answer = api.post("/v1/charges", order(amount, payer));
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(201);
        assertThat(answer.at("/status")).isEqualTo("pending");
        return answer.at("/id");
    }

    /** The id of a payout that was accepted. */
    String payout(long amount, String payee) {
        var answer = api.post("/v1/payouts", withdrawal(amount, payee));
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(201);
        return answer.at("/id");
    }

    JsonNode look(String payment) {
        return api.get((payment.startsWith("ch_") ? "/v1/charges/" : "/v1/payouts/") + payment)
                .body();
    }

    String status(String payment) {
        return look(payment).path("status").asString();
    }

    /** The charge or payout as soon as its state is final. */
    JsonNode ended(String payment) {
        return Until.found(LIMIT, payment + " ends", () -> Optional.of(look(payment))
                .filter(it -> FINAL.contains(it.path("status").asString())));
    }

    JsonNode becomes(String status, String payment) {
        return Until.found(LIMIT, payment + " is " + status, () -> Optional.of(look(payment))
                .filter(it -> it.path("status").asString().equals(status)));
    }

    /** The payout that a charge's success started. */
    String payoutOf(String charge) {
        return Until.found(LIMIT, "payout of " + charge, () -> Optional.of(
                        trace(charge).at("/payouts/0/payout/id").asString(""))
                .filter(id -> !id.isEmpty()));
    }

    /** What the platform owes the merchant now, whole XAF. */
    long balance() {
        return api.get("/v1/balances")
                .body()
                .path("data")
                .path(0)
                .path("payable")
                .asLong(-1);
    }

    JsonNode trace(String payment) {
        return api.get("/v1/payments/" + payment + "/trace").body();
    }

    /** The types of the events about a payment, oldest first, without what all have in common. */
    List<String> events(String payment) {
        return trace(payment)
                .path("events")
                .valueStream()
                .map(event -> event.path("type").asString().replaceAll("^cm\\.nkap\\.|\\.v1$", ""))
                .toList();
    }

    List<String> journals(String payment) {
        return trace(payment)
                .path("journals")
                .valueStream()
                .map(journal -> journal.path("kind").asString())
                .toList();
    }
}
