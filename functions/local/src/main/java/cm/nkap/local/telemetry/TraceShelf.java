package cm.nkap.local.telemetry;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The last traces, within a bound: the one that grew last stays longest, and a trace keeps its first spans. */
public final class TraceShelf {
    static final int MOST_TRACES = 500;
    static final int MOST_SPANS = 500;
    /** The timer calls every second: its runs must not push out what people did. */
    static final int MOST_OF_TIMER = 30;

    private static final int MOST_IN_ALL = 30_000;

    private final Map<String, List<ReceivedSpan>> traces = new LinkedHashMap<>(64, 0.75f, true);
    private final LinkedHashSet<String> ofTimer = new LinkedHashSet<>();
    private int spans;

    synchronized void take(ExportTraceServiceRequest request) {
        for (var resource : request.getResourceSpansList()) {
            var service = resource.getResource().getAttributesList().stream()
                    .filter(pair -> pair.getKey().equals("service.name"))
                    .map(pair -> ReceivedSpan.text(pair.getValue()))
                    .findFirst()
                    .orElse("unknown");
            resource.getScopeSpansList()
                    .forEach(scope -> scope.getSpansList().forEach(span -> keep(ReceivedSpan.of(service, span))));
        }
    }

    private void keep(ReceivedSpan span) {
        var trace = traces.computeIfAbsent(span.traceId(), made -> new ArrayList<>());
        if (trace.size() < MOST_SPANS) {
            trace.add(span);
            spans++;
        }
        if (span.parentId().isEmpty() && span.name().startsWith("POST /internal/") && !span.isError()) {
            ofTimer.add(span.traceId());
            if (ofTimer.size() > MOST_OF_TIMER) {
                var gone = traces.remove(ofTimer.removeFirst());
                spans -= gone == null ? 0 : gone.size();
            }
        }
        var eldest = traces.values().iterator();
        while (traces.size() > MOST_TRACES || spans > MOST_IN_ALL) {
            spans -= eldest.next().size();
            eldest.remove();
        }
    }

    /** Those that changed last come first; runs of the timer are left out. */
    synchronized List<Waterfall> newest(int limit) {
        return new ArrayList<>(traces.entrySet())
                .reversed().stream()
                        .filter(trace -> !ofTimer.contains(trace.getKey()))
                        .limit(limit)
                        .map(trace -> Waterfall.of(trace.getValue()))
                        .toList();
    }

    synchronized Optional<Waterfall> trace(String id) {
        return Optional.ofNullable(traces.get(id)).map(Waterfall::of);
    }

    /** Traces with this id, or with a span that names this payment; the oldest first. */
    synchronized List<Waterfall> about(String what) {
        var exact = traces.get(what);
        return exact != null
                ? List.of(Waterfall.of(exact))
                : traces.values().stream()
                        .filter(trace -> trace.stream().anyMatch(span -> span.mentions(what)))
                        .map(Waterfall::of)
                        .sorted((one, other) -> one.began().compareTo(other.began()))
                        .toList();
    }
}
