package cm.nkap.function.http;

import cm.nkap.events.DeliveryFailed;
import cm.nkap.events.Envelope;
import cm.nkap.events.EventSink;
import cm.nkap.events.Subscription;
import cm.nkap.function.EventBatch;
import cm.nkap.function.EventTrigger;
import cm.nkap.function.Problem;
import cm.nkap.function.Refusals;
import cm.nkap.function.Scope;
import cm.nkap.function.http.Tracing.Traced;
import cm.nkap.function.telemetry.ShellMetrics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands events to the functions whose triggers want them; the in-process door, and what is behind the HTTP one. */
public final class EventFunctions implements EventSink {
    private static final Logger LOG = LoggerFactory.getLogger(EventFunctions.class);
    private static final String BATCH = "nkap-events";

    private final List<EventTrigger> triggers;
    private final Map<String, Functions.Found> functions = new HashMap<>();
    private final Tracing tracing;
    private final ShellMetrics metrics;

    EventFunctions(List<EventTrigger> triggers, Functions catalogue, Tracing tracing, ShellMetrics metrics) {
        this.metrics = metrics;
        this.triggers = List.copyOf(triggers);
        this.tracing = tracing;
        for (var trigger : triggers) {
            functions.computeIfAbsent(trigger.bean(), catalogue::find);
        }
    }

    @Override
    public void deliver(Subscription to, Envelope event) throws DeliveryFailed {
        var mine = triggers.stream()
                .filter(trigger -> trigger.function().equals(to.function()) && trigger.matches(event.natsSubject()))
                .toList();
        if (mine.isEmpty()) {
            throw DeliveryFailed.unavailable("function " + to.function() + " is not in this process", null, null);
        }
        try {
            mine.forEach(trigger -> call(trigger, event));
        } catch (Problem e) {
            throw e.status() == 503 || e.status() == 429
                    ? DeliveryFailed.unavailable(e.code(), e.retryAfter(), e)
                    : DeliveryFailed.failed(e.code() + ": " + e.detail(), e);
        } catch (RuntimeException e) {
            if (Refusals.isPartAway(e)) {
                throw DeliveryFailed.unavailable("the database or the store of secrets is away", null, e);
            }
            throw e;
        }
    }

    boolean isEmpty() {
        return triggers.isEmpty();
    }

    /** Calls every trigger of this process that wants the event; false when none does. */
    boolean handle(Envelope event) {
        var wanting =
                triggers.stream().filter(t -> t.matches(event.natsSubject())).toList();
        wanting.forEach(trigger -> call(trigger, event));
        return !wanting.isEmpty();
    }

    private void call(EventTrigger trigger, Envelope event) {
        var function = functions.get(trigger.bean());
        if (function == null) {
            throw new IllegalStateException("every trigger's function was looked up at start");
        }
        var traced = tracing.ofEvent(event, trigger.function());
        Scope.current()
                .under(traced.traceparent())
                .named(trigger.function())
                .about(event.org(), event.event().about())
                .run(() -> traced.call(() -> call(trigger, function, event, traced)));
    }

    private boolean call(EventTrigger trigger, Functions.Found function, Envelope event, Traced traced) {
        long began = System.nanoTime();
        int status = 500;
        try {
            var batch = EventBatch.of(tracing.continued(event, traced));
            function.wrapper().accept(Functions.message(batch, BATCH, true));
            status = 204;
            return true;
        } catch (Problem e) {
            status = e.status();
            throw e;
        } finally {
            traced.end(status);
            var outcome = status == 204 ? "done" : status == 503 || status == 429 ? "unavailable" : "failed";
            metrics.handled(trigger.function(), event.type(), outcome, began, traced.span());
            LOG.info(
                    "msg=event type={} event={} about={} function={} status={} ms={} trace={} org={}",
                    event.type(),
                    event.id(),
                    event.event().about(),
                    trigger.function(),
                    status,
                    (System.nanoTime() - began) / 1_000_000,
                    traced.traceId(),
                    event.org());
        }
    }
}
