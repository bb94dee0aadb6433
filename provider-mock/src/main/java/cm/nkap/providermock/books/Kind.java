package cm.nkap.providermock.books;

/** What a payment does to the merchant's wallet: the first two fill it, the others empty it. */
public enum Kind {
    REQUEST_TO_PAY,
    REQUEST_TO_WITHDRAW,
    TRANSFER,
    DEPOSIT,
    REFUND;

    public boolean collects() {
        return this == REQUEST_TO_PAY || this == REQUEST_TO_WITHDRAW;
    }
}
