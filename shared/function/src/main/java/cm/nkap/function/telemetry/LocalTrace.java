package cm.nkap.function.telemetry;

import io.opentelemetry.sdk.trace.ReadableSpan;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/** One trace's spans in this process, held back until the first of them, the root, has ended. */
final class LocalTrace {
    private enum Verdict {
        OPEN,
        KEEP,
        DROP
    }

    private final String root;
    private final List<ReadableSpan> held = new ArrayList<>();
    private Verdict verdict = Verdict.OPEN;

    LocalTrace(String root) {
        this.root = root;
    }

    /** Takes a span that ended; returns how many places it and others that waited for it leave free. */
    synchronized int end(ReadableSpan span, boolean matters, Consumer<ReadableSpan> keep, IntConsumer drop) {
        boolean isRoot = span.getSpanContext().getSpanId().equals(root);
        if (matters) {
            verdict = Verdict.KEEP;
        } else if (isRoot && verdict == Verdict.OPEN) {
            verdict = Verdict.DROP;
        }
        return switch (verdict) {
            case OPEN -> {
                held.add(span);
                yield 0;
            }
            case KEEP -> {
                held.forEach(keep);
                keep.accept(span);
                yield emptied() + 1;
            }
            case DROP -> {
                drop.accept(held.size() + 1);
                yield emptied() + 1;
            }
        };
    }

    private int emptied() {
        int places = held.size();
        held.clear();
        return places;
    }
}
