package cm.nkap.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.testing.Until;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Charges that the provider never took: over only when that is proven. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ExpiryIT {
    private static final NkapSystem NKAP = NkapSystem.start(Map.of(
            "NKAP_PROMPT_LIFE", "2s",
            "NKAP_NOT_FOUND_AGE", "3s",
            "NKAP_NOT_FOUND_SPAN", "1s",
            "NKAP_SUBMIT_TRIES", "1"));

    @AfterAll
    static void stop() {
        NKAP.close();
    }

    @AfterEach
    void theBooksAgree() {
        NKAP.audit.passes();
    }

    /** First of all: no payment succeeded yet that the provider could be asked about. */
    @Test
    @Order(1)
    void notFoundProvesNothingWhileTheProviderKnowsNothingElse() {
        Shop shop = NKAP.shop();

        String charge = shop.charge(3_000, "237670000011");
        Until.holds(Shop.LIMIT, "five times not found after its time", () -> notFound(shop, charge) >= 8);
        assertThat(shop.status(charge)).isEqualTo("unknown");

        shop.ended(shop.charge(1_000, Shop.somebody()));
        assertThat(shop.ended(charge).path("status").asString()).isEqualTo("expired");
    }

    /** Reset before it was taken; a web firewall's page; a hang and 503; 503 at once. */
    @ParameterizedTest
    @ValueSource(strings = {"237670000011", "237670000015", "237670000016", "237670000008"})
    @Order(2)
    void whatTheProviderNeverTookExpiresWithProof(String payer) {
        Shop shop = NKAP.shopPaidOutTo(Shop.somebody());

        String charge = shop.charge(3_000, payer);

        JsonNode ended = shop.ended(charge);
        assertThat(ended.path("status").asString()).isEqualTo("expired");
        assertThat(shop.events(charge)).contains("charge.became_unknown").containsOnlyOnce("charge.expired");
        assertThat(notFound(shop, charge)).isGreaterThanOrEqualTo(3);
        assertThat(shop.trace(charge).at("/provider_requests").size()).isOne();
        assertThat(NKAP.simulator().paidFor(charge)).isEmpty();
        assertThat(shop.balance()).isZero();
    }

    private static long notFound(Shop shop, String charge) {
        return shop.trace(charge)
                .at("/provider_requests/0/attempts")
                .valueStream()
                .filter(attempt -> attempt.path("outcome").asString("").equals("not_found"))
                .count();
    }
}
