package cm.nkap.function;

/**
 * The HTTP side of an operation: one database transaction that checks, writes and emits. Never calls a provider. May
 * run again in a fresh transaction when the database asks for a retry, so it keeps nothing between runs.
 *
 * @param <I> the request record
 * @param <O> the record answered
 */
@FunctionalInterface
public interface Command<I, O> {
    /** @throws Problem to refuse; the transaction is rolled back */
    Reply<O> run(Tx tx, Call call, I body);
}
