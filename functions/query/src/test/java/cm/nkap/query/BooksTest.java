package cm.nkap.query;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BooksTest {
    private Served served;
    private Written written;
    private String douala;
    private String yaounde;

    @BeforeEach
    void write() {
        served = new Served();
        written = new Written(served.database);
        douala = written.merchant(Served.DOUALA, "Boutique");
        yaounde = written.merchant(Served.YAOUNDE, "Librairie");
    }

    @AfterEach
    void stop() {
        served.close();
    }

    @Test
    void aBalanceSaysWhatIsOwedReservedAndAvailable() {
        written.paid(Served.DOUALA, douala, "a", null);
        written.paid(Served.DOUALA, douala, "b", null);
        written.queued(Served.DOUALA, douala, 300);

        var answer = served.get(Served.merchant(Served.DOUALA), "/v1/balances");

        assertThat(answer.each("merchant")).containsExactly(douala);
        assertThat(answer.body().at("/data/0/payable").longValue()).isEqualTo(1970);
        assertThat(answer.body().at("/data/0/reserved").longValue()).isEqualTo(300);
        assertThat(answer.body().at("/data/0/available").longValue()).isEqualTo(1670);
        assertThat(answer.at("/data/0/currency")).isEqualTo("XAF");
    }

    @Test
    void staffReadAnyMerchantsBalance() {
        assertThat(served.get(Served.treasury(), "/v1/balances").each("merchant"))
                .containsExactlyInAnyOrder(douala, yaounde);
        assertThat(served.get(Served.treasury(), "/v1/balances?merchant=" + yaounde)
                        .each("merchant"))
                .containsExactly(yaounde);
    }

    @Test
    void aMerchantDoesNotLearnWhatThePlatformHolds() {
        var paid = written.paid(Served.DOUALA, douala, "a", null);

        var own = served.get(Served.merchant(Served.DOUALA), "/v1/journals?payment=" + paid.id());
        var postings = own.body().at("/data/0/postings");

        assertThat(own.at("/data/0/kind")).isEqualTo("charge.collected");
        assertThat(own.at("/data/0/id")).startsWith("jn_");
        assertThat(postings.size()).isEqualTo(3);
        for (var posting : postings) {
            switch (posting.path("account").asString()) {
                case "float:mtn" -> {
                    assertThat(posting.path("debit").longValue()).isEqualTo(1000);
                    assertThat(posting.has("credit")).isFalse();
                    assertThat(posting.get("balance_after").isNull()).isTrue();
                }
                case "platform:fees" ->
                    assertThat(posting.get("balance_after").isNull()).isTrue();
                default -> {
                    assertThat(posting.path("credit").longValue()).isEqualTo(985);
                    assertThat(posting.path("balance_after").longValue()).isEqualTo(985);
                }
            }
        }
    }

    @Test
    void treasurySeesEveryAccountsBalanceAfter() {
        var paid = written.paid(Served.DOUALA, douala, "a", null);

        var answer = served.get(Served.treasury(), "/v1/journals?payment=" + paid.id());

        assertThat(answer.body().at("/data/0/postings/0/balance_after").longValue())
                .isEqualTo(1000);
    }

    @Test
    void staffPageThroughAllJournalsNewestFirst() {
        written.topUp(5000);
        written.paid(Served.DOUALA, douala, "a", null);
        written.paid(Served.YAOUNDE, yaounde, "b", null);

        var first = served.get(Served.treasury(), "/v1/journals?limit=2");
        var second = served.get(
                Served.treasury(),
                "/v1/journals?limit=2&starting_after=" + first.each("id").getLast());

        assertThat(first.body().path("has_more").booleanValue()).isTrue();
        assertThat(first.each("kind")).containsExactly("charge.collected", "charge.collected");
        assertThat(second.each("kind")).containsExactly("topup.arrived");
        assertThat(second.body().path("has_more").booleanValue()).isFalse();
    }

    @Test
    void aPaymentsJournalsArePagedNewestFirstToo() {
        var paid = written.paid(Served.DOUALA, douala, "a", null);
        written.late(paid.charge());

        var path = "/v1/journals?limit=1&payment=" + paid.id();
        var first = served.get(Served.merchant(Served.DOUALA), path);
        var second = served.get(
                Served.merchant(Served.DOUALA),
                path + "&starting_after=" + first.each("id").getLast());

        assertThat(first.each("kind")).containsExactly("charge.unapplied");
        assertThat(first.body().path("has_more").booleanValue()).isTrue();
        assertThat(second.each("kind")).containsExactly("charge.collected");
        assertThat(second.body().path("has_more").booleanValue()).isFalse();
    }

    @Test
    void floatsSayWhatIsThereUnexplainedAndAwaited() {
        written.topUp(5000);
        written.late(written.charge(Served.DOUALA, douala, "late", null));
        written.queued(Served.DOUALA, douala, 700);

        var answer = served.get(Served.treasury(), "/v1/floats");
        int mtn = answer.each("provider").indexOf("mtn");

        assertThat(answer.each("provider")).containsExactly("camtel", "mtn", "orange");
        assertThat(answer.body().at("/data/" + mtn + "/balance").longValue()).isEqualTo(6000);
        assertThat(answer.body().at("/data/" + mtn + "/suspense").longValue()).isEqualTo(1000);
        assertThat(answer.body().at("/data/" + mtn + "/queued").longValue()).isEqualTo(700);
    }

    @Test
    void lateMoneyIsListedUntilSomebodyResolvesIt() {
        var charge = written.charge(Served.DOUALA, douala, "late", null);
        written.late(charge);

        var receipts = served.get(Served.merchant(Served.DOUALA), "/v1/unapplied-receipts?status=open");
        var exceptions = served.get(Served.treasury(), "/v1/exceptions?status=open");

        assertThat(receipts.each("payment")).containsExactly(charge.id());
        assertThat(receipts.body().at("/data/0/amount").longValue()).isEqualTo(1000);
        assertThat(receipts.at("/data/0/provider_transaction_id")).isEqualTo("mtn-9");
        assertThat(exceptions.each("payment")).containsExactly(charge.id());
        assertThat(exceptions.at("/data/0/reason")).isEqualTo("STATUS_CONTRADICTION");
        assertThat(served.get(Served.treasury(), "/v1/exceptions?status=resolved")
                        .each("id"))
                .isEmpty();
    }
}
