package cm.nkap.function;

/** A route that needs the body's exact bytes, such as a provider's callback. No transaction is open around it. */
@FunctionalInterface
public interface Raw<O> {
    Reply<O> run(Call call, byte[] body);
}
