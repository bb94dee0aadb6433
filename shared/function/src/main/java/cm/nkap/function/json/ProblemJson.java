package cm.nkap.function.json;

import cm.nkap.function.Fault;
import cm.nkap.function.Problem;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A refusal as {@code application/problem+json}, the same words at every door. */
public final class ProblemJson {
    public static final String CONTENT_TYPE = "application/problem+json";

    private record Body(
            String type,
            String title,
            int status,
            @Nullable String detail,
            String instance,
            String code,
            @Nullable String param,
            boolean retryable,
            String moneyMoved,
            String requestId,
            List<Fault> errors) {}

    private ProblemJson() {}

    public static String text(Problem problem, String requestId) {
        return Json.text(new Body(
                "urn:nkap:problem:" + problem.code(),
                problem.title(),
                problem.status(),
                problem.detail().isEmpty() ? null : problem.detail(),
                "urn:nkap:request:" + requestId,
                problem.code(),
                problem.param().isEmpty() ? null : problem.param(),
                problem.retryable(),
                problem.moneyMoved().text(),
                requestId,
                problem.errors()));
    }

    /** Content type and, when the problem says so, {@code retry-after} in whole seconds. */
    public static Map<String, String> headers(Problem problem) {
        var headers = new LinkedHashMap<String, String>();
        headers.put("content-type", CONTENT_TYPE);
        var wait = problem.retryAfter();
        if (wait != null) {
            headers.put("retry-after", Long.toString(wholeSeconds(wait)));
        }
        return headers;
    }

    private static long wholeSeconds(Duration wait) {
        return Math.max(1, wait.plusMillis(999).toSeconds());
    }
}
