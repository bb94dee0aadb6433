package cm.nkap.function.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.testing.Until;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TailSamplingTest {
    private static final Instant BEGAN = Instant.parse("2026-11-22T08:00:00Z");
    private static final Duration SLOW = Duration.ofSeconds(1);
    private static final Duration QUICK = Duration.ofMillis(20);

    private final Kept kept = new Kept();
    private final List<SdkTracerProvider> providers = new ArrayList<>();
    private TailSampling tail = new TailSampling(kept, SLOW, 1_000);

    /** Takes what is let through, as the exporter's queue does. */
    private static final class Kept implements SpanProcessor {
        private final List<String> names = new CopyOnWriteArrayList<>();

        @Override
        public void onStart(Context parentContext, ReadWriteSpan span) {}

        @Override
        public boolean isStartRequired() {
            return false;
        }

        @Override
        public void onEnd(ReadableSpan span) {
            assertThat(span.getSpanContext().isSampled())
                    .as("the exporter's queue drops what is not sampled")
                    .isTrue();
            names.add(span.getName());
        }

        @Override
        public boolean isEndRequired() {
            return true;
        }
    }

    private Tracer sampling(double share) {
        return sampling(share, 1_000);
    }

    private Tracer sampling(double share, int limit) {
        tail = new TailSampling(kept, SLOW, limit);
        var provider = SdkTracerProvider.builder()
                .setSampler(new RatioOrLater(share))
                .addSpanProcessor(tail)
                .build();
        providers.add(provider);
        return provider.get("test");
    }

    @AfterEach
    void end() {
        providers.forEach(SdkTracerProvider::close);
    }

    private static Span root(Tracer tracer, String name) {
        return tracer.spanBuilder(name).setNoParent().setStartTimestamp(BEGAN).startSpan();
    }

    private static Span child(Tracer tracer, Span parent, String name) {
        return tracer.spanBuilder(name)
                .setParent(Context.root().with(parent))
                .setStartTimestamp(BEGAN)
                .startSpan();
    }

    private static void end(Span span) {
        span.end(BEGAN.plus(QUICK));
    }

    @Test
    void dropsAnOrdinaryTraceThatWasNotSampled() {
        var tracer = sampling(0);
        var root = root(tracer, "call");
        end(child(tracer, root, "statement"));

        end(root);

        assertThat(kept.names).isEmpty();
        assertThat(tail.dropped()).isEqualTo(2);
        assertThat(tail.held()).isZero();
    }

    @Test
    void keepsAllOfATraceWhenOneSpanOfItFailed() {
        var tracer = sampling(0);
        var root = root(tracer, "call");
        end(child(tracer, root, "before"));
        var guilty = child(tracer, root, "guilty");
        guilty.setStatus(StatusCode.ERROR);
        end(guilty);
        end(child(tracer, root, "after"));

        end(root);

        assertThat(kept.names).containsExactly("before", "guilty", "after", "call");
        assertThat(tail.held()).isZero();
    }

    @Test
    void keepsAllOfATraceThatWasSlow() {
        var tracer = sampling(0);
        var root = root(tracer, "call");
        end(child(tracer, root, "statement"));

        root.end(BEGAN.plus(SLOW));

        assertThat(kept.names).containsExactly("statement", "call");
    }

    @Test
    void keepsAllOfATraceWhoseOutcomeIsUnknown() {
        var tracer = sampling(0);
        var root = root(tracer, "call");
        var asked = child(tracer, root, "provider");
        asked.setAttribute(TailSampling.OUTCOME, "unknown");
        end(asked);

        end(root);

        assertThat(kept.names).containsExactly("provider", "call");
    }

    @Test
    void keepsWhatEndsAfterItsRootLikeTheRoot() {
        var tracer = sampling(0);
        var failed = root(tracer, "failed");
        var late = child(tracer, failed, "late");
        var well = root(tracer, "well");
        var alsoLate = child(tracer, well, "also-late");
        failed.setStatus(StatusCode.ERROR);
        end(failed);
        end(well);

        end(late);
        end(alsoLate);

        assertThat(kept.names).containsExactly("failed", "late");
        assertThat(tail.held()).isZero();
    }

    @Test
    void aTraceThatCameFromElsewhereIsJudgedByItsPartHere() {
        var tracer = sampling(0);
        var caller = Span.wrap(SpanContext.createFromRemoteParent(
                "4bf92f3577b34da6a3ce929d0e0e4736",
                "00f067aa0ba902b7",
                TraceFlags.getSampled(),
                TraceState.getDefault()));
        var here = child(tracer, caller, "here");

        end(here);

        assertThat(kept.names).as("nobody outside decides what is kept").isEmpty();
    }

    @Test
    void theSameTraceIdGetsTheSameVerdictInEveryProcess() {
        var one = sampling(0.5);
        var other = sampling(0.5);
        for (int i = 0; i < 200; i++) {
            var begun = root(one, "one");
            var away = SpanContext.createFromRemoteParent(
                    begun.getSpanContext().getTraceId(),
                    begun.getSpanContext().getSpanId(),
                    TraceFlags.getDefault(),
                    TraceState.getDefault());

            var there = child(other, Span.wrap(away), "other");

            assertThat(there.getSpanContext().isSampled())
                    .isEqualTo(begun.getSpanContext().isSampled());
        }
    }

    @Test
    void aBatchIsKeptWhenOneOfTheTracesItServesIs() {
        var tracer = sampling(0);
        var served = SpanContext.createFromRemoteParent(
                "4bf92f3577b34da6a3ce929d0e0e4736",
                "00f067aa0ba902b7",
                TraceFlags.getSampled(),
                TraceState.getDefault());

        end(tracer.spanBuilder("batch")
                .setNoParent()
                .addLink(served)
                .setStartTimestamp(BEGAN)
                .startSpan());

        assertThat(kept.names).containsExactly("batch");
    }

    @Test
    void holdsNoMoreThanItsLimitAndJudgesTheRestAlone() {
        var tracer = sampling(0, 10);
        var roots = new ArrayList<Span>();
        for (int i = 0; i < 50; i++) {
            roots.add(root(tracer, "call" + i));
            assertThat(tail.held()).isLessThanOrEqualTo(10);
        }
        roots.get(49).setStatus(StatusCode.ERROR);

        roots.forEach(TailSamplingTest::end);

        assertThat(kept.names).containsExactly("call49");
        assertThat(tail.dropped()).isEqualTo(49);
        assertThat(tail.held()).isZero();
    }

    @Test
    void aTraceWithEndlessChildrenCannotHoldMoreThanTheLimit() {
        var tracer = sampling(0, 100);
        var root = root(tracer, "loop");

        for (int i = 0; i < 10_000; i++) {
            end(child(tracer, root, "step"));
        }

        assertThat(tail.held()).isLessThanOrEqualTo(100);
        end(root);
        assertThat(tail.held()).isZero();
        assertThat(tail.dropped()).isEqualTo(10_001);
    }

    @Test
    void leavesNothingBehindUnderConcurrency() throws InterruptedException {
        var tracer = sampling(0.3, 500);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 2_000; i++) {
                threads.execute(() -> {
                    var root = root(tracer, "call");
                    var children = List.of(child(tracer, root, "a"), child(tracer, root, "b"));
                    children.forEach(one -> Thread.startVirtualThread(() -> end(one)));
                    end(root);
                });
            }
            threads.shutdown();
            assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        }
        Until.passes(Duration.ofSeconds(60), () -> assertThat(kept.names.size() + tail.dropped())
                .isEqualTo(6_000));
        assertThat(tail.held()).isZero();
    }
}
