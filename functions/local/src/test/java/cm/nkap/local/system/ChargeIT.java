package cm.nkap.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A charge from the HTTP call to its end, when the provider answers clearly. */
class ChargeIT {
    private static final NkapSystem NKAP = NkapSystem.start();

    @AfterAll
    static void stop() {
        NKAP.close();
    }

    @AfterEach
    void theBooksAgree() {
        NKAP.simulator().isWell();
        NKAP.audit.passes();
    }

    @Test
    void aPaidChargePaysItsMerchantOut() {
        String wallet = Shop.somebody();
        String payer = Shop.somebody();
        Shop shop = NKAP.shopPaidOutTo(wallet);

        String charge = shop.charge(10_000, payer);

        assertThat(shop.ended(charge).path("status").asString()).isEqualTo("succeeded");
        String payout = shop.payoutOf(charge);
        assertThat(shop.ended(payout).path("status").asString()).isEqualTo("succeeded");
        assertThat(shop.balance()).isZero();
        assertThat(NKAP.simulator().books().wallet(payer).paid()).isEqualTo(10_000);
        assertThat(NKAP.simulator().books().wallet(wallet).received()).isEqualTo(9_850);
    }

    @Test
    void aMerchantThatAsksForItsMoneyItselfKeepsItUntilThen() {
        Shop shop = NKAP.shop();

        String charge = shop.charge(10_000, Shop.somebody());

        assertThat(shop.ended(charge).path("net").asLong()).isEqualTo(9_850);
        NKAP.audit.everyEventIsConsumed();
        assertThat(shop.balance()).isEqualTo(9_850);
        assertThat(shop.api.get("/v1/payouts").body().path("data")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "237670000001, failed, declined_by_payer",
        "237670000002, failed, insufficient_balance",
        "237670000003, failed, payer_not_found",
        "237670000004, expired, payer_timeout",
        "237670000007, failed, provider_declined_unspecified",
        "237670000009, failed, not_allowed",
        "237670000031, failed, limit_reached",
        "237600000458, failed, config_error"
    })
    void aClearRefusalEndsTheChargeWithItsReason(String payer, String status, String code) {
        Shop shop = NKAP.shopPaidOutTo(Shop.somebody());

        String charge = shop.charge(2_500, payer);

        var ended = shop.ended(charge);
        assertThat(ended.path("status").asString()).isEqualTo(status);
        assertThat(ended.at("/failure/code").asString()).isEqualTo(code);
        assertThat(shop.balance()).isZero();
        assertThat(NKAP.simulator().paidFor(charge)).isEmpty();
    }
}
