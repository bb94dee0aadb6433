package cm.nkap.query;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.testing.TokenIssuer.Grant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TenancyTest {
    private static final Grant MARIE = Served.customer("marie");
    private static Served served;
    private static String merchant;
    private static Written.Paid paid;
    private static Written.Paid byMarie;
    private static String payout;

    @BeforeAll
    static void write() {
        served = new Served();
        var written = new Written(served.database);
        merchant = written.merchant(Served.DOUALA, "Boutique");
        String other = written.merchant(Served.YAOUNDE, "Librairie");
        paid = written.paid(Served.DOUALA, merchant, "till", null);
        byMarie = written.paid(Served.YAOUNDE, other, "novel", MARIE.subject());
        payout = written.payout(Served.DOUALA, merchant, paid.id(), 985).id();
        written.late(written.charge(Served.DOUALA, merchant, "late", null));
    }

    @AfterAll
    static void stop() {
        served.close();
    }

    @Test
    void anotherOrganisationsObjectsAreNotThere() {
        for (String path : List.of(
                "/v1/charges/" + paid.id(),
                "/v1/payouts/" + payout,
                "/v1/payments/" + paid.id() + "/trace",
                "/v1/payments/" + payout + "/trace",
                "/v1/journals?payment=" + paid.id(),
                "/v1/journals?payment=" + payout,
                "/v1/balances?merchant=" + merchant)) {
            assertThat(served.get(Served.merchant(Served.DOUALA), path).status())
                    .as("own " + path)
                    .isEqualTo(200);
            var foreign = served.get(Served.merchant(Served.YAOUNDE), path);
            assertThat(foreign.status()).as("foreign " + path).isEqualTo(404);
            assertThat(foreign.at("/code")).isEqualTo("not_found");
            assertThat(foreign.text()).doesNotContain("boutique");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ch_00000000000000000000000000", "po_00000000000000000000000000", "es_1", "x", "mer_1"})
    void whatNeverExistedIsAnsweredLikeWhatIsSomebodyElses(String id) {
        assertThat(served.get(Served.treasury(), "/v1/payments/" + id + "/trace")
                        .status())
                .isEqualTo(404);
        assertThat(served.get(Served.treasury(), "/v1/charges/" + id).status()).isEqualTo(404);
        assertThat(served.get(Served.treasury(), "/v1/payouts/" + id).status()).isEqualTo(404);
    }

    @Test
    void listsHoldOnlyTheOwnOrganisation() {
        var yaounde = Served.merchant(Served.YAOUNDE);

        assertThat(served.get(yaounde, "/v1/charges").each("id")).containsExactly(byMarie.id());
        assertThat(served.get(yaounde, "/v1/payouts").each("id")).isEmpty();
        assertThat(served.get(yaounde, "/v1/events").each("about")).containsOnly(byMarie.id());
        assertThat(served.get(yaounde, "/v1/events?about=" + paid.id()).each("id"))
                .isEmpty();
        assertThat(served.get(yaounde, "/v1/unapplied-receipts").each("id")).isEmpty();
        assertThat(served.get(yaounde, "/v1/balances").each("merchant")).doesNotContain(merchant);
    }

    @Test
    void staffSeeEveryOrganisation() {
        assertThat(served.get(Served.treasury(), "/v1/charges").each("id")).contains(paid.id(), byMarie.id());
        assertThat(served.get(Served.treasury(), "/v1/payouts").each("id")).containsExactly(payout);
        assertThat(served.get(Served.treasury(), "/v1/events").each("about")).contains(paid.id(), byMarie.id(), payout);
    }

    @Test
    void aCustomerSeesWhatItPaidAndNothingOfTheOrganisationItIsIn() {
        assertThat(served.get(MARIE, "/v1/charges").each("id")).containsExactly(byMarie.id());
        assertThat(served.get(MARIE, "/v1/charges/" + byMarie.id()).status()).isEqualTo(200);
        assertThat(served.get(MARIE, "/v1/charges/" + paid.id()).status()).isEqualTo(404);
        assertThat(served.get(MARIE, "/v1/payments/" + paid.id() + "/trace").status())
                .isEqualTo(404);
        assertThat(served.get(MARIE, "/v1/payments/" + payout + "/trace").status())
                .isEqualTo(404);
        assertThat(served.get(Served.customer("paul"), "/v1/charges").each("id"))
                .isEmpty();
        assertThat(served.get(Served.customer("paul"), "/v1/charges/" + byMarie.id())
                        .status())
                .isEqualTo(404);
    }

    @Test
    void aCustomersTraceLeavesOutTheMerchantsBooks() {
        var trace = served.get(MARIE, "/v1/payments/" + byMarie.id() + "/trace");

        assertThat(trace.status()).isEqualTo(200);
        assertThat(trace.body().path("journals").size()).isZero();
        assertThat(trace.body().path("payouts").size()).isZero();
        assertThat(trace.at("/provider_requests/0/id")).isEqualTo(byMarie.request());
        assertThat(trace.body().path("events").size()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/charges,           customer merchant org-admin treasury platform",
        "/v1/payouts,           merchant org-admin treasury platform",
        "/v1/balances,          merchant org-admin treasury platform",
        "/v1/journals?payment=%s, merchant org-admin treasury platform",
        "/v1/events,            merchant org-admin treasury platform",
        "/v1/unapplied-receipts, merchant org-admin treasury platform",
        "/v1/floats,            treasury platform",
        "/v1/exceptions,        treasury platform",
    })
    void admitsExactlyTheseRoles(String path, String admitted) {
        for (String role : List.of("customer", "merchant", "org-admin", "treasury", "platform")) {
            var answer = served.get(Grant.of("a-" + role, Served.DOUALA, role), path.formatted(paid.id()));
            boolean mayRead = List.of(admitted.split(" ", -1)).contains(role);
            assertThat(answer.status()).as(role + " " + path).isEqualTo(mayRead ? 200 : 403);
        }
    }
}
