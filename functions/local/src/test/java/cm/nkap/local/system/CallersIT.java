package cm.nkap.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.function.HttpRoute;
import cm.nkap.function.Role;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What callers may rely on: one key is one charge, and nobody sees what is another organisation's. */
class CallersIT {
    private static final NkapSystem NKAP = NkapSystem.start();

    @AfterAll
    static void stop() {
        NKAP.close();
    }

    @AfterEach
    void theBooksAgree() {
        NKAP.audit.passes();
    }

    @Test
    void aHundredParallelCallsWithOneKeyAreOneCharge() throws InterruptedException {
        Shop shop = NKAP.shop();
        String payer = Shop.somebody();
        var order = Shop.order(3_000, payer);
        Callable<Api.Answer> call = () -> shop.api.post("/v1/charges", order, "one-key-for-all");

        List<Api.Answer> answers;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            answers = threads
                    .invokeAll(IntStream.range(0, 100).mapToObj(i -> call).toList())
                    .stream()
                    .map(Future::resultNow)
                    .toList();
        }

        assertThat(answers).extracting(Api.Answer::status).contains(201).isSubsetOf(201, 409);
        assertThat(answers)
                .filteredOn(answer -> answer.status() == 201)
                .extracting(Api.Answer::body)
                .containsOnly(
                        shop.api.post("/v1/charges", order, "one-key-for-all").body());
        assertThat(answers)
                .filteredOn(answer -> answer.status() == 201
                        && answer.header("Idempotent-Replayed").isEmpty())
                .hasSize(1);
        var charges = shop.api.get("/v1/charges").body().path("data");
        assertThat(charges.size()).isOne();
        shop.ended(charges.at("/0/id").asString());
        assertThat(NKAP.simulator().books().wallet(payer).payments()).isOne();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/charges", "/v1/payouts"})
    void theSameKeyWithAnotherBodyIsRefused(String path) {
        Shop shop = NKAP.shop();
        shop.ended(shop.charge(10_000, Shop.somebody()));
        String key = UUID.randomUUID().toString();
        boolean charges = path.equals("/v1/charges");
        String number = Shop.somebody();

        var first = shop.api.post(path, charges ? Shop.order(1_000, number) : Shop.withdrawal(1_000, number), key);
        var second = shop.api.post(path, charges ? Shop.order(1_001, number) : Shop.withdrawal(1_001, number), key);

        assertThat(first.status()).isEqualTo(201);
        assertThat(second.status()).isEqualTo(422);
        assertThat(second.at("/code")).isEqualTo("idempotency_key_reused");
        shop.ended(first.at("/id"));
    }

