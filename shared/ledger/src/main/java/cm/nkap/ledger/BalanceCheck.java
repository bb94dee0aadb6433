package cm.nkap.ledger;

import java.util.List;
import java.util.Objects;

/** Holds accounts and their balance rows against what the postings left and what the seals cover. */
final class BalanceCheck {
    private final Findings findings;
    private final Positions positions;
    private final boolean fromGenesis;

    /** @param fromGenesis whether debits and credits were counted from the first posting on, not only their difference */
    BalanceCheck(Findings findings, Positions positions, boolean fromGenesis) {
        this.findings = findings;
        this.positions = positions;
        this.fromGenesis = fromGenesis;
    }

    void check(List<StoredAccount> accounts) {
        for (StoredAccount account : accounts) {
            findings.require(
                    account.sealed() || account.awaitsSeal(),
                    "account.sealed",
                    account.about(),
                    "no seal covers it and none will");
            StoredAccount.Holding holding = account.holding();
            if (holding == null) {
                findings.add("balance.missing", account.aboutBalance(), "the account has no balance");
            } else {
                check(account, holding);
            }
        }
    }

    private void check(StoredAccount account, StoredAccount.Holding holding) {
        require(
                account,
                holding.sign() == account.sign() && holding.tenant().equals(account.tenant()),
                "balance.account",
                "its sign or tenant is not the account's");
        moved(account, holding);
        require(
                account,
                holding.floor() == null || holding.amount() >= holding.floor(),
                "balance.floor",
                holding.amount() + " is below " + holding.floor());
        require(
                account,
                holding.closedAt() == null || holding.amount() == 0,
                "balance.closed_at",
                "is closed and holds " + holding.amount());
        require(
                account,
                !account.sealed()
                        || account.awaitsClosing()
                        || Objects.equals(account.sealedClosedAt(), holding.closedAt()),
                "balance.closed_at",
                holding.closedAt() + ", sealed as " + account.sealedClosedAt());
    }

    private void moved(StoredAccount account, StoredAccount.Holding holding) {
        int place = positions.find(account.id());
        long version = place < 0 ? 0 : positions.version(place);
        long debits = place < 0 ? 0 : positions.debits(place);
        long credits = place < 0 ? 0 : positions.credits(place);
        require(
                account,
                holding.version() == version,
                "balance.version",
                holding.version() + ", its last posting has " + version);
        require(
                account,
                fromGenesis
                        ? holding.debits() == debits && holding.credits() == credits
                        : holding.credits() - holding.debits() == credits - debits,
                "balance.amount",
                "debits " + holding.debits() + " credits " + holding.credits() + ", its postings say " + debits
                        + " and " + credits);
    }

    private void require(StoredAccount account, boolean holds, String check, String detail) {
        findings.require(holds, check, account.aboutBalance(), detail);
    }
}
