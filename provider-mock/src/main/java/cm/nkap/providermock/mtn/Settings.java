package cm.nkap.providermock.mtn;

import cm.nkap.providermock.http.Json;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import wiremock.com.fasterxml.jackson.core.JsonProcessingException;
import wiremock.com.fasterxml.jackson.databind.PropertyNamingStrategies;
import wiremock.com.fasterxml.jackson.databind.annotation.JsonNaming;
import wiremock.com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * How fast and how well behaved the simulator is; all times in milliseconds unless named otherwise.
 *
 * @param payAfterMs from acceptance to the usual end
 * @param slowPayMs the same for the delayed numbers (MTN's 454)
 * @param lateSuccessMs from an expiry to the late success
 * @param hangMs how long a hanging answer hangs
 * @param pendingPolls status calls that hear PENDING although the payment has ended
 * @param callbackDelayMs from and to, drawn evenly
 * @param reasonObject failure reasons as the object of the published specification instead of the string really seen
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record Settings(
        long payAfterMs,
        long slowPayMs,
        long lateSuccessMs,
        long hangMs,
        int pendingPolls,
        List<Long> callbackDelayMs,
        Notice callback,
        boolean reasonObject,
        long tokenSeconds) {

    public Settings {
        callbackDelayMs = List.copyOf(callbackDelayMs);
        if (callbackDelayMs.size() != 2 || callbackDelayMs.getFirst() > callbackDelayMs.getLast()) {
            throw new IllegalArgumentException("callback_delay_ms is [from, to]");
        }
        if (payAfterMs < 0 || slowPayMs < 0 || lateSuccessMs < 0 || hangMs < 0 || callbackDelayMs.getFirst() < 0) {
            throw new IllegalArgumentException("times are not negative");
        }
    }

    public static Settings usual() {
        return new Settings(1_000, 25_000, 20_000, 30_000, 0, List.of(20L, 200L), Notice.ONCE, false, 3_600);
    }

    public Settings withPayAfterMs(long ms) {
        return changed(Json.object().put("pay_after_ms", ms));
    }

    /** These settings with the given JSON members replaced; unknown members and wrong types are refused. */
    public Settings changed(ObjectNode changes) {
        ObjectNode all = Json.MAPPER.valueToTree(this);
        all.setAll(changes);
        try {
            return Json.MAPPER.treeToValue(all, Settings.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e.getOriginalMessage(), e);
        }
    }

    long callbackDelay() {
        return ThreadLocalRandom.current().nextLong(callbackDelayMs.getFirst(), callbackDelayMs.getLast() + 1);
    }
}