    @Test
    void aKeyIsStillKnownWhenRedisForgotIt() {
        Shop shop = NKAP.shop();
        var order = Shop.order(1_000, Shop.somebody());
        var first = shop.api.post("/v1/charges", order, "kept-by-postgres");
        shop.ended(first.at("/id"));

        NKAP.surroundings.redis.flush();
        var again = shop.api.post("/v1/charges", order, "kept-by-postgres");
        NKAP.surroundings.redis.flush();
        var other = shop.api.post("/v1/charges", Shop.order(1_001, Shop.somebody()), "kept-by-postgres");

        assertThat(again.status()).isEqualTo(201);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.header("Idempotent-Replayed")).contains("true");
        assertThat(other.status()).isEqualTo(422);
    }

    @Test
    void theSameKeyOfAnotherOrganisationIsAnotherKey() {
        Shop one = NKAP.shop();
        Shop other = NKAP.shop();
        var order = Shop.order(1_000, Shop.somebody());

        var first = one.api.post("/v1/charges", order, "shared-by-accident");
        var second = other.api.post("/v1/charges", order, "shared-by-accident");

        assertThat(second.status()).isEqualTo(201);
        assertThat(second.at("/id")).isNotEqualTo(first.at("/id"));
        one.ended(first.at("/id"));
        other.ended(second.at("/id"));
    }

    @Test
    void aCallWithoutKeyOrTokenIsRefused() {
        Shop shop = NKAP.shop();

        assertThat(shop.api
                        .post("/v1/charges", Shop.order(1_000, Shop.somebody()), " ")
                        .status())
                .isEqualTo(400);
        assertThat(new Api(NKAP.doors(), "nobody").get("/v1/charges").status()).isEqualTo(401);
    }

    @Test
    void nobodyFindsWhatBelongsToAnotherOrganisation() {
        Shop owner = NKAP.shopPaidOutTo(Shop.somebody());
        String charge = owner.charge(5_000, Shop.somebody());
        String payout = owner.payoutOf(charge);
        owner.ended(payout);
        String plan = owner.api.get("/v1/fee-plans").body().at("/data/0/id").asString();
        Api admin = NKAP.caller(owner.org, "org-admin");
        Map<String, List<String>> ids = Map.of(
                "/v1/approvals/{id}", List.of(admin.get("/v1/approvals").at("/data/0/id")),
                "/v1/charges/{id}", List.of(charge),
                "/v1/payouts/{id}", List.of(payout),
                "/v1/payments/{id}/trace", List.of(charge, payout),
                "/v1/organisations/{id}", List.of(owner.org),
                "/v1/merchants/{id}", List.of(owner.merchant),
                "/v1/merchants/{id}/payout-preference", List.of(owner.merchant),
                "/v1/merchants/{id}/fee-plans", List.of(owner.merchant),
                "/v1/fee-plans/{id}", List.of(plan));
        Api stranger = NKAP.caller(NKAP.shop().org, "org-admin");

        assertThat(ids.keySet()).as("every route that reads one thing").isEqualTo(readsOfOne());
        ids.forEach((template, all) -> all.forEach(id -> {
            String path = template.replace("{id}", id);
            Api reader = template.startsWith("/v1/approvals") ? admin : owner.api;
            assertThat(reader.get(path).status()).as(path).isEqualTo(200);
            assertThat(stranger.get(path).status()).as("%s by a stranger", path).isEqualTo(404);
        }));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/charges",
                "/v1/payouts",
                "/v1/balances",
                "/v1/events",
                "/v1/unapplied-receipts",
                "/v1/merchants",
                "/v1/fee-plans"
            })
    void listsHoldNothingOfAnotherOrganisation(String path) {
        Shop owner = NKAP.shopPaidOutTo(Shop.somebody());
        String charge = owner.charge(5_000, Shop.somebody());
        String payout = owner.payoutOf(charge);
        owner.ended(payout);
        Shop stranger = NKAP.shop();

        String seen = stranger.api.get(path + "?limit=100").raw().body();

        assertThat(seen).contains("\"data\":[").doesNotContain(charge, payout, owner.merchant, owner.org + "\"");
    }

    @Test
    void nobodyReadsTheJournalsOfAnotherOrganisationsPayment() {
        Shop owner = NKAP.shop();
        String charge = owner.charge(5_000, Shop.somebody());
        owner.ended(charge);
        String path = "/v1/journals?payment=" + charge;

        assertThat(owner.api.get(path).body().path("data").size()).isOne();
        assertThat(NKAP.shop().api.get(path).raw().body()).doesNotContain("charge.collected", owner.merchant);
    }

    @Test
    void nobodyChangesWhereAnotherMerchantIsPaid() {
        Shop owner = NKAP.shop();
        Api stranger = NKAP.caller(NKAP.shop().org, "org-admin");

        var answer = stranger.put(
                "/v1/merchants/" + owner.merchant + "/payout-preference",
                Map.of("mode", "automatic", "destination", Map.of("msisdn", Shop.somebody())));

        assertThat(answer.status()).isEqualTo(404);
    }

    @Test
    void aMerchantCannotChargeForAnother() {
        Shop owner = NKAP.shop();
        Map<String, Object> order = new HashMap<>(Shop.order(1_000, Shop.somebody()));
        order.put("merchant", owner.merchant);

        assertThat(NKAP.shop().api.post("/v1/charges", order).status()).isEqualTo(404);
        assertThat(owner.api.get("/v1/charges").body().path("data")).isEmpty();
    }

    private static Set<String> readsOfOne() {
        return NKAP.functions.context().getBeansOfType(HttpRoute.class).values().stream()
                .filter(route -> route.methods().contains("GET"))
                // What only staff may read is no organisation's own.
                .filter(route -> route.roles().contains(Role.ORG_ADMIN))
                .map(HttpRoute::template)
                .filter(template -> template.contains("{id}"))
                // Kept by Keycloak, which does not run here: KeycloakIT reads these as a stranger.
                .filter(template -> !template.startsWith("/v1/api-clients/") && !template.startsWith("/v1/members/"))
                .collect(Collectors.toSet());
    }
}
