package cm.nkap.function.http;

import cm.nkap.function.Problem;
import cm.nkap.function.json.Json;
import cm.nkap.function.json.ProblemJson;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;

/** What goes back over the wire. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Answer(int status, byte[] body, Map<String, String> headers) {
    private static final byte[] NOTHING = {};

    static Answer empty(int status) {
        return new Answer(status, NOTHING, Map.of());
    }

    static Answer of(Problem problem, String requestId) {
        return new Answer(
                problem.status(),
                ProblemJson.text(problem, requestId).getBytes(StandardCharsets.UTF_8),
                ProblemJson.headers(problem));
    }

    boolean isRefusal() {
        return status >= 400;
    }

    /** The problem's code; {@code refused} when the body names none. */
    String code() {
        try {
            return Json.mapper().readTree(body).path("code").asString("refused");
        } catch (JacksonException e) {
            return "refused";
        }
    }

    Answer with(String name, String value) {
        var more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Answer(status, body, more);
    }
}
