package cm.nkap.payments;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every table of the catalogue that has an org_id shows and takes an organisation's own rows only. */
class TenancyTest {
    private static final Stored stored = new Stored();
    private static final String CUSTOMER = "7b2c.customer";

    @BeforeAll
    static void aRowOfEachOrganisationInEveryTable() {
        for (String org : List.of("douala", "yaounde")) {
            stored.write(org, tx -> {
                Merchant merchant = new Merchant("mer_" + org, org, "Shop", true, "active", Stored.NOW);
                MerchantRows.insert(tx, org, "Org " + org, merchant);
                MerchantRows.addFeePlan(tx, new FeePlan("fp_" + org, 100, 0, null), org, "charge", Stored.NOW, "user");
                MerchantRows.prefer(
                        tx, new PayoutPreference(merchant.id(), org, true, "mtn", Stored.NUMBER), "user", Stored.NOW);
                Charge charge = Stored.charge(org, ChargeStatus.PENDING, org.equals("douala") ? CUSTOMER : null);
                ChargeRows.insert(tx, charge);
                PayoutRows.insert(tx, List.of(Stored.payout(org, PayoutStatus.PENDING, null)));
                ProviderRequest request = Stored.request(org, charge.id(), null);
                ProviderRequestRows.insertMissing(tx, List.of(request));
                ProviderRequestRows.begin(tx, List.of(ProviderAttempt.begin(request, "submit", Stored.NOW)));
                CallbackRows.insert(
                        tx,
                        List.of(new CallbackRows.Callback(Ids.next("cb"), org, "mtn", null, null, "PUT", Stored.NOW)),
                        List.of(new byte[] {1}));
                ErasureRows.insert(
                        tx,
                        Erasure.asked(Ids.next("er"), org, new byte[] {1}, null, null, "asked", "user-1", Stored.NOW));
                ExceptionRows.raise(tx, org, ExceptionRows.AMOUNT_OVER, charge.id(), "more", Stored.NOW);
                ExceptionRows.keepReceipt(tx, charge, null, 1, Stored.NOW);
            });
        }
    }

    @AfterAll
    static void drop() {
        stored.close();
    }

    static List<String> tables() {
        return stored.texts("""
                SELECT c.oid::regclass::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
                WHERE c.relnamespace = 'payments'::regnamespace AND c.relkind = 'r' AND a.attname = 'org_id' AND NOT a.attisdropped
                ORDER BY 1
                """);
    }

    @Test
    void theCatalogueNamesTheTablesThatBelongToSomebody() {
        assertThat(tables()).hasSizeGreaterThanOrEqualTo(11).contains("payments.charge", "payments.merchant");
        assertThat(stored.texts("""
                        SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'payments'::regnamespace AND c.relkind = 'r'
                        AND NOT EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'org_id')
                        """))
                .as("tables of nobody's")
                .containsExactlyInAnyOrder(
                        "migration", "amount_limit", "retention_clock", "retention_place", "retention_rule");
    }

