package cm.nkap.ledger;

/**
 * What an account holds.
 *
 * @param amount whole francs on its own growing side: debits less credits for an asset, the reverse for a liability
 * @param version how many postings it has had
 */
public record Balance(String account, AccountType type, long debits, long credits, long amount, long version) {}
