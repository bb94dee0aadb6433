package cm.nkap.function;

import org.jspecify.annotations.Nullable;
import org.springframework.messaging.Message;
import tools.jackson.databind.JsonNode;

/**
 * What a door tells the shell about a call beside its body; travels as the one header of the message that goes through
 * the function catalogue. Request headers never become message headers.
 *
 * @param template of the route, for example {@code /v1/charges/{id}}
 * @param path as it was called, still encoded
 * @param tree the body as JSON, null when the route takes raw bytes
 */
public record Inbound(
        Call call,
        String method,
        String template,
        String path,
        @Nullable JsonNode tree) {
    public static final String HEADER = "nkap-inbound";

    static Inbound of(Message<?> message) {
        if (message.getHeaders().get(HEADER) instanceof Inbound inbound) {
            return inbound;
        }
        throw new IllegalArgumentException("the message did not come through a door of the shell");
    }

    String route() {
        return method + " " + template;
    }
}
