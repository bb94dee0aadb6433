package cm.nkap.ledger;

import java.util.Locale;

/** What an account is; decides whether debits or credits make it grow. */
public enum AccountType {
    ASSET,
    LIABILITY,
    EQUITY,
    INCOME,
    EXPENSE;

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
