package cm.nkap.function;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A refusal in the form of RFC 9457, thrown by an operation and answered by the shell as
 * {@code application/problem+json}. Each method returns a changed copy. 4xx says that no money moved; 5xx says that it
 * is unknown, unless the thrower knows better.
 */
public final class Problem extends RuntimeException {
    private final int status;
    private final String code;
    private final String title;
    private final String detail;
    private final String param;
    private final boolean retryable;
    private final MoneyMoved moneyMoved;
    private final @Nullable Duration retryAfter;
    private final List<Fault> errors;

    private Problem(
            int status,
            String code,
            String title,
            String detail,
            String param,
            boolean retryable,
            MoneyMoved moneyMoved,
            @Nullable Duration retryAfter,
            List<Fault> errors,
            @Nullable Throwable cause) {
        // A refusal is an answer, not an accident: no stack trace unless something else caused it.
        super(code + ": " + title, cause, false, cause != null);
        this.status = status;
        this.code = code;
        this.title = title;
        this.detail = detail;
        this.param = param;
        this.retryable = retryable;
        this.moneyMoved = moneyMoved;
        this.retryAfter = retryAfter;
        this.errors = List.copyOf(errors);
    }

    public static Problem of(int status, String code, String title) {
        var moved = status >= 500 ? MoneyMoved.UNKNOWN : MoneyMoved.NO;
        var retryable = status == 429 || status == 503;
        return new Problem(status, code, title, "", "", retryable, moved, null, List.of(), null);
    }

    /** 400 naming every fault of the request. */
    public static Problem invalidRequest(List<Fault> faults) {
        var first = faults.isEmpty() ? new Fault("", "invalid", "The request is not valid") : faults.getFirst();
        var detail = first.param().isEmpty() ? first.detail() : first.param() + ": " + first.detail();
        return of(400, "invalid_request", "The request is not valid")
                .detail(detail)
                .param(first.param())
                .errors(faults);
    }

    /** 404; also for an object of another organisation, so that nobody learns that it exists. */
    public static Problem notFound(String what) {
        return of(404, "not_found", "There is no such " + what);
    }

    public static Problem forbidden(String detail) {
        return of(403, "forbidden", "You may not do this").detail(detail);
    }

    /** 409: the object is in a state that does not allow this. Final: an idempotent retry hears the same. */
    public static Problem stateConflict(String detail) {
        return of(409, "state_conflict", "The object's state does not allow this")
                .detail(detail);
    }

    public Problem detail(String text) {
        return new Problem(status, code, title, text, param, retryable, moneyMoved, retryAfter, errors, getCause());
    }

    public Problem param(String dottedPath) {
        return new Problem(
                status, code, title, detail, dottedPath, retryable, moneyMoved, retryAfter, errors, getCause());
    }

    public Problem retryable(boolean mayHelp) {
        return new Problem(status, code, title, detail, param, mayHelp, moneyMoved, retryAfter, errors, getCause());
    }

    public Problem moneyMoved(MoneyMoved moved) {
        return new Problem(status, code, title, detail, param, retryable, moved, retryAfter, errors, getCause());
    }

    /** Answered as {@code Retry-After} in whole seconds, at least one. */
    public Problem retryAfter(Duration wait) {
        return new Problem(status, code, title, detail, param, true, moneyMoved, wait, errors, getCause());
    }

    public Problem error(String faultParam, String faultCode, String faultDetail) {
        var more = new ArrayList<>(errors);
        more.add(new Fault(faultParam, faultCode, faultDetail));
        return errors(more);
    }

    /** The same refusal, remembering what broke; the cause is logged, never answered. */
    public Problem causedBy(Throwable cause) {
        return new Problem(status, code, title, detail, param, retryable, moneyMoved, retryAfter, errors, cause);
    }

    private Problem errors(List<Fault> all) {
        return new Problem(status, code, title, detail, param, retryable, moneyMoved, retryAfter, all, getCause());
    }

    public int status() {
        return status;
    }

    public String code() {
        return code;
    }

    public String title() {
        return title;
    }

    /** Empty when there is nothing more to say than the title. */
    public String detail() {
        return detail;
    }

    /** Empty when the refusal is about no single field. */
    public String param() {
        return param;
    }

    public boolean retryable() {
        return retryable;
    }

    public MoneyMoved moneyMoved() {
        return moneyMoved;
    }

    public @Nullable Duration retryAfter() {
        return retryAfter;
    }

    public List<Fault> errors() {
        return errors;
    }
}
