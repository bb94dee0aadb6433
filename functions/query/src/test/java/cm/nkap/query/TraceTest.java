package cm.nkap.query;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.payments.Payout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class TraceTest {
    private static Served served;
    private static Written.Paid paid;
    private static Payout payout;

    @BeforeAll
    static void write() {
        served = new Served();
        var written = new Written(served.database);
        String merchant = written.merchant(Served.DOUALA, "Boutique");
        paid = written.paid(Served.DOUALA, merchant, "order", null);
        payout = written.payout(Served.DOUALA, merchant, paid.id(), 985);
    }

    @AfterAll
    static void stop() {
        served.close();
    }

    @Test
    void leadsFromACustomersPaymentToEverythingThatItCaused() {
        var trace = trace(paid.id());

        assertThat(trace.at("/payment/id")).isEqualTo(paid.id());
        assertThat(trace.at("/payment/object")).isEqualTo("charge");
        assertThat(trace.at("/journals/0/kind")).isEqualTo("charge.collected");
        assertThat(trace.at("/provider_requests/0/id")).isEqualTo(paid.request());
        assertThat(trace.at("/provider_requests/0/kind")).isEqualTo("collect");
        assertThat(trace.at("/callbacks/0/id")).isEqualTo(paid.callback());
        assertThat(types(trace.body().path("events")))
                .containsExactly("cm.nkap.charge.created.v1", "cm.nkap.charge.succeeded.v1");
        assertThat(trace.body().path("webhooks").isArray()).isTrue();
    }

    @Test
    void showsEachAttemptAndWhatCameOfIt() {
        var attempts = trace(paid.id()).body().at("/provider_requests/0/attempts");

        assertThat(attempts.size()).isEqualTo(2);
        assertThat(attempts.at("/0/kind").asString()).isEqualTo("submit");
        assertThat(attempts.at("/0/http_status").intValue()).isEqualTo(202);
        assertThat(attempts.at("/0/outcome").asString()).isEqualTo("accepted");
        assertThat(attempts.at("/1/finished_at").isNull()).isTrue();
    }

    @Test
    void includesThePayoutThatTheChargeStarted() {
        var steps = trace(paid.id()).body().at("/payouts/0");

        assertThat(steps.at("/payout/id").asString()).isEqualTo(payout.id());
        assertThat(steps.at("/payout/automatic").booleanValue()).isTrue();
        assertThat(steps.at("/journals/0/kind").asString()).isEqualTo("payout.requested");
        assertThat(steps.at("/provider_requests/0/kind").asString()).isEqualTo("disburse");
        assertThat(types(steps.path("events"))).containsExactly("cm.nkap.payout.requested.v1");
    }

    @Test
    void namesEveryTraceIdOnce() {
        List<String> ids = new ArrayList<>();
        trace(paid.id()).body().path("trace_ids").forEach(id -> ids.add(id.asString()));

        assertThat(ids)
                .containsExactlyInAnyOrder(
                        Written.trace('a'), Written.trace('b'), Written.trace('c'), Written.trace('d'));
    }

    @Test
    void tracesAPayoutByItself() {
        var trace = trace(payout.id());

        assertThat(trace.at("/payment/id")).isEqualTo(payout.id());
        assertThat(trace.at("/journals/0/kind")).isEqualTo("payout.requested");
        assertThat(trace.body().path("payouts").size()).isZero();
    }

    @Test
    void neverShowsANumberOrWhatAProviderCalledBack() {
        var trace = trace(paid.id());

        assertThat(trace.text()).doesNotContain(Written.NUMBER, "77123401", Written.SECRET_BODY, "callback_token");
        assertThat(trace.at("/callbacks/0/method")).isEqualTo("PUT");
        assertThat(trace.body().at("/callbacks/0").has("body")).isFalse();
    }

    private static Served.Answer trace(String payment) {
        var answer = served.get(Served.merchant(Served.DOUALA), "/v1/payments/" + payment + "/trace");
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer;
    }

    private static List<String> types(JsonNode events) {
        List<String> types = new ArrayList<>();
        events.forEach(event -> types.add(event.path("type").asString()));
        return types;
    }
}
