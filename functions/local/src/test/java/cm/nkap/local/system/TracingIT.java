package cm.nkap.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.testing.OtlpReceiver;
import cm.nkap.testing.Received;
import cm.nkap.testing.Until;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What the whole system tells a receiver of OTLP about a payment, and what it keeps to itself. */
class TracingIT {
    private static final OtlpReceiver RECEIVER = OtlpReceiver.start();
    private static final NkapSystem NKAP = NkapSystem.start(Chain.telling(RECEIVER, "1"));

    @AfterAll
    static void stop() {
        NKAP.close();
        RECEIVER.close();
    }

    private static String paidOut(Shop shop, String payer) {
        String charge = shop.charge(10_000, payer);
        assertThat(shop.ended(charge).path("status").asString()).isEqualTo("succeeded");
        assertThat(shop.ended(shop.payoutOf(charge)).path("status").asString()).isEqualTo("succeeded");
        return charge;
    }

    private static String traceOf(Shop shop, String payment) {
        var ids = shop.trace(payment).path("trace_ids");
        assertThat(ids).as("one trace").hasSize(1);
        return ids.path(0).asString();
    }

    @Test
    void aChargeThroughItsCallbackToItsPayoutIsOneTrace() {
        Shop shop = NKAP.shopPaidOutTo(Shop.somebody());
        String charge = paidOut(shop, Shop.somebody());

        Chain chain = Chain.whole(RECEIVER, traceOf(shop, charge), Chain.PAID_OUT);

        assertThat(chain.roots().getFirst().name()).isEqualTo("POST /v1/charges");
        assertThat(chain.only("POST /v1/charges").attributes())
                .containsEntry("http.route", "/v1/charges")
                .containsEntry("http.response.status_code", 201L);
        assertThat(chain.names()).contains("deliver nkap.charge.created", "INSERT events.outbox");
        assertThat(chain.only("process nkap.charge.created").attributes()).containsEntry("nkap.payment", charge);
        assertThat(chain.only("mtn collect").attributes()).containsEntry("nkap.outcome", "ok");
    }

    @Test
    void theCallbackAndThePaymentPointAtEachOther() {
        Shop shop = NKAP.shopPaidOutTo(Shop.somebody());
        String charge = paidOut(shop, Shop.somebody());

        Chain chain = Chain.whole(RECEIVER, traceOf(shop, charge), Chain.PAID_OUT);

        var joins = chain.spans().stream()
                .filter(span -> span.name().equals("callback mtn"))
                .toList();
        for (var join : joins) {
            var called = join.links().getFirst();
            Until.passes(Shop.LIMIT, () -> assertThat(RECEIVER.spans())
                    .filteredOn(span -> span.spanId().equals(called.spanId()))
                    .singleElement()
                    .satisfies(call -> {
                        assertThat(call.name()).endsWith("/v1/callbacks/{provider}/{token}");
                        assertThat(call.links())
                                .extracting(Received.Link::spanId)
                                .contains(join.spanId());
                    }));
        }
    }

    @Test
    void aSettlementStandsBelowTheEventThatItSettlesOrPointsAtIt() {
        Shop shop = NKAP.shopPaidOutTo(Shop.somebody());
        String charge = paidOut(shop, Shop.somebody());
        Chain chain = Chain.whole(RECEIVER, traceOf(shop, charge), Chain.PAID_OUT);

        var settling = chain.only("process nkap.provider.collection.succeeded");

        Until.passes(Shop.LIMIT, () -> assertThat(RECEIVER.spans())
                .filteredOn(span -> span.name().startsWith("transaction"))
                .anyMatch(span -> span.parentId().equals(settling.spanId())
                        || span.links().stream().anyMatch(link -> link.spanId().equals(settling.spanId()))));
    }

    @Test
    void theLogSaysWhereItsLinesBelong() {
        Shop shop = NKAP.shopPaidOutTo(Shop.somebody());
        String charge = paidOut(shop, Shop.somebody());
        String trace = traceOf(shop, charge);

        Until.passes(Shop.LIMIT, () -> assertThat(RECEIVER.logs())
                .filteredOn(line -> line.traceId().equals(trace))
                .anySatisfy(line -> {
                    assertThat(line.body()).isEqualTo("request");
                    assertThat(line.attributes())
                            .containsEntry("route", "/v1/charges")
                            .containsEntry("trace_id", trace)
                            .containsKey("request_id");
                })
                .anySatisfy(line -> {
                    assertThat(line.body()).isEqualTo("event");
                    assertThat(line.attributes()).containsEntry("about", charge).containsEntry("org", shop.org);
                }));
    }

    @Test
    void nothingThatIsToldNamesAnybody() {
        String payer = Shop.somebody();
        String wallet = Shop.somebody();
        Shop shop = NKAP.shopPaidOutTo(wallet);
        String charge = paidOut(shop, payer);

        Chain _ = Chain.whole(RECEIVER, traceOf(shop, charge), Chain.PAID_OUT);

        assertThat(RECEIVER.text())
                .doesNotContain(payer.substring(3))
                .doesNotContain(wallet.substring(3))
                .doesNotContain("Bearer ")
                .doesNotContain("eyJ");
    }

    @Test
    void readsLeaveATraceToo() {
        Shop shop = NKAP.shop();
        var answer = shop.api.get("/v1/balances");
        assertThat(answer.status()).isEqualTo(200);

        Until.passes(Shop.LIMIT, () -> assertThat(RECEIVER.spans())
                .filteredOn(span -> span.name().equals("GET /v1/balances"))
                .isNotEmpty()
                .allMatch(span -> span.kind().equals("server") && !span.isError()));
        assertThat(RECEIVER.spans()).extracting(Received.Span::service).containsOnly("nkap");
    }
}
