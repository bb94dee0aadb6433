package cm.nkap.ledger;

/**
 * Something in the books that is not as it must be.
 *
 * @param check the claim that does not hold, e.g. {@code journal.hash}
 * @param about the row it does not hold for, e.g. {@code journal 17}, {@code posting 17/2}, {@code account float:mtn},
 *     {@code seal 3}
 * @param detail what was expected and what is there, for a reader
 */
public record Finding(String check, String about, String detail) {
    @Override
    public String toString() {
        return check + ": " + about + ": " + detail;
    }
}
