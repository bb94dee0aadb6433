package cm.nkap.payments;

import cm.nkap.ledger.Account;
import cm.nkap.ledger.AccountType;
import cm.nkap.providers.ProviderName;
import java.util.ArrayList;
import java.util.List;

/**
 * The accounts of the books and who may go below zero: floats and merchants never. Each account's side and who posts to
 * it is in docs/chart-of-accounts.md.
 */
public final class ChartOfAccounts {
    public static final String FEES = "platform:fees";
    public static final String PROVIDER_COSTS = "platform:provider-costs";
    public static final String IN_TRANSIT = "clearing:transit";
    private static final Long NEVER_BELOW_ZERO = 0L;

    private ChartOfAccounts() {}

    /** Our money at a provider; an asset that is never negative. */
    public static String floatAt(String provider) {
        return "float:" + provider;
    }

    /** What we owe a merchant; a liability that is never negative. */
    public static String payable(String merchant) {
        return "merchant:" + merchant + ":payable";
    }

    /** Money at a provider that nobody can explain yet. */
    public static String suspense(String provider) {
        return "suspense:" + provider;
    }

    /** Our money at the bank that feeds the floats. */
    public static String bank(String account) {
        return "bank:" + account;
    }

    /** What the platform itself needs before the first payment. */
    public static List<Account> platform() {
        List<Account> accounts = new ArrayList<>();
        for (ProviderName provider : ProviderName.values()) {
            accounts.add(asset(floatAt(provider.text()), NEVER_BELOW_ZERO));
            accounts.add(new Account(suspense(provider.text()), AccountType.LIABILITY, null, Account.PLATFORM));
        }
        accounts.add(new Account(FEES, AccountType.INCOME, null, Account.PLATFORM));
        accounts.add(new Account(PROVIDER_COSTS, AccountType.EXPENSE, null, Account.PLATFORM));
        accounts.add(asset(IN_TRANSIT, null));
        accounts.add(asset(bank("main"), null));
        return accounts;
    }

    /** What a merchant needs before its first payment. */
    public static Account ofMerchant(String merchant, String org) {
        return new Account(payable(merchant), AccountType.LIABILITY, NEVER_BELOW_ZERO, org);
    }

    private static Account asset(String name, @org.jspecify.annotations.Nullable Long floor) {
        return new Account(name, AccountType.ASSET, floor, Account.PLATFORM);
    }
}
