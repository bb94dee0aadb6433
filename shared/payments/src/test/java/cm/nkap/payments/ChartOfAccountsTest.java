package cm.nkap.payments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cm.nkap.ledger.Account;
import cm.nkap.ledger.AccountType;
import cm.nkap.providers.ProviderName;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChartOfAccountsTest {
    @Test
    void floatsAndMerchantsNeverGoBelowZero() {
        for (ProviderName provider : ProviderName.values()) {
            assertThat(ChartOfAccounts.platform())
                    .contains(new Account("float:" + provider.text(), AccountType.ASSET, 0L, "platform"));
        }
        assertThat(ChartOfAccounts.ofMerchant("mer_1", "douala"))
                .isEqualTo(new Account("merchant:mer_1:payable", AccountType.LIABILITY, 0L, "douala"));
    }

    @Test
    void thePlatformsAccountsAreNamedOnceAndAreThePlatforms() {
        List<Account> accounts = ChartOfAccounts.platform();

        assertThat(accounts)
                .extracting(Account::name)
                .doesNotHaveDuplicates()
                .contains("platform:fees", "suspense:mtn");
        assertThat(accounts).extracting(Account::tenant).containsOnly(Account.PLATFORM);
    }

    @Test
    void aProviderThatDoesNotExistIsRefusedAtStart() {
        PaymentsConfig config = config(List.of("mtn", "mpesa"));

        assertThatThrownBy(config::routing).hasMessageContaining("mpesa");
    }

    @Test
    void settingsNeverShowTheKey() {
        PaymentsConfig config = config(List.of("mtn"));

        assertThat(config.toString()).doesNotContain(config.piiKey());
        assertThat(config.promptLasts()).isEqualTo(Duration.ofMinutes(5));
    }

    private static PaymentsConfig config(List<String> providers) {
        return new PaymentsConfig(Base64.getEncoder().encodeToString(new byte[32]), null, null, providers, null, null);
    }
}
