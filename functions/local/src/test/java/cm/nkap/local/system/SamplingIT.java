package cm.nkap.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.testing.OtlpReceiver;
import cm.nkap.testing.Until;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What is told of payments when no ordinary trace is kept, and what becomes of them when nobody listens. */
class SamplingIT {
    /** The provider takes the first try and cuts the line before it answers. */
    private static final String CUT_OFF = "237670000010";

    private static final OtlpReceiver RECEIVER = OtlpReceiver.start();
    private static final NkapSystem NKAP = NkapSystem.start(settings());

    /** With a provider that is waited for, so that only who is cut off leaves us in doubt. */
    private static Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>(Chain.telling(RECEIVER, "0"));
        settings.put("NKAP_MTN_READ_TIMEOUT", "20s");
        return settings;
    }

    @AfterAll
    static void stop() {
        NKAP.close();
        RECEIVER.close();
    }

    @Test
    void onlyWhatStayedUnknownIsKeptAndPaymentsGoOnWhenNobodyListens() {
        Shop shop = NKAP.shop();
        String ordinary = paid(shop, Shop.somebody());
        String unclear = paid(shop, CUT_OFF);

        Until.passes(Shop.LIMIT, () -> assertThat(chain(shop, unclear).spans())
                .anySatisfy(asked -> {
                    assertThat(asked.name()).isEqualTo("mtn collect");
                    assertThat(asked.isError()).isTrue();
                    assertThat(asked.attributes()).containsEntry("nkap.outcome", "unknown");
                })
                .anySatisfy(around -> assertThat(around.name()).isEqualTo("process nkap.charge.created")));
        assertThat(chain(shop, ordinary).names()).doesNotContain("mtn collect");

        RECEIVER.close();
        paid(shop, CUT_OFF);
        NKAP.audit.everyEventIsConsumed();
    }

    private static String paid(Shop shop, String payer) {
        String charge = shop.charge(5_000, payer);
        assertThat(shop.ended(charge).path("status").asString()).isEqualTo("succeeded");
        return charge;
    }

    private static Chain chain(Shop shop, String charge) {
        return Chain.of(RECEIVER, shop.trace(charge).path("trace_ids").path(0).asString());
    }
}
