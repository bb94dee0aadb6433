package cm.nkap.payments;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MerchantRowsTest {
    private static final Merchant SHOP = new Merchant("mer_1", "douala", "Shop", true, "active", Stored.NOW);
    private final Stored stored = new Stored();

    @BeforeEach
    void aShop() {
        stored.write("douala", tx -> MerchantRows.insert(tx, "douala", "Douala", SHOP));
    }

    @AfterEach
    void drop() {
        stored.close();
    }

    @Test
    void aMerchantComesBackAsItWasStored() {
        assertThat(stored.maybe("douala", tx -> MerchantRows.find(tx, "mer_1"))).contains(SHOP);
        assertThat(stored.maybe("douala", tx -> MerchantRows.defaultOf(tx, "douala")))
                .contains(SHOP);
        assertThat(stored.list("douala", tx -> MerchantRows.ofOrg(tx, "douala")))
                .containsExactly(SHOP);
    }

    @Test
    void anOrganisationHasOneDefaultMerchant() {
        Merchant second = new Merchant("mer_2", "douala", "Other", true, "active", Stored.NOW);
        stored.write("douala", tx -> MerchantRows.insert(tx, "douala", "Douala", second));

        assertThat(stored.maybe("douala", tx -> MerchantRows.defaultOf(tx, "douala")))
                .contains(SHOP);
    }

    @Test
    void thePlanInForceIsTheOneThatBeganLast() {
        Instant change = Stored.NOW.plusSeconds(3600);
        FeePlan first = new FeePlan("fp_1", 100, 0, null);
        FeePlan second = new FeePlan("fp_2", 200, 5, 1_000L);
        stored.write("douala", tx -> {
            MerchantRows.addFeePlan(tx, second, "douala", "charge", change, "user");
            MerchantRows.addFeePlan(tx, first, "douala", "charge", Stored.NOW, "user");
        });

        assertThat(plan("charge", Stored.NOW.minusSeconds(1))).isEqualTo(FeePlan.FREE);
        assertThat(plan("charge", Stored.NOW)).isEqualTo(first);
        assertThat(plan("charge", change.minusMillis(1))).isEqualTo(first);
        assertThat(plan("charge", change)).isEqualTo(second);
        assertThat(plan("payout", change)).isEqualTo(FeePlan.FREE);
    }

    @Test
    void aPreferenceIsReplacedByTheNext() {
        PayoutPreference manual = new PayoutPreference("mer_1", "douala", false, "orange", Stored.NUMBER);
        stored.write("douala", tx -> {
            MerchantRows.prefer(
                    tx, new PayoutPreference("mer_1", "douala", true, "mtn", Stored.NUMBER), "user", Stored.NOW);
            MerchantRows.prefer(tx, manual, "user", Stored.NOW);
        });

        List<PayoutPreference> found = stored.read("douala", tx -> MerchantRows.preferences(tx, List.of("mer_1")));

        assertThat(found).usingRecursiveComparison().isEqualTo(List.of(manual));
    }

    @Test
    void aLimitHoldsFromItsDayAndOnlyWhereAnOperationIsOffered() {
        assertThat(terms("charge", "mtn", Stored.NOW).limit()).contains(new AmountLimit(1, 1_000_000));
        assertThat(terms("charge", "mtn", Instant.parse("2023-12-31T23:59:59Z")).limit())
                .isEmpty();
        assertThat(terms("charge", "camtel", Stored.NOW).limit()).isEmpty();
    }

    @Test
    void anExceptionIsRaisedOncePerPaymentAndReason() {
        stored.write("douala", tx -> {
            ExceptionRows.raise(tx, "douala", ExceptionRows.AMOUNT_OVER, "ch_1", "first", Stored.NOW);
            ExceptionRows.raise(tx, "douala", ExceptionRows.AMOUNT_OVER, "ch_1", "second", Stored.NOW);
            ExceptionRows.raise(tx, "douala", ExceptionRows.STATUS_CONTRADICTION, "ch_1", "other", Stored.NOW);
            ExceptionRows.raise(tx, "douala", ExceptionRows.AMOUNT_OVER, "ch_2", "other", Stored.NOW);
        });

        List<ExceptionRows.Row> open = stored.read("douala", tx -> ExceptionRows.page(tx, "open", null, 10));

        assertThat(open)
                .hasSize(3)
                .extracting(ExceptionRows.Row::detail)
                .contains("first")
                .doesNotContain("second");
        assertThat(open).extracting(ExceptionRows.Row::id).isSortedAccordingTo((a, b) -> b.compareTo(a));
        String newest = open.getFirst().id();
        List<ExceptionRows.Row> rest = stored.read("douala", tx -> ExceptionRows.page(tx, null, newest, 10));
        assertThat(rest).isEqualTo(open.subList(1, 3));
        List<ExceptionRows.Row> resolved = stored.read("douala", tx -> ExceptionRows.page(tx, "resolved", null, 10));
        assertThat(resolved).isEmpty();
    }

    @Test
    void lateMoneyIsKeptOncePerCharge() {
        Charge charge = Stored.charge("douala");
        stored.write("douala", tx -> {
            ExceptionRows.keepReceipt(tx, charge, "mtn-1", 5, Stored.NOW);
            ExceptionRows.keepReceipt(tx, charge, "mtn-1", 5, Stored.NOW);
        });

        assertThat(stored.texts("SELECT concat_ws(' ', payment = '" + charge.id()
                        + "', amount, provider_transaction, journal_seq, status) FROM payments.unapplied_receipt"))
                .containsExactly("t 10000 mtn-1 5 open");
    }

    private FeePlan plan(String operation, Instant at) {
        return terms(operation, "mtn", at).fees();
    }

    private Terms terms(String operation, String provider, Instant at) {
        return stored.read("douala", tx -> MerchantRows.terms(tx, "douala", operation, provider, at));
    }
}
