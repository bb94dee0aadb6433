package cm.nkap.function;

import org.jspecify.annotations.Nullable;

/**
 * What the shell knows about the work of this thread: which function does it and under which trace. Transactions read
 * it to say where an event comes from.
 *
 * @param function name of the deployable, for example {@code create-charge}
 */
public record Scope(String function, @Nullable String traceparent) {
    private static final ScopedValue<Scope> CURRENT = ScopedValue.newInstance();
    private static final Scope NONE = new Scope("nkap", null);

    static Scope current() {
        return CURRENT.orElse(NONE);
    }

    /** Runs work that belongs to a function, so that its events name it as their source. */
    public <T, X extends Throwable> T call(ScopedValue.CallableOp<? extends T, X> work) throws X {
        return ScopedValue.where(CURRENT, this).call(work);
    }

    public void run(Runnable work) {
        ScopedValue.where(CURRENT, this).run(work);
    }

    /** The same trace, on behalf of another function. */
    Scope named(String otherFunction) {
        return new Scope(otherFunction, traceparent);
    }

    String source() {
        return "/nkap/" + function;
    }
}
