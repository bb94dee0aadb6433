package cm.nkap.local;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.ledger.Balance;
import cm.nkap.ledger.Ledger;
import cm.nkap.payments.ChartOfAccounts;
import cm.nkap.payments.Merchant;
import cm.nkap.payments.MerchantRows;
import cm.nkap.payments.PayoutPreference;
import cm.nkap.payments.PersonalData;
import cm.nkap.providers.Msisdn;
import cm.nkap.testing.TestDatabase;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LocalSeedsTest {
    private final TestDatabase database = TestDatabase.create();
    private final Jdbi app = Jdbi.create(database.app());
    private final PersonalData personalData = new PersonalData(new byte[32]);
    private final LocalSeeds seeds = new LocalSeeds(personalData);

    @AfterEach
    void drop() {
        database.close();
    }

    @Test
    void opensTheFloatOnceHoweverOftenItRuns() {
        seeds.plant(app);
        seeds.plant(app);

        assertThat(balance(ChartOfAccounts.floatAt("mtn"))).isEqualTo(LocalSeeds.OPENING_FLOAT);
        assertThat(balance(ChartOfAccounts.bank("main"))).isEqualTo(-LocalSeeds.OPENING_FLOAT);
    }

    @Test
    void givesEachShopItsMerchantAndOneOfThemAutomaticPayouts() {
        seeds.plant(app);

        assertThat(inAll(tx -> MerchantRows.defaultOf(tx, LocalSeeds.DOUALA)).map(Merchant::id))
                .contains(LocalSeeds.DOUALA_MERCHANT);
        assertThat(inAll(tx -> MerchantRows.defaultOf(tx, LocalSeeds.YAOUNDE)).map(Merchant::id))
                .contains(LocalSeeds.YAOUNDE_MERCHANT);
        assertThat(preference(LocalSeeds.DOUALA_MERCHANT).automatic()).isTrue();
        assertThat(preference(LocalSeeds.YAOUNDE_MERCHANT).automatic()).isFalse();
    }

    @Test
    void leavesAPreferenceThatTheDeveloperChanged() {
        seeds.plant(app);
        PayoutPreference changed = new PayoutPreference(
                LocalSeeds.DOUALA_MERCHANT,
                LocalSeeds.DOUALA,
                false,
                "mtn",
                personalData.seal(new Msisdn("237650000001"), LocalSeeds.DOUALA));
        inAll(tx -> {
            MerchantRows.prefer(tx, changed, "developer", Instant.now());
            return true;
        });

        seeds.plant(app);

        assertThat(preference(LocalSeeds.DOUALA_MERCHANT).automatic()).isFalse();
    }

    private PayoutPreference preference(String merchant) {
        return inAll(tx -> MerchantRows.preferences(tx, List.of(merchant))).getFirst();
    }

    private long balance(String account) {
        List<Balance> balances = inAll(tx -> new Ledger().balances(tx, List.of(account)));
        return balances.getFirst().amount();
    }

    private <T> T inAll(Function<Handle, T> work) {
        return app.inTransaction(tx -> {
            tx.execute("SELECT set_config('nkap.orgs', '*', true)");
            return work.apply(tx);
        });
    }
}
