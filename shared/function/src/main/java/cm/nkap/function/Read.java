package cm.nkap.function;

/** A query: a read-only transaction that sees the caller's organisation, or every organisation for staff. */
@FunctionalInterface
public interface Read<O> {
    Reply<O> run(Tx tx, Call call);
}
