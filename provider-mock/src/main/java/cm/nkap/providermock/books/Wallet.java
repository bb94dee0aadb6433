package cm.nkap.providermock.books;

/** What one subscriber really paid to the merchant and received from it, whole XAF, and how often. */
public record Wallet(String msisdn, long paid, long payments, long received, long receipts) {

    static Wallet untouched(String msisdn) {
        return new Wallet(msisdn, 0, 0, 0, 0);
    }

    Wallet pays(long amount) {
        return new Wallet(msisdn, paid + amount, payments + 1, received, receipts);
    }

    Wallet receives(long amount) {
        return new Wallet(msisdn, paid, payments, received + amount, receipts + 1);
    }

    /** Change of the wallet since the books were opened; negative when it paid more than it received. */
    public long change() {
        return received - paid;
    }
}
