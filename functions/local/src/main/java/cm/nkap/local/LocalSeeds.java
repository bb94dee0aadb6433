package cm.nkap.local;

import cm.nkap.ledger.Account;
import cm.nkap.ledger.Journal;
import cm.nkap.ledger.Ledger;
import cm.nkap.ledger.Posting;
import cm.nkap.ledger.Verdict;
import cm.nkap.payments.ChartOfAccounts;
import cm.nkap.payments.FeePlan;
import cm.nkap.payments.Merchant;
import cm.nkap.payments.MerchantRows;
import cm.nkap.payments.PayoutPreference;
import cm.nkap.payments.PersonalData;
import cm.nkap.providers.Msisdn;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * The demo organisations, and the float that the simulator's wallet also begins with. Runs at every start and adds only
 * what is missing, so what a developer changed stays changed.
 */
final class LocalSeeds {
    static final String DOUALA = "boutique-douala";
    static final String YAOUNDE = "librairie-yaounde";
    static final String CUSTOMERS = "clients";
    static final String STAFF = "nkap";
    static final List<String> ORGANISATIONS = List.of(DOUALA, YAOUNDE, CUSTOMERS, STAFF);
    static final String DOUALA_MERCHANT = "mer_06f2k0000000700080000000d1";
    static final String YAOUNDE_MERCHANT = "mer_06f2k0000000700080000000y1";

    /** Whole XAF, in the ledger and in the simulator's wallet alike. */
    static final long OPENING_FLOAT = 10_000_000;

    private static final String SEEDED_BY = "seed";
    private static final Instant FOUNDED = Instant.parse("2026-01-01T00:00:00Z");

    private final PersonalData personalData;
    private final Ledger ledger = new Ledger();

    LocalSeeds(PersonalData personalData) {
        this.personalData = personalData;
    }

    void plant(Jdbi database) {
        database.useTransaction(tx -> {
            tx.execute("SELECT set_config('nkap.orgs', '*', true)");
            organisation(tx, STAFF, "Nkap");
            organisation(tx, CUSTOMERS, "Customers of every merchant");
            merchant(
                    tx,
                    DOUALA,
                    new Merchant(DOUALA_MERCHANT, DOUALA, "Boutique Akwa, Douala", true, "active", FOUNDED));
            merchant(
                    tx,
                    YAOUNDE,
                    new Merchant(YAOUNDE_MERCHANT, YAOUNDE, "Librairie Mokolo, Yaoundé", true, "active", FOUNDED));
            MerchantRows.addFeePlan(
                    tx, new FeePlan("fp_douala_1", 150, 0, 15_000L), DOUALA, "charge", FOUNDED, SEEDED_BY);
            MerchantRows.addFeePlan(
                    tx, new FeePlan("fp_yaounde_1", 100, 25, null), YAOUNDE, "charge", FOUNDED, SEEDED_BY);
            prefer(tx, DOUALA_MERCHANT, DOUALA, true, "237677123456");
            prefer(tx, YAOUNDE_MERCHANT, YAOUNDE, false, "237675445566");
            openFloat(tx);
        });
    }

    private static void organisation(Handle tx, String org, String name) {
        tx.createUpdate("INSERT INTO payments.organisation (org_id, name) VALUES (:org, :name) ON CONFLICT DO NOTHING")
                .bind("org", org)
                .bind("name", name)
                .execute();
    }

    private void merchant(Handle tx, String org, Merchant merchant) {
        MerchantRows.insert(tx, org, merchant.name(), merchant);
        ledger.open(tx, List.of(ChartOfAccounts.ofMerchant(merchant.id(), org)));
    }

    private void prefer(Handle tx, String merchant, String org, boolean automatic, String number) {
        if (MerchantRows.preferences(tx, List.of(merchant)).isEmpty()) {
            PayoutPreference preference =
                    new PayoutPreference(merchant, org, automatic, "mtn", personalData.seal(new Msisdn(number), org));
            MerchantRows.prefer(tx, preference, SEEDED_BY, FOUNDED);
        }
    }

    private void openFloat(Handle tx) {
        ledger.open(tx, ChartOfAccounts.platform());
        Journal opening = new Journal(
                "opening:mtn",
                "topup.arrived",
                Account.PLATFORM,
                null,
                List.of(
                        Posting.debit(ChartOfAccounts.floatAt("mtn"), OPENING_FLOAT),
                        Posting.credit(ChartOfAccounts.bank("main"), OPENING_FLOAT)));
        Verdict verdict = ledger.post(tx, List.of(opening)).getFirst();
        if (!verdict.stands()) {
            throw new IllegalStateException("the opening float cannot be posted: " + verdict);
        }
    }
}
