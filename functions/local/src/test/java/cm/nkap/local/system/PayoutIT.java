package cm.nkap.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.testing.Until;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Paying merchants out: never more than they have, given back exactly when it definitely failed. */
class PayoutIT {
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
    void aPayoutThatFailedIsGivenBackExactly() {
        Shop shop = NKAP.shopPaidOutTo("237670000001");
        Shop.takes(
                NKAP.caller("nkap", "platform"),
                NKAP.caller("nkap", "treasury"),
                Map.of("organisation", shop.org, "operation", "payout", "basis_points", 0, "fixed", 100));

        String charge = shop.charge(20_000, Shop.somebody());
        String payout = shop.payoutOf(charge);

        JsonNode ended = shop.ended(payout);
        assertThat(ended.path("status").asString()).isEqualTo("failed");
        assertThat(ended.at("/failure/code").asString()).isEqualTo("not_allowed");
        assertThat(ended.path("fee").asLong()).isEqualTo(100);
        assertThat(ended.path("amount").asLong()).isEqualTo(19_600);
        JsonNode journals = shop.trace(payout).path("journals");
        assertThat(journals.at("/1/reverses").asString())
                .isEqualTo(journals.at("/0/id").asString());
        assertThat(shop.balance()).isEqualTo(19_700);
    }

    @Test
    void aPayoutOnRequestPaysTheWalletThatWasNamed() {
        Shop shop = rich(20_000);
        String wallet = Shop.somebody();

        String payout = shop.payout(5_000, wallet);

        assertThat(shop.ended(payout).path("status").asString()).isEqualTo("succeeded");
        assertThat(NKAP.simulator().books().wallet(wallet).received()).isEqualTo(5_000);
        assertThat(shop.balance()).isEqualTo(14_700);
    }

    @Test
    void moreThanTheMerchantHasIsRefused() {
        Shop shop = rich(10_000);

        var answer = shop.api.post("/v1/payouts", Shop.withdrawal(9_851, Shop.somebody()));

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.at("/code")).isEqualTo("insufficient_funds");
        assertThat(answer.at("/money_moved")).isEqualTo("no");
        assertThat(shop.balance()).isEqualTo(9_850);
        assertThat(shop.api.get("/v1/payouts").body().path("data")).isEmpty();
    }

    @Test
    void parallelPayoutsNeverTakeMoreThanThereIs() throws InterruptedException, ExecutionException {
        Shop shop = rich(10_000);
        Callable<Integer> take = () -> shop.api
                .post("/v1/payouts", Shop.withdrawal(1_000, Shop.somebody()))
                .status();

        List<Integer> answers;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            answers = threads
                    .invokeAll(IntStream.range(0, 25).mapToObj(i -> take).toList())
                    .stream()
                    .map(Future::resultNow)
                    .toList();
        }

        assertThat(answers).containsOnly(201, 422);
        assertThat(answers.stream().filter(status -> status == 201)).hasSize(9);
        assertThat(shop.balance()).isEqualTo(850);
        Until.holds(
                Shop.LIMIT,
                "all paid",
                () -> shop.api
                                .get("/v1/payouts?status=succeeded")
                                .body()
                                .path("data")
                                .size()
                        == 9);
    }

    /** Taken but cut off, answered too late, taken late, twice 503 first, its callback lying. */
    @ParameterizedTest
    @ValueSource(strings = {"237670000010", "237670000012", "237670000013", "237670000014", "237670000027"})
    void anUnclearPayoutPaysOnce(String payee) {
        Shop shop = rich(10_000);
        // Enough good calls before that the circuit stays closed.
        IntStream.range(0, 6).forEach(i -> shop.ended(shop.payout(100, Shop.somebody())));
        long before = NKAP.simulator().books().wallet(payee).receipts();

        String payout = shop.payout(2_000, payee);

        assertThat(shop.ended(payout).path("status").asString()).isEqualTo("succeeded");
        assertThat(NKAP.simulator().paidFor(payout)).hasSize(1);
        assertThat(NKAP.simulator().books().wallet(payee).receipts()).isEqualTo(before + 1);
        assertThat(shop.balance()).isEqualTo(7_250);
    }

    @Test
    void aPayoutThatTheProviderNeverAcknowledgedIsNotGivenBack() {
        Shop shop = rich(10_000);

        String payout = shop.payout(2_000, "237670000011");
        NKAP.audit.leaveOpen(payout);

        Until.holds(
                Shop.LIMIT,
                "asked about five times",
                () -> shop.trace(payout)
                                .at("/provider_requests/0/attempts")
                                .valueStream()
                                .filter(attempt ->
                                        attempt.path("kind").asString().equals("status"))
                                .count()
                        >= 5);
        assertThat(shop.status(payout)).isEqualTo("unknown");
        assertThat(shop.balance()).isEqualTo(7_850);
    }

    /** A shop that has what a charge of this amount leaves it. */
    private static Shop rich(long amount) {
        Shop shop = NKAP.shop();
        shop.ended(shop.charge(amount, Shop.somebody()));
        return shop;
    }
}
