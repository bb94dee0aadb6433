package cm.nkap.providers.mtn;

import cm.nkap.providers.Exchange;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** What came of one HTTP call, before anybody judges what it means for the money. */
sealed interface MtnReply {
    Exchange evidence();

    /**
     * MTN or its gateway answered.
     *
     * @param json the body when it is one JSON object; empty for HTML and everything else
     * @param bare true when there was no body at all
     */
    record Answered(int status, Duration retryAfter, Optional<JsonNode> json, boolean bare, Exchange evidence)
            implements MtnReply {
        /** MTN's logical code; empty when there is none. */
        String code() {
            return json.map(body -> body.path("code").stringValue("")).orElse("");
        }

        String message() {
            return json.map(body -> body.path("message").stringValue("")).orElse("");
        }
    }

    /** No connection was made, so that no byte of the request left. */
    record NotConnected(Exchange evidence) implements MtnReply {}

    /** The connection broke, or time ran out, or the body was too long: the request may have arrived. */
    record Lost(String reason, Exchange evidence) implements MtnReply {}

    /** There was no token to ask with. {@code refused}: MTN does not accept our keys, as opposed to being out of reach. */
    record NoToken(boolean refused, String reason, Exchange evidence) implements MtnReply {}
}
