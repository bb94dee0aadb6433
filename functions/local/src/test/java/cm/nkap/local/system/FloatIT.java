package cm.nkap.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Merchants whose money is at another provider than the one that they want to be paid by. */
class FloatIT {
    private static final NkapSystem NKAP = NkapSystem.withoutFloat();

    @AfterAll
    static void stop() {
        NKAP.close();
    }

    @AfterEach
    void theBooksAgree() {
        NKAP.audit.passes();
    }

    @Test
    void aPayoutWaitsForTheFloatAndIsPaidWhenItComes() {
        Shop shop = paidByOrangeCustomers(50_000);
        String wallet = Shop.somebody();

        String payout = shop.payout(50_000, wallet);

        assertThat(shop.look(payout).path("status").asString()).isEqualTo("queued");
        assertThat(shop.look(payout).path("queued_reason").asString()).isEqualTo("float_short");
        assertThat(shop.journals(payout)).isEmpty();
        assertThat(shop.balance()).isEqualTo(50_000);

        NKAP.surroundings.topUp(50_000);

        assertThat(shop.ended(payout).path("status").asString()).isEqualTo("succeeded");
        assertThat(NKAP.simulator().books().wallet(wallet).received()).isEqualTo(50_000);
        assertThat(shop.balance()).isZero();
    }

    @Test
    void whatWaitsIsSpokenFor() {
        Shop shop = paidByOrangeCustomers(50_000);
        String payout = shop.payout(40_000, Shop.somebody());

        var second = shop.api.post("/v1/payouts", Shop.withdrawal(20_000, Shop.somebody()));

        assertThat(second.status()).isEqualTo(422);
        assertThat(second.at("/code")).isEqualTo("insufficient_funds");
        assertThat(second.at("/detail")).contains("10000");
        NKAP.surroundings.topUp(40_000);
        assertThat(shop.ended(payout).path("status").asString()).isEqualTo("succeeded");
    }

    @Test
    void parallelPayoutsThatMustWaitDoNotCountOnTheSameFrancs() throws InterruptedException {
        Shop shop = paidByOrangeCustomers(50_000);
        Callable<Api.Answer> take = () -> shop.api.post("/v1/payouts", Shop.withdrawal(10_000, Shop.somebody()));

        List<Api.Answer> answers;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            answers = threads
                    .invokeAll(IntStream.range(0, 20).mapToObj(i -> take).toList())
                    .stream()
                    .map(Future::resultNow)
                    .toList();
        }

        assertThat(answers).filteredOn(answer -> answer.status() == 201).hasSize(5);
        assertThat(answers).filteredOn(answer -> answer.status() == 422).hasSize(15);
        NKAP.surroundings.topUp(50_000);
        answers.stream().filter(answer -> answer.status() == 201).forEach(answer -> assertThat(
                        shop.ended(answer.at("/id")).path("status").asString())
                .isEqualTo("succeeded"));
        assertThat(shop.balance()).isZero();
    }

    @Test
    void theQueueIsServedInItsOrder() {
        Shop shop = paidByOrangeCustomers(60_000);
        String first = shop.payout(30_000, Shop.somebody());
        String second = shop.payout(20_000, Shop.somebody());
        String third = shop.payout(10_000, Shop.somebody());

        NKAP.surroundings.topUp(20_000);
        NKAP.sweep();
        assertThat(shop.status(first)).isEqualTo("queued");
        assertThat(shop.status(second)).isEqualTo("queued");
        NKAP.surroundings.topUp(30_000);

        assertThat(shop.ended(first).path("status").asString()).isEqualTo("succeeded");
        assertThat(shop.ended(second).path("status").asString()).isEqualTo("succeeded");
        assertThat(shop.status(third)).isEqualTo("queued");
        NKAP.surroundings.topUp(10_000);
        assertThat(shop.ended(third).path("status").asString()).isEqualTo("succeeded");
    }

    /** A shop with a balance but without float at the provider that pays it out. */
    private static Shop paidByOrangeCustomers(long amount) {
        Shop shop = NKAP.shop();
        NKAP.surroundings.book(shop.org, shop.org, "float:orange", "merchant:" + shop.merchant + ":payable", amount);
        return shop;
    }
}
