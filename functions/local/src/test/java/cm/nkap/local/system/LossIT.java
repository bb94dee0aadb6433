package cm.nkap.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.providermock.books.Payment;
import cm.nkap.testing.Seeds;
import cm.nkap.testing.Until;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Postgres alone is the truth: what Redis and NATS forget in the middle of the work changes nothing in its end. */
class LossIT {
    private static final int CHARGES = 200;
    private static final NkapSystem NKAP = NkapSystem.start();

    @AfterAll
    static void stop() {
        NKAP.close();
    }

    @Test
    void redisFlushedAndNatsWipedInTheMiddleLoseAndDoubleNothing() {
        Random random = Seeds.random("LossIT");
        NKAP.simulator().settings(Map.of("pay_after_ms", 1_000));
        String wallet = Shop.somebody();
        Shop shop = NKAP.shopPaidOutTo(wallet);
        List<String> charges;
        try (Buyers buyers = new Buyers(shop)) {
            for (int i = 0; i < CHARGES; i++) {
                buyers.buy(random);
            }
            served(buyers, CHARGES / 4 + random.nextInt(CHARGES / 4));
            loseEverything();

            // The second time NATS holds a backlog that nobody else knows of any more.
            served(buyers, CHARGES / 2 + random.nextInt(CHARGES / 4));
            NKAP.stopDelivering();
            charges = buyers.all(CHARGES);
            assertThat(NKAP.audit.unconsumed()).hasSizeGreaterThan(CHARGES / 10);
            loseEverything();
            NKAP.deliverAgain();
        }

        long net = 0;
        for (String charge : charges) {
            assertThat(shop.ended(charge).path("status").asString()).isEqualTo("succeeded");
            net += shop.look(charge).path("net").asLong();
            assertThat(shop.ended(shop.payoutOf(charge)).path("status").asString())
                    .isEqualTo("succeeded");
        }
        NKAP.audit.everyEventIsConsumed();
        NKAP.audit.passes();
        assertThat(charges).doesNotHaveDuplicates().hasSize(CHARGES);
        assertThat(NKAP.simulator().books().payments())
                .hasSize(2 * CHARGES)
                .allMatch(payment -> payment.state() instanceof Payment.Paid);
        assertThat(NKAP.simulator().books().wallet(wallet).receipts()).isEqualTo(CHARGES);
        assertThat(NKAP.simulator().books().wallet(wallet).received()).isEqualTo(net);
        assertThat(shop.balance()).isZero();
    }

    private static void served(Buyers buyers, int count) {
        Until.holds(Shop.LIMIT, count + " charges are running", () -> buyers.served() >= count);
    }

    private static void loseEverything() {
        NKAP.surroundings.redis.flush();
        NKAP.surroundings.nats.wipe();
    }
}
