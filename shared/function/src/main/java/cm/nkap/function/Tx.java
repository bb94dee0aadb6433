package cm.nkap.function;

import cm.nkap.events.Envelope;
import cm.nkap.events.Event;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * One open database transaction, READ COMMITTED, seeing the rows of its organisations only. Pass it on; never keep it.
 */
public final class Tx {
    private final Handle handle;
    private final Instant now;
    private final Scope scope;
    private final List<Envelope> emitted = new ArrayList<>();
    private final List<Runnable> afterCommit = new ArrayList<>();
    private final Map<String, String> traces = new HashMap<>();
    private Orgs orgs;

    Tx(Handle handle, Instant now, Orgs orgs, Scope scope) {
        this.handle = handle;
        this.now = now;
        this.orgs = orgs;
        this.scope = scope;
    }

    public Handle handle() {
        return handle;
    }

    /** When this transaction began, by the database's clock. */
    public Instant now() {
        return now;
    }

    /** Says that something happened: goes to the outbox in this transaction and to NATS after its commit. */
    public void emit(String org, Event event) {
        var trace = traces.get(event.about());
        emit(org, event, trace == null ? scope.traceparent() : trace);
    }

    /** The same, continuing the trace of the event that caused it. */
    public void emit(String org, Event event, Envelope cause) {
        emit(org, event, cause.traceparent());
    }

    /** The same, continuing a trace that was stored with the object. */
    public void emit(String org, Event event, @Nullable String traceparent) {
        emitted.add(Envelope.of(scope.source(), org, now, traceparent, event));
    }

    /** Runs after a successful commit, on this thread; it must be quick and is not part of the transaction. */
    public void afterCommit(Runnable action) {
        afterCommit.add(action);
    }

    /** Lets the rest of this transaction see every organisation; for work of the platform's own. */
    public void actForAll() {
        actFor(Orgs.all());
    }

    /** Lets the rest of this transaction see these organisations too. */
    public void actFor(Collection<String> more) {
        actFor(orgs.and(more));
    }

    private void actFor(Orgs wider) {
        if (!wider.equals(orgs)) {
            handle.createQuery("SELECT set_config('nkap.orgs', :orgs, true)")
                    .bind("orgs", wider.setting())
                    .mapTo(String.class)
                    .one();
            orgs = wider;
        }
    }

    /** Remembers the traces of the events being settled, so that what they cause about the same object continues them. */
    void continueTraces(List<Envelope> events) {
        for (var event : events) {
            var traceparent = event.traceparent();
            if (traceparent != null) {
                traces.put(event.event().about(), traceparent);
            }
        }
    }

    List<Envelope> emitted() {
        return emitted;
    }

    List<Runnable> actionsAfterCommit() {
        return afterCommit;
    }
}
