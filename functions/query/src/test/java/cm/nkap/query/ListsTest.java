package cm.nkap.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListsTest {
    private static Served served;
    private static Written written;
    private static String merchant;
    private static final List<String> charges = new ArrayList<>();
    private static final List<String> payouts = new ArrayList<>();

    @BeforeAll
    static void write() {
        served = new Served();
        written = new Written(served.database);
        merchant = written.merchant(Served.DOUALA, "Boutique");
        for (int i = 0; i < 4; i++) {
            charges.add(
                    written.charge(Served.DOUALA, merchant, "order-" + i, null).id());
        }
        charges.add(written.paid(Served.DOUALA, merchant, "order-paid", null).id());
        payouts.add(written.payout(Served.DOUALA, merchant, null, 100).id());
        payouts.add(written.queued(Served.DOUALA, merchant, 200).id());
    }

    @AfterAll
    static void stop() {
        served.close();
    }

    @Test
    void pagesThroughEveryChargeOnceNewestFirst() {
        List<String> seen = new ArrayList<>();
        var page = get("/v1/charges?limit=2");
        while (page.body().path("has_more").booleanValue()) {
            assertThat(page.each("id")).hasSize(2);
            seen.addAll(page.each("id"));
            page = get("/v1/charges?limit=2&starting_after=" + seen.getLast());
        }
        seen.addAll(page.each("id"));

        assertThat(seen).containsExactlyElementsOf(charges.reversed());
    }

    @Test
    void filtersCharges() {
        assertThat(get("/v1/charges?status=succeeded").each("id")).containsExactly(charges.getLast());
        assertThat(get("/v1/charges?reference=order-2").each("id")).containsExactly(charges.get(2));
        assertThat(get("/v1/charges?merchant=" + merchant).each("id")).hasSize(5);
        assertThat(get("/v1/charges?merchant=mer_00000000000000000000000000").each("id"))
                .isEmpty();
    }

    @Test
    void filtersPayouts() {
        assertThat(get("/v1/payouts").each("id")).containsExactlyElementsOf(payouts.reversed());
        assertThat(get("/v1/payouts?status=queued").each("id")).containsExactly(payouts.getLast());
        assertThat(get("/v1/payouts?limit=1&starting_after=" + payouts.getLast())
                        .each("id"))
                .containsExactly(payouts.getFirst());
    }

    @Test
    void filtersEventsByObjectAndType() {
        var charge = charges.getLast();

        assertThat(get("/v1/events?about=" + charge).each("type"))
                .containsExactlyInAnyOrder("cm.nkap.charge.created.v1", "cm.nkap.charge.succeeded.v1");
        var succeeded = get("/v1/events?type=cm.nkap.charge.succeeded.v1");
        assertThat(succeeded.each("about")).containsExactly(charge);
        assertThat(succeeded.body().at("/data/0/data/net").longValue()).isEqualTo(985);
        assertThat(succeeded.at("/data/0/trace_id")).isEqualTo(Written.trace('d'));
        assertThat(get("/v1/events").each("id")).hasSize(3);
        assertThat(get("/v1/events?limit=1").body().path("has_more").booleanValue())
                .isTrue();
    }

    @Test
    void namesEveryFaultOfTheParametersAtOnce() {
        var answer = get("/v1/charges?limit=0&status=paid&starting_after=po_1&color=red");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.at("/code")).isEqualTo("invalid_request");
        List<String> params = new ArrayList<>();
        answer.body()
                .path("errors")
                .forEach(error -> params.add(error.path("param").asString()));
        assertThat(params).containsExactly("limit", "starting_after", "status", "color");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/charges?limit=101",
                "/v1/charges?limit=ten",
                "/v1/charges?limit=",
                "/v1/payouts?status=expired",
                "/v1/balances?merchant=ch_1",
                "/v1/journals",
                "/v1/journals?payment=jn_1",
                "/v1/journals?payment=ch_1&starting_after=jn_abc",
                "/v1/events?type=charge.created",
                "/v1/unapplied-receipts?status=gone",
                "/v1/charges/ch_1?expand=payout",
                "/v1/payouts/po_1?expand=charge",
                "/v1/payments/ch_1/trace?depth=1",
            })
    void refusesParametersThatMeanNothing(String path) {
        var answer = get(path);

        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.at("/code")).isEqualTo("invalid_request");
    }

    @Test
    void showsAChargeWithItsNumberMasked() {
        var answer = get("/v1/charges/" + charges.getLast());

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.at("/customer/msisdn")).isEqualTo("2376••••••01");
        assertThat(answer.at("/status")).isEqualTo("succeeded");
        assertThat(answer.at("/metadata/cart")).isEqualTo("7");
        assertThat(answer.body().path("failure").isNull()).isTrue();
        assertThat(answer.text()).doesNotContain(Written.NUMBER, "77123401");
    }

    private static Served.Answer get(String path) {
        return served.get(Served.merchant(Served.DOUALA), path);
    }
}
