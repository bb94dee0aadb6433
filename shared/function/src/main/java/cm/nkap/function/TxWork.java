package cm.nkap.function;

import org.jspecify.annotations.Nullable;

/** Work inside one transaction. It may run more than once, each time in a fresh transaction. */
@FunctionalInterface
public interface TxWork<T extends @Nullable Object> {
    T run(Tx tx);
}
