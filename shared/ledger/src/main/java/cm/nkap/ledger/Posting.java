package cm.nkap.ledger;

/**
 * One leg of a journal.
 *
 * @param amount whole francs, positive a debit, negative a credit, never zero, at most {@link #MOST} either way
 */
public record Posting(String account, long amount) {
    /** The most that one leg may move, whole francs; keeps balances far from the end of a {@code long}. */
    public static final long MOST = 1_000_000_000_000_000L;

    public Posting {
        Text.check("posting's account", account);
        if (amount == 0) {
            throw new IllegalArgumentException("a posting of nothing on " + account);
        }
        if (amount < -MOST || amount > MOST) {
            throw new IllegalArgumentException("a posting of more than " + MOST + " on " + account);
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
