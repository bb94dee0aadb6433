package cm.nkap.function;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.springframework.messaging.Message;
import org.springframework.messaging.support.GenericMessage;

/** How an answer travels back through the function catalogue: payload, {@code http-status} and lower-case headers. */
public final class Outbound {
    public static final String STATUS = "http-status";
    private static final byte[] NOTHING = {};

    private Outbound() {}

    static <O> Message<O> of(Reply<O> reply) {
        var body = reply.body();
        return message(reply.status(), body == null ? NOTHING : body, reply.headers());
    }

    static <O> Message<O> of(StoredAnswer answer, boolean replayed) {
        var headers = new HashMap<>(answer.headers());
        if (replayed) {
            headers.put("idempotent-replayed", "true");
        }
        return message(answer.status(), answer.bytes(), headers);
    }

    /**
     * The payload of an answer that was stored is its JSON, not an O: an answer replayed is the bytes of the first one,
     * whatever the class has become since. The catalogue is told not to convert, so nobody takes it for an O.
     */
    @SuppressWarnings("unchecked")
    private static <O> Message<O> message(int status, Object payload, Map<String, String> headers) {
        var all = new HashMap<String, Object>();
        headers.forEach((name, value) -> all.put(name.toLowerCase(Locale.ROOT), value));
        all.put(STATUS, status);
        return (Message<O>) new GenericMessage<>(payload, all);
    }
}
