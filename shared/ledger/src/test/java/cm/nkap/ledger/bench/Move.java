package cm.nkap.ledger.bench;

import java.util.List;

/** Money to move, in the words that every ledger understands. */
record Move(List<Leg> legs) {
    /**
     * One side of it.
     *
     * @param account its place in {@link Chart}
     * @param amount + is a debit, - a credit
     */
    record Leg(int account, long amount) {}

    static Move of(int debit, int credit, long amount) {
        return new Move(List.of(new Leg(debit, amount), new Leg(credit, -amount)));
    }

    int debit() {
        return legs.get(0).account();
    }

    int credit() {
        return legs.get(1).account();
    }

    long amount() {
        return legs.get(0).amount();
    }
}
