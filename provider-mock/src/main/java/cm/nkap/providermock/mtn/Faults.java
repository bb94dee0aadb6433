package cm.nkap.providermock.mtn;

import cm.nkap.providermock.http.Json;
import java.time.InstantSource;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import wiremock.com.fasterxml.jackson.annotation.JsonValue;
import wiremock.com.fasterxml.jackson.core.JsonProcessingException;
import wiremock.com.fasterxml.jackson.databind.PropertyNamingStrategies;
import wiremock.com.fasterxml.jackson.databind.annotation.JsonNaming;
import wiremock.com.fasterxml.jackson.databind.node.ObjectNode;

/** The fault that is switched on for everybody, if any; a number's own behaviour still holds behind it. */
final class Faults {
    /** MTN caps its status call at ten a second. */
    private static final int STATUS_CALLS_PER_SECOND = 10;

    enum Mode {
        NONE,
        /** Every connection is reset. */
        DOWN,
        /** 503 SERVICE_UNAVAILABLE. */
        UNAVAILABLE,
        /** Taken, answered after the hang. */
        HANG,
        RESET_AFTER_ACCEPT,
        RESET_BEFORE_ACCEPT,
        HTML,
        /** 429 beyond ten status calls a second. */
        RATE_LIMIT_STATUS;

        @JsonValue
        String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        Calls usualCalls() {
            return switch (this) {
                case NONE, DOWN, UNAVAILABLE, HTML -> Calls.ALL;
                case HANG, RESET_AFTER_ACCEPT, RESET_BEFORE_ACCEPT -> Calls.SUBMIT;
                case RATE_LIMIT_STATUS -> Calls.STATUS;
            };
        }
    }

    /** Which calls a fault hits. */
    enum Calls {
        ALL,
        TOKEN,
        SUBMIT,
        STATUS,
        OTHER;

        @JsonValue
        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A fault as it is switched on.
     *
     * @param forNext how many calls are left to hit, or null for all until it is switched off
     * @param product the only product to hit, or null for both
     */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record Fault(
            Mode mode,
            @Nullable Integer forNext,
            @Nullable Product product,
            @Nullable Calls calls) {
        static final Fault NONE = new Fault(Mode.NONE, null, null, null);

        boolean hits(Product called, Calls call) {
            Calls wanted = calls == null ? mode.usualCalls() : calls;
            return mode != Mode.NONE
                    && (product == null || product == called)
                    && (wanted == Calls.ALL || wanted == call);
        }
    }

    private final InstantSource clock;
    private Fault fault = Fault.NONE;
    private long second;
    private int callsThisSecond;

    Faults(InstantSource clock) {
        this.clock = clock;
    }

    /** Switches a fault on; NONE or an empty count switches it off. */
    synchronized Fault set(ObjectNode json) {
        try {
            Fault next = Json.MAPPER.treeToValue(json, Fault.class);
            if (next.mode() == null) {
                throw new IllegalArgumentException("mode is required");
            }
            fault = next;
            return next;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e.getOriginalMessage(), e);
        }
    }

    synchronized void clear() {
        fault = Fault.NONE;
    }

    synchronized Fault current() {
        return fault;
    }

    /** The mode for this call; a counted fault is used up by one. */
    synchronized Mode hit(Product product, Calls call) {
        if (!fault.hits(product, call)) {
            return Mode.NONE;
        }
        Mode mode = fault.mode();
        if (fault.forNext() != null) {
            int left = fault.forNext() - 1;
            fault = left > 0 ? new Fault(mode, left, fault.product(), fault.calls()) : Fault.NONE;
        }
        return mode;
    }

    synchronized boolean tooManyStatusCalls() {
        long now = clock.millis() / 1_000;
        if (now != second) {
            second = now;
            callsThisSecond = 0;
        }
        callsThisSecond++;
        return callsThisSecond > STATUS_CALLS_PER_SECOND;
    }
}
