package cm.nkap.function;

import org.jspecify.annotations.Nullable;

/**
 * What the shell knows about the work of this thread: which function does it, for whom, and under which trace.
 * Transactions read it to say where an event comes from, log lines carry it.
 *
 * @param function name of the deployable, for example {@code create-charge}
 * @param traceparent W3C form of the span of the call or event
 * @param request id of the HTTP request, "" when there is none
 * @param org organisation, "" when not known
 * @param payment id of the charge or payout that it is about, "" when not known
 */
public record Scope(String function, @Nullable String traceparent, String request, String org, String payment) {
    private static final ScopedValue<Scope> CURRENT = ScopedValue.newInstance();
    private static final Scope NONE = new Scope("nkap", null);

    public Scope(String function, @Nullable String traceparent) {
        this(function, traceparent, "", "", "");
    }

    public static Scope current() {
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
    public Scope named(String otherFunction) {
        return new Scope(otherFunction, traceparent, request, org, payment);
    }

    /** The same under another span. */
    public Scope under(String otherTraceparent) {
        return new Scope(function, otherTraceparent, request, org, payment);
    }

    /** The same in answer to a request. */
    public Scope answering(String requestId) {
        return new Scope(function, traceparent, requestId, org, payment);
    }

    /** The same for an organisation and a payment; "" for what is not known. */
    public Scope about(String whoseOrg, String whichPayment) {
        return new Scope(function, traceparent, request, whoseOrg, whichPayment);
    }

    String source() {
        return "/nkap/" + function;
    }
}
