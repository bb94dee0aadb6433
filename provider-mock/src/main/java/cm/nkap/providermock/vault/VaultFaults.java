package cm.nkap.providermock.vault;

import cm.nkap.providermock.http.Json;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import wiremock.com.fasterxml.jackson.annotation.JsonValue;
import wiremock.com.fasterxml.jackson.core.JsonProcessingException;
import wiremock.com.fasterxml.jackson.databind.PropertyNamingStrategies;
import wiremock.com.fasterxml.jackson.databind.annotation.JsonNaming;
import wiremock.com.fasterxml.jackson.databind.node.ObjectNode;

/** How this Vault misbehaves at present. */
final class VaultFaults {
    /** What every call gets instead of its answer. */
    enum Mode {
        NONE,
        /** 503 as a Vault gives it that somebody has to unseal. */
        SEALED,
        /** 500. */
        ERROR,
        /** 429, as when a quota is used up. */
        RATE_LIMITED,
        /** The connection is reset. */
        DOWN,
        /** A proxy's page with status 200. */
        HTML;

        @JsonValue
        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * @param delayMs how long every answer is kept back; also with mode NONE
     * @param forNext how many calls are left to hit, or null for all until it is switched off
     */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record Fault(
            @Nullable Mode mode,
            @Nullable Long delayMs,
            @Nullable Integer forNext) {
        static final Fault NONE = new Fault(Mode.NONE, null, null);

        long delay() {
            return delayMs == null ? 0 : delayMs;
        }

        Mode how() {
            return Optional.ofNullable(mode).orElse(Mode.NONE);
        }
    }

    private Fault fault = Fault.NONE;

    synchronized void set(ObjectNode json) {
        try {
            fault = Json.MAPPER.treeToValue(json, Fault.class);
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

    /** The fault for this call; a counted one is used up by one. */
    synchronized Fault hit() {
        Fault now = fault;
        if (now.forNext() != null) {
            int left = now.forNext() - 1;
            fault = left > 0 ? new Fault(now.mode(), now.delayMs(), left) : Fault.NONE;
        }
        return now;
    }
}
