package cm.nkap.ledger;

/** What the ledger says to a journal. Only {@link Posted} moved money now; {@link Replayed} says that it did earlier. */
public sealed interface Verdict {
    /** Posted as journal {@code seq}. */
    record Posted(long seq) implements Verdict {}

    /** The same journal had been posted before, as {@code seq}. */
    record Replayed(long seq) implements Verdict {}

    /** The account would fall below its floor; nothing was written. */
    record InsufficientFunds(String account) implements Verdict {}

    /** No such account, or one of a tenant that the transaction may not see; nothing was written. */
    record UnknownAccount(String account) implements Verdict {}

    /** The legs do not net to zero, there are fewer than two, or those on one account cancel each other. */
    record Unbalanced() implements Verdict {}

    /** The key belongs to another journal, {@code seq}. */
    record KeyReused(long seq) implements Verdict {}

    /** The journal it names is reversed already. */
    record AlreadyReversed() implements Verdict {}

    /** Its legs are not the exact opposite of the journal it names. */
    record NotTheReversal() implements Verdict {}

    /** The account is closed. */
    record AccountClosed(String account) implements Verdict {}

    /** Its effective day lies in a closed period, or in the future. */
    record NotInPeriod() implements Verdict {}

    /** Whether the journal stands in the books, by this call or an earlier one. */
    default boolean stands() {
        return this instanceof Posted || this instanceof Replayed;
    }
}
