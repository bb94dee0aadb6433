package cm.nkap.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.testing.Until;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Money that contradicts what was said before: kept, raised, never hidden and never paid on. */
class LateMoneyIT {
    private static final String PAYS_AFTER_IT_EXPIRED = "237670000024";
    private static final String REPORTS_A_TENTH_TOO_LITTLE = "237670000025";
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

    /** Told by a second callback, or by nobody: then our own late question finds it. */
    @ParameterizedTest
    @ValueSource(strings = {"once", "none"})
    void moneyAfterTheExpiryIsKeptForSomebodyToApply(String callback) {
        NKAP.simulator().settings(Map.of("callback", callback));
        Shop shop = NKAP.shopPaidOutTo(Shop.somebody());

        String charge = shop.charge(7_000, PAYS_AFTER_IT_EXPIRED);

        assertThat(shop.ended(charge).path("status").asString()).isEqualTo("expired");
        Until.holds(Shop.LIMIT, "a receipt for " + charge, () -> !receipts(shop).isEmpty());
        assertThat(receipts(shop)).containsExactly(charge + " 7000 open");
        assertThat(shop.status(charge)).isEqualTo("expired");
        assertThat(shop.journals(charge)).containsExactly("charge.unapplied");
        assertThat(exceptions(shop)).containsExactly("STATUS_CONTRADICTION " + charge);
        assertThat(shop.balance()).isZero();
    }

    @Test
    void anotherAmountThanAskedIsFrozenAndBookedByNobody() {
        Shop shop = NKAP.shopPaidOutTo(Shop.somebody());

        String charge = shop.charge(7_000, REPORTS_A_TENTH_TOO_LITTLE);
        NKAP.audit.leaveOpen(charge);

        Until.holds(Shop.LIMIT, "an exception about " + charge, () -> !exceptions(shop)
                .isEmpty());
        assertThat(exceptions(shop)).containsExactly("AMOUNT_UNDER " + charge);
        shop.becomes("unknown", charge);
        assertThat(shop.trace(charge).at("/provider_requests/0/status").asString())
                .isEqualTo("frozen");
        assertThat(shop.journals(charge)).isEmpty();
        assertThat(shop.balance()).isZero();
    }

    @Test
    void aPayoutPaidAfterItWasGivenBackIsRaisedAndBookedAgainstSuspense() {
        Shop shop = NKAP.shop();
        shop.ended(shop.charge(10_000, Shop.somebody()));

        String payout = shop.payout(5_000, PAYS_AFTER_IT_EXPIRED);

        assertThat(shop.ended(payout).path("status").asString()).isEqualTo("failed");
        Until.holds(Shop.LIMIT, "an exception about " + payout, () -> !exceptions(shop)
                .isEmpty());
        assertThat(exceptions(shop)).containsExactly("STATUS_CONTRADICTION " + payout);
        assertThat(shop.journals(payout)).containsExactly("payout.requested", "payout.reversed", "payout.unexplained");
        assertThat(shop.balance()).isEqualTo(9_850);
    }

    private static List<String> receipts(Shop shop) {
        return shop.api
                .get("/v1/unapplied-receipts")
                .body()
                .path("data")
                .valueStream()
                .map(receipt -> receipt.path("payment").asString() + " "
                        + receipt.path("amount").asLong() + " "
                        + receipt.path("status").asString())
                .toList();
    }

    private static List<String> exceptions(Shop shop) {
        return NKAP.caller("nkap", "treasury")
                .get("/v1/exceptions?status=open&limit=100")
                .body()
                .path("data")
                .valueStream()
                .filter(raised -> raised.path("organisation").asString().equals(shop.org))
                .map(raised -> raised.path("reason").asString() + " "
                        + raised.path("payment").asString())
                .toList();
    }
}
