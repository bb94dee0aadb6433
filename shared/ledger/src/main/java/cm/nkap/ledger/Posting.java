package cm.nkap.ledger;

/**
 * One leg of a journal.
 *
 * @param amount whole francs, positive a debit, negative a credit, never zero
 */
public record Posting(String account, long amount) {
    public Posting {
        if (amount == 0) {
            throw new IllegalArgumentException("a posting of nothing on " + account);
        }
    }

    /** A debit of {@code amount} whole francs, more than zero. */
    public static Posting debit(String account, long amount) {
        return new Posting(account, positive(account, amount));
    }

    /** A credit of {@code amount} whole francs, more than zero. */
    public static Posting credit(String account, long amount) {
        return new Posting(account, -positive(account, amount));
    }

    private static long positive(String account, long amount) {
        if (amount <= 0) {
            throw new IllegalArgumentException("not a positive amount on " + account + ": " + amount);
        }
        return amount;
    }
}