    @Test
    void rowLevelSecurityIsForcedOnAllOfThem() {
        assertThat(stored.texts("""
                        SELECT relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'org_id'
                        WHERE c.relnamespace = 'payments'::regnamespace AND c.relkind = 'r'
                          AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
                        """)).isEmpty();
        assertThat(stored.list("", tx -> tx.createQuery("SELECT fault FROM nkap.isolation_faults()")
                        .mapTo(String.class)
                        .list()))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("tables")
    void showsAnOrganisationItsOwnRowsOnly(String table) {
        assertThat(orgs("douala", table)).as("%s holds a row of each", table).isEqualTo("douala");
        assertThat(orgs("yaounde", table)).isEqualTo("yaounde");
        assertThat(orgs("douala,yaounde", table)).isEqualTo("douala,yaounde");
        assertThat(orgs("*", table)).isEqualTo("douala,yaounde");
        assertThat(orgs("", table)).isEmpty();
        assertThat(orgs("doual", table)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("tables")
    void takesNoRowForAnotherOrganisation(String table) {
        String columns = stored.texts(
                        "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = '"
                                + table + "'::regclass AND attnum > 0 AND NOT attisdropped")
                .getFirst();
        String forged = "INSERT INTO " + table + " (" + columns + ") SELECT "
                + columns.replaceFirst("\\borg_id\\b", "'yaounde'") + " FROM " + table;

        assertThat(Stored.stateOf(() -> stored.write("douala", tx -> tx.execute(forged))))
                .isEqualTo("42501");
    }

    @Test
    void nothingOfAnotherOrganisationCanBeChangedOrTaken() {
        Map<String, Integer> touched = new TreeMap<>();
        stored.write("douala", tx -> {
            touched.put("charge", tx.execute("UPDATE payments.charge SET status = 'failed' WHERE org_id = 'yaounde'"));
            touched.put("payout", tx.execute("UPDATE payments.payout SET status = 'failed' WHERE org_id = 'yaounde'"));
            touched.put(
                    "merchant",
                    tx.execute("UPDATE payments.merchant SET status = 'suspended' WHERE org_id = 'yaounde'"));
        });

        assertThat(touched.values()).containsOnly(0);
        for (String table : tables()) {
            assertThat(Stored.stateOf(() -> stored.write("*", tx -> tx.execute("DELETE FROM " + table))))
                    .as(table)
                    .isEqualTo("42501");
        }
    }

    @Test
    void aCustomerReadsWhatItPaidWhoeverItPaidAndNothingElse() {
        String customer = "customer." + CUSTOMER;

        assertThat(orgs(customer, "payments.charge")).isEqualTo("douala");
        assertThat(orgs("customer.7b2c", "payments.charge")).isEmpty();
        assertThat(orgs("customer.", "payments.charge")).isEmpty();
        for (String table : tables()) {
            if (!table.equals("payments.charge")) {
                assertThat(orgs(customer, table)).as(table).isEmpty();
            }
        }
        int changed = stored.read(customer, tx -> tx.execute("UPDATE payments.charge SET status = 'succeeded'"));
        assertThat(changed).isZero();
        List<Charge> locked =
                stored.read(customer, tx -> ChargeRows.lock(tx, stored.texts("SELECT id FROM payments.charge")));
        assertThat(locked).isEmpty();
    }

    @Test
    void anybodyLearnsWhoseAMerchantIsAndNothingMore() {
        assertThat(stored.maybe("", tx -> MerchantRows.orgOf(tx, "mer_yaounde")))
                .contains("yaounde");
        assertThat(stored.maybe("", tx -> MerchantRows.orgOf(tx, "mer_nobody"))).isEmpty();
        assertThat(stored.maybe("douala", tx -> MerchantRows.find(tx, "mer_yaounde")))
                .isEmpty();
    }

    @Test
    void onlyALookupAndWhatForgetsRunAsTheOwnerWithAPathNobodyElseCanFill() {
        assertThat(stored.texts("""
                        SELECT proname || ' ' || array_to_string(proconfig, ';') FROM pg_proc
                        WHERE pronamespace = 'payments'::regnamespace AND prosecdef
                        """))
                .containsExactlyInAnyOrder(
                        "merchant_org search_path=pg_catalog, pg_temp",
                        "forget_words search_path=pg_catalog, pg_temp",
                        "forget_persons search_path=pg_catalog, pg_temp",
                        "carry_out_erasure search_path=pg_catalog, pg_temp",
                        "clock_is_steady search_path=pg_catalog, pg_temp");
        assertThat(stored.texts("""
                        SELECT proname FROM pg_proc WHERE pronamespace = 'payments'::regnamespace
                        AND has_function_privilege('nkap_app', oid, 'EXECUTE')
                        """))
                .containsExactlyInAnyOrder(
                        "merchant_org",
                        "hash_version",
                        "forget_words",
                        "forget_persons",
                        "carry_out_erasure",
                        "clock_is_steady");
    }

    private static String orgs(String seen, String table) {
        return stored.read(seen, tx -> tx.createQuery(
                        "SELECT coalesce(string_agg(DISTINCT org_id, ',' ORDER BY org_id), '') FROM " + table)
                .mapTo(String.class)
                .one());
    }
}
