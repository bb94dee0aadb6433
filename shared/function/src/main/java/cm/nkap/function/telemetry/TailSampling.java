package cm.nkap.function.telemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Keeps of the traces that were not sampled those that matter: a part of a trace in this process, from the span that came
 * in until that span ends, is held back and let through whole when one of its spans failed, was slow, or left an outcome
 * unknown. Another process decides about its own part; a failure that reaches the caller is an error there as well.
 *
 * <p>Memory is bounded: beyond the limit a span is judged by itself, and dropped spans are counted.
 */
final class TailSampling implements SpanProcessor {
    /** What an attempt came to; {@code unknown} is always kept. */
    static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("nkap.outcome");

    private final SpanProcessor next;
    private final long slowNanos;
    private final int limit;
    private final Map<String, LocalTrace> open = new ConcurrentHashMap<>();
    private final AtomicInteger held = new AtomicInteger();
    private final AtomicLong dropped = new AtomicLong();

    /** @param limit spans of unsampled traces that are open or held back at the same time */
    TailSampling(SpanProcessor next, Duration slow, int limit) {
        this.next = next;
        this.slowNanos = slow.toNanos();
        this.limit = limit;
    }

    @Override
    public void onStart(Context parentContext, ReadWriteSpan span) {
        if (next.isStartRequired()) {
            next.onStart(parentContext, span);
        }
        if (span.getSpanContext().isSampled()) {
            return;
        }
        if (held.incrementAndGet() > limit) {
            held.decrementAndGet();
            return;
        }
        var parent = span.getParentSpanContext();
        var id = span.getSpanContext().getSpanId();
        var trace = parent.isValid() && !parent.isRemote() ? open.get(parent.getSpanId()) : new LocalTrace(id);
        if (trace == null) {
            held.decrementAndGet();
        } else {
            open.put(id, trace);
        }
    }

    @Override
    public void onEnd(ReadableSpan span) {
        var context = span.getSpanContext();
        if (context.isSampled()) {
            next.onEnd(span);
            return;
        }
        var trace = open.remove(context.getSpanId());
        if (trace == null) {
            judgedAlone(span);
            return;
        }
        int released = trace.end(span, matters(span), this::letThrough, this::drop);
        held.addAndGet(-released);
    }

    private void judgedAlone(ReadableSpan span) {
        if (matters(span)) {
            letThrough(span);
        } else {
            drop(1);
        }
    }

    private boolean matters(ReadableSpan span) {
        if (span.getLatencyNanos() >= slowNanos || "unknown".equals(span.getAttribute(OUTCOME))) {
            return true;
        }
        var data = span.toSpanData();
        return data.getStatus().getStatusCode() == StatusCode.ERROR
                || data.getLinks().stream()
                        .anyMatch(link -> link.getSpanContext().isSampled());
    }

    private void letThrough(ReadableSpan span) {
        next.onEnd(new KeptSpan(span));
    }

    private void drop(int spans) {
        dropped.addAndGet(spans);
    }

    /** Spans that were not exported, since the start. */
    long dropped() {
        return dropped.get();
    }

    /** Spans that are open or held back now. */
    int held() {
        return held.get();
    }

    @Override
    public boolean isStartRequired() {
        return true;
    }

    @Override
    public boolean isEndRequired() {
        return true;
    }

    @Override
    public CompletableResultCode shutdown() {
        return next.shutdown();
    }

    @Override
    public CompletableResultCode forceFlush() {
        return next.forceFlush();
    }
}
