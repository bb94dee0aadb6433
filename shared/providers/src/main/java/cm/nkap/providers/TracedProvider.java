package cm.nkap.providers;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Any provider with a span for each call: who was asked what, and what class of answer came. Nothing of the request is in
 * it, nor of the answer's text. The provider is not told our trace: it is not the provider's business.
 */
public final class TracedProvider implements Provider {
    private static final AttributeKey<String> PROVIDER = AttributeKey.stringKey("nkap.provider");
    private static final AttributeKey<String> CALL = AttributeKey.stringKey("nkap.provider.call");
    private static final AttributeKey<String> ANSWER = AttributeKey.stringKey("nkap.provider.answer");
    private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("nkap.outcome");
    private static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");
    private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

    private final Provider inner;
    private final Tracer tracer;

    public TracedProvider(Provider inner, Tracer tracer) {
        this.inner = inner;
        this.tracer = tracer;
    }

    @Override
    public ProviderName name() {
        return inner.name();
    }

    @Override
    public SubmitAnswer collect(CollectRequest request) {
        return called("collect", () -> inner.collect(request), SubmitAnswer::evidence, ProviderMetrics::word);
    }

    @Override
    public SubmitAnswer disburse(DisburseRequest request) {
        return called("disburse", () -> inner.disburse(request), SubmitAnswer::evidence, ProviderMetrics::word);
    }

    @Override
    public StatusAnswer status(StatusRequest request) {
        return called("status", () -> inner.status(request), StatusAnswer::evidence, ProviderMetrics::word);
    }

    @Override
    public BalanceAnswer balance(Operation product) {
        return called("balance", () -> inner.balance(product), BalanceAnswer::evidence, ProviderMetrics::word);
    }

    private <A> A called(String call, Supplier<A> work, Function<A, Exchange> evidence, Function<A, String> word) {
        Span span = tracer.spanBuilder(name().text() + " " + call)
                .setSpanKind(SpanKind.CLIENT)
                .setAttribute(PROVIDER, name().text())
                .setAttribute(CALL, call)
                .startSpan();
        try (Scope _ = span.makeCurrent()) {
            A answer = work.get();
            evidence.apply(answer).httpStatus().ifPresent(status -> span.setAttribute(STATUS, (long) status));
            judge(span, word.apply(answer));
            return answer;
        } catch (RuntimeException | Error e) {
            span.setStatus(StatusCode.ERROR)
                    .setAttribute(ERROR_TYPE, e.getClass().getSimpleName());
            throw e;
        } finally {
            span.end();
        }
    }

    private static void judge(Span span, String word) {
        String outcome = ProviderMetrics.outcome(word);
        span.setAttribute(ANSWER, word).setAttribute(OUTCOME, outcome);
        boolean isOwnLimit = word.equals("throttled");
        if (outcome.equals("unknown") || (outcome.equals("not_asked") && !isOwnLimit)) {
            span.setStatus(StatusCode.ERROR).setAttribute(ERROR_TYPE, word);
        }
    }
}
