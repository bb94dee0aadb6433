package cm.nkap.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.testing.Until;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Charges and payouts when the provider breaks off, hangs, answers rubbish or is away, and the money moves in the end. */
class UnclearIT {
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

    /** Taken but cut off, answered too late, taken late. */
    @ParameterizedTest
    @ValueSource(strings = {"237670000010", "237670000012", "237670000013"})
    void anOutcomeThatGotLostIsUnknownFirstAndCountsOnceInTheEnd(String payer) {
        String wallet = Shop.somebody();
        Shop shop = NKAP.shopPaidOutTo(wallet);

        String charge = shop.charge(4_000, payer);

        assertThat(shop.ended(charge).path("status").asString()).isEqualTo("succeeded");
        assertThat(shop.events(charge)).contains("charge.became_unknown").containsOnlyOnce("charge.succeeded");
        assertThat(NKAP.simulator().paidFor(charge)).hasSize(1);
        assertThat(shop.ended(shop.payoutOf(charge)).path("status").asString()).isEqualTo("succeeded");
        assertThat(NKAP.simulator().books().wallet(wallet).receipts()).isOne();
    }

    /** 503 to the first two tries, no callback, unknown to the first three questions, slow. */
    @ParameterizedTest
    @ValueSource(strings = {"237670000014", "237670000020", "237670000028", "237670000006", "237600000454"})
    void aStumblingProviderIsAskedUntilItKnows(String payer) {
        Shop shop = NKAP.shopPaidOutTo(Shop.somebody());

        String charge = shop.charge(4_000, payer);

        assertThat(shop.ended(charge).path("status").asString()).isEqualTo("succeeded");
        assertThat(NKAP.simulator().paidFor(charge)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"reset_after_accept", "reset_before_accept", "unavailable", "html", "down", "hang"})
    void aBurstOfTroubleChangesNoOutcome(String mode) {
        Shop shop = NKAP.shopPaidOutTo(Shop.somebody());
        // Enough good calls before that the circuit stays closed: what an open one does is the next test's claim.
        allPaidOut(shop, charges(shop, 8));

        NKAP.simulator().fault(Map.of("mode", mode, "for_next", 4));

        allPaidOut(shop, charges(shop, 4));
    }

    @Test
    void aRevokedTokenIsRenewed() {
        Shop shop = NKAP.shop();
        shop.ended(shop.charge(1_000, Shop.somebody()));

        NKAP.simulator().forgetTokens();

        assertThat(shop.ended(shop.charge(1_000, Shop.somebody()))
                        .path("status")
                        .asString())
                .isEqualTo("succeeded");
    }

    @Test
    void aProviderThatWasAwayFindsEverythingWaiting() {
        Shop shop = NKAP.shopPaidOutTo(Shop.somebody());
        NKAP.simulator().fault(Map.of("mode", "down"));

        List<String> charges = charges(shop, 12);
        for (String charge : charges) {
            Until.holds(Shop.LIMIT, "tried " + charge, () -> !shop.trace(charge)
                    .at("/provider_requests/0/attempts")
                    .isEmpty());
        }
        assertThat(charges).allSatisfy(charge -> assertThat(shop.status(charge)).isIn("pending", "unknown"));
        NKAP.simulator().isUpAgain();

        allPaidOut(shop, charges);
    }

    private static void allPaidOut(Shop shop, List<String> charges) {
        for (String charge : charges) {
            assertThat(shop.ended(charge).path("status").asString()).isEqualTo("succeeded");
            assertThat(shop.ended(shop.payoutOf(charge)).path("status").asString())
                    .isEqualTo("succeeded");
            assertThat(NKAP.simulator().paidFor(charge)).hasSize(1);
        }
    }

    private static List<String> charges(Shop shop, int count) {
        List<String> charges = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            charges.add(shop.charge(1_000 + i, Shop.somebody()));
        }
        return charges;
    }
}
