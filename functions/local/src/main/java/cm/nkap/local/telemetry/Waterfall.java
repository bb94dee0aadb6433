package cm.nkap.local.telemetry;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One trace, laid out: parents before children, each with its depth and its place in time. A span whose parent was not
 * received stands at the first level.
 */
record Waterfall(String id, Instant began, Duration took, List<Step> steps) {
    private static final int WIDTH = 30;
    private static final double NANOS_PER_MILLI = 1e6;

    /** @param at after the beginning of the trace */
    record Step(ReceivedSpan span, int depth, Duration at) {}

    static Waterfall of(List<ReceivedSpan> spans) {
        var ordered = spans.stream()
                .sorted(Comparator.comparing(ReceivedSpan::began).thenComparing(ReceivedSpan::spanId))
                .toList();
        var began = ordered.getFirst().began();
        var ended = ordered.stream()
                .map(ReceivedSpan::ended)
                .max(Comparator.naturalOrder())
                .orElse(began);
        var known = ordered.stream().map(ReceivedSpan::spanId).collect(Collectors.toSet());
        var steps = new ArrayList<Step>();
        var placed = new HashSet<String>();
        for (var span : ordered) {
            if (!known.contains(span.parentId())) {
                place(span, 0, ordered, began, steps, placed);
            }
        }
        // A circle of parents cannot be; should it come, it must not disappear.
        ordered.forEach(span -> place(span, 0, ordered, began, steps, placed));
        return new Waterfall(ordered.getFirst().traceId(), began, Duration.between(began, ended), List.copyOf(steps));
    }

    private static void place(
            ReceivedSpan span, int depth, List<ReceivedSpan> all, Instant began, List<Step> steps, Set<String> placed) {
        if (!placed.add(span.spanId())) {
            return;
        }
        steps.add(new Step(span, depth, Duration.between(began, span.began())));
        all.stream()
                .filter(other -> other.parentId().equals(span.spanId()))
                .forEach(child -> place(child, depth + 1, all, began, steps, placed));
    }

    String name() {
        return steps.getFirst().span().name();
    }

    boolean failed() {
        return steps.stream().anyMatch(step -> step.span().isError());
    }

    static String millis(Duration time) {
        return String.format(Locale.ROOT, "%.1f ms", time.toNanos() / NANOS_PER_MILLI);
    }

    /** Where a step begins and how long it is, in parts of {@code width}; at least one long. */
    int[] bar(Step step, int width) {
        double whole = Math.max(1, took.toNanos());
        int from = (int) Math.min(width - 1, step.at.toNanos() / whole * width);
        int length = (int) Math.max(1, Math.round(step.span().took().toNanos() / whole * width));
        return new int[] {from, Math.min(length, width - from)};
    }

    /** For a terminal. */
    String text() {
        var text = new StringBuilder("trace " + id + "  " + steps.size() + " spans  " + millis(took) + "\n");
        for (var step : steps) {
            var bar = bar(step, WIDTH);
            var span = step.span();
            text.append(" ".repeat(bar[0]))
                    .append("█".repeat(bar[1]))
                    .append(" ".repeat(WIDTH - bar[0] - bar[1]))
                    .append(String.format(Locale.ROOT, " %10s  ", millis(span.took())))
                    .append("  ".repeat(step.depth()))
                    .append(span.isError() ? "✗ " : "")
                    .append(plain(span.name()))
                    .append("  (")
                    .append(plain(span.service()))
                    .append(", ")
                    .append(span.kind())
                    .append(")\n");
        }
        return text.toString();
    }

    /** A name must not steer the terminal. */
    private static String plain(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }
}
