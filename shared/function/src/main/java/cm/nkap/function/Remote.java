package cm.nkap.function;

/**
 * A POST whose whole effect is in another system that has no transaction with us. No database transaction is open around
 * it. Instead of an answer that is stored here, the operation finds by the key what an earlier try has left there and
 * goes on from it, so that a crash between two steps is repaired by the caller's retry.
 *
 * @param <I> the request record
 * @param <O> the record answered
 */
@FunctionalInterface
public interface Remote<I, O> {
    Reply<O> run(Call call, I body, RepeatKey key);
}
