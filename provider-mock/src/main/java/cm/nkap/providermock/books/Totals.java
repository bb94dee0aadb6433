package cm.nkap.providermock.books;

/** The merchant's wallet in one line, whole XAF: {@code balance} is the float, the rest says how it came about. */
public record Totals(
        long balance, long opening, long toppedUp, long collected, long disbursed, long refunded, long fees) {

    static Totals opened(long opening) {
        return new Totals(opening, opening, 0, 0, 0, 0, 0);
    }

    Totals toppedUp(long amount) {
        return new Totals(balance + amount, opening, toppedUp + amount, collected, disbursed, refunded, fees);
    }

    Totals collected(long amount, long fee) {
        return new Totals(
                balance + amount - fee, opening, toppedUp, collected + amount, disbursed, refunded, fees + fee);
    }

    Totals disbursed(long amount) {
        return new Totals(balance - amount, opening, toppedUp, collected, disbursed + amount, refunded, fees);
    }

    Totals refunded(long amount) {
        return new Totals(balance - amount, opening, toppedUp, collected, disbursed, refunded + amount, fees);
    }
}
