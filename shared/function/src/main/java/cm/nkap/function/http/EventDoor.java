package cm.nkap.function.http;

import cm.nkap.events.CloudEventHttp;
import cm.nkap.events.Envelope;
import cm.nkap.function.Problem;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /} with a CloudEvent, as a dispatcher or a broker sends it. A real event is answered 2xx, 429 or 5xx only:
 * anything else would make a broker drop it.
 */
final class EventDoor {
    private static final Logger LOG = LoggerFactory.getLogger(EventDoor.class);
    private static final int MAX_BODY = 256 * 1024;
    private static final Duration SOON = Duration.ofSeconds(1);

    private final EventFunctions functions;
    private final Deliverers deliverers;
    private final int places;
    private final Semaphore room;

    EventDoor(ServerConfig config, Deliverers deliverers, EventFunctions functions) {
        this.functions = functions;
        this.deliverers = deliverers;
        this.places = config.maxEvents();
        this.room = new Semaphore(places);
    }

    /** False when this process has no trigger, or nobody could prove the right to deliver. */
    boolean isThere() {
        return !functions.isEmpty() && deliverers.canExist();
    }

    Answer take(Request request) throws IOException {
        if (!deliverers.admits(request)) {
            throw Problem.of(401, "unauthenticated", "Who delivers is not known");
        }
        if (!room.tryAcquire()) {
            throw Problem.of(429, "overloaded", "Too many events at the same time")
                    .retryAfter(SOON);
        }
        try {
            var event = read(request);
            if (event.isEmpty() || !handled(event.get())) {
                LOG.debug("msg=event_not_wanted");
            }
            return Answer.empty(204);
        } finally {
            room.release();
        }
    }

    /** Waits until no delivery runs. */
    boolean isQuiet(long deadline) {
        return HttpDoor.isQuiet(room, places, deadline);
    }

    private static Optional<Envelope> read(Request request) throws IOException {
        try {
            return CloudEventHttp.read(request.headers(), request.body(MAX_BODY));
        } catch (IllegalArgumentException e) {
            throw Problem.of(400, "invalid_request", "This is not a CloudEvent of ours")
                    .detail(String.valueOf(e.getMessage()));
        }
    }

    /** A refusal by an operation is no answer to a broker: the event must come again until somebody has looked at it. */
    private boolean handled(Envelope event) {
        try {
            return functions.handle(event);
        } catch (Problem e) {
            if (e.status() == 503 || e.status() == 429) {
                throw e;
            }
            throw Problem.of(500, "event_refused", "The function did not take the event")
                    .detail(e.code())
                    .causedBy(e);
        }
    }
}
