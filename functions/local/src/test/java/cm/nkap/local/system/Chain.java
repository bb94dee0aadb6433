package cm.nkap.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.testing.OtlpReceiver;
import cm.nkap.testing.Received;
import cm.nkap.testing.Until;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The spans of one trace as a receiver got them, from every process. */
record Chain(String traceId, List<Received.Span> spans) {

    /** What a charge goes through until its merchant is paid out. */
    static final List<String> PAID_OUT = List.of(
            "POST /v1/charges",
            "publish nkap.charge.created",
            "process nkap.charge.created",
            "mtn collect",
            "callback mtn",
            "process nkap.provider.callback_received",
            "mtn status",
            "process nkap.provider.collection.succeeded",
            "publish nkap.charge.succeeded",
            "process nkap.charge.succeeded",
            "process nkap.payout.requested",
            "mtn disburse",
            "process nkap.provider.disbursement.succeeded");

    /** Settings of a system that tells a receiver soon. */
    static Map<String, String> telling(OtlpReceiver receiver, String share) {
        return Map.of(
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                receiver.endpoint().toString(),
                "OTEL_TRACES_SAMPLER_ARG",
                share,
                "OTEL_BSP_SCHEDULE_DELAY",
                "100",
                "OTEL_BLRP_SCHEDULE_DELAY",
                "100",
                "NKAP_TELEMETRY_STOP",
                "500ms",
                // A machine that is slow today must not make an ordinary trace a slow one.
                "NKAP_TRACE_SLOW",
                "10m");
    }

    static Chain of(OtlpReceiver receiver, String traceId) {
        return new Chain(
                traceId,
                receiver.spans().stream()
                        .filter(span -> span.traceId().equals(traceId))
                        .toList());
    }

    /** The trace once all of these spans have come, each with the span above it, from one root. */
    static Chain whole(OtlpReceiver receiver, String traceId, List<String> names) {
        Until.passes(Shop.LIMIT, () -> {
            Chain chain = of(receiver, traceId);
            assertThat(chain.names()).containsAll(names);
            assertThat(chain.torn()).isEmpty();
            assertThat(chain.roots()).hasSize(1);
        });
        return of(receiver, traceId);
    }

    Set<String> names() {
        return spans.stream().map(Received.Span::name).collect(Collectors.toSet());
    }

    Set<String> services() {
        return spans.stream().map(Received.Span::service).collect(Collectors.toSet());
    }

    List<Received.Span> roots() {
        return spans.stream().filter(span -> span.parentId().isEmpty()).toList();
    }

    /** Spans whose parent nobody sent. */
    List<String> torn() {
        Set<String> known = spans.stream().map(Received.Span::spanId).collect(Collectors.toSet());
        return spans.stream()
                .filter(span -> !span.parentId().isEmpty() && !known.contains(span.parentId()))
                .map(Received.Span::name)
                .toList();
    }

    Received.Span only(String name) {
        List<Received.Span> found =
                spans.stream().filter(span -> span.name().equals(name)).toList();
        assertThat(found).as(name).hasSize(1);
        return found.getFirst();
    }

    boolean holds(String spanId) {
        return spans.stream().anyMatch(span -> span.spanId().equals(spanId));
    }
}
