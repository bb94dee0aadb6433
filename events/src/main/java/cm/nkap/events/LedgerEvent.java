package cm.nkap.events;

/** What happened to the books as a whole. Such events belong to the platform and come in order. */
public sealed interface LedgerEvent extends Event {
    @Override
    default String about() {
        return "ledger";
    }

    /**
     * The books up to an hour are sealed.
     *
     * @param number the seal's; numbers have no gap
     * @param until the end of the hour, RFC 3339 in UTC; everything posted before it is under this seal or an earlier one
     * @param lastSeq the last journal under the seal
     * @param root the seal's SHA-256 in 64 hexadecimal digits, over all before it
     */
    @WireType("cm.nkap.ledger.sealed.v1")
    record Sealed(long number, String until, long lastSeq, String root) implements LedgerEvent {}

    /**
     * A continuous check found something in the books that is not as it must be; told once, until it is gone.
     *
     * @param where the row it is about, for example {@code journal 17} or {@code account float:mtn}
     */
    @WireType("cm.nkap.ledger.check_failed.v1")
    record CheckFailed(String check, String where, String detail) implements LedgerEvent {}

    /** What a check had found is as it must be again. */
    @WireType("cm.nkap.ledger.check_passed_again.v1")
    record CheckPassedAgain(String check, String where, String detail) implements LedgerEvent {}
}
