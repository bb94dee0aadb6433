package cm.nkap.events;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * POSTs events as structured CloudEvents JSON to the functions' addresses. 2xx is done; 429, 408, 5xx and a broken network are tried
 * again, as late as {@code Retry-After} asks; every other answer parks the event at once.
 */
public final class HttpSink implements EventSink {
    public static final String SECRET_HEADER = "x-nkap-event-secret";

    private static final Duration LONGEST_RETRY_AFTER = Duration.ofMinutes(5);
    private static final int LONGEST_ANSWER = 200;

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    private final Map<String, URI> functions;
    private final String secret;
    private final Duration limit;
    private final InstantSource clock;

    /**
     * Makes a sink.
     *
     * @param functions where each function listens for events
     * @param secret value of {@code x-nkap-event-secret}
     * @param limit how long a function may take to answer
     */
    public HttpSink(Map<String, URI> functions, String secret, Duration limit, InstantSource clock) {
        this.functions = Map.copyOf(functions);
        this.secret = secret;
        this.limit = limit;
        this.clock = clock;
    }

    @Override
    public void deliver(Subscription to, Envelope event) throws DeliveryFailed {
        URI function = functions.get(to.function());
        if (function == null) {
            throw DeliveryFailed.unavailable("no address known for " + to.function(), null, null);
        }
        HttpResponse<String> answer;
        try {
            answer = client.send(request(function, event), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw DeliveryFailed.unavailable(to.function() + " did not answer: " + e, null, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw DeliveryFailed.unavailable("interrupted", null, e);
        }
        check(to, answer);
    }

    private HttpRequest request(URI function, Envelope event) {
        HttpRequest.Builder request = HttpRequest.newBuilder(function)
                .timeout(limit)
                .header("content-type", "application/cloudevents+json; charset=utf-8")
                .header(SECRET_HEADER, secret)
                .POST(HttpRequest.BodyPublishers.ofByteArray(event.toJson()));
        String trace = EventSpans.current(event);
        return trace == null
                ? request.build()
                : request.header("traceparent", trace).build();
    }

    private void check(Subscription to, HttpResponse<String> answer) throws DeliveryFailed {
        int status = answer.statusCode();
        if (status >= 200 && status < 300) {
            return;
        }
        String body = answer.body();
        String start = body.length() > LONGEST_ANSWER ? body.substring(0, LONGEST_ANSWER) : body;
        String reason = to.function() + " answered " + status + (start.isBlank() ? "" : ": " + start);
        if (status == 429 || status == 408 || status == 502 || status == 503 || status == 504) {
            Duration wait = answer.headers()
                    .firstValue("retry-after")
                    .map(this::retryAfter)
                    .orElse(null);
            throw DeliveryFailed.unavailable(reason, wait, null);
        }
        if (status >= 500) {
            throw DeliveryFailed.failed(reason, null);
        }
        throw DeliveryFailed.refused(reason);
    }

    private @Nullable Duration retryAfter(String text) {
        Duration wait;
        try {
            wait = text.matches("[0-9]{1,9}")
                    ? Duration.ofSeconds(Long.parseLong(text))
                    : Duration.between(clock.instant(), moment(text));
        } catch (DateTimeException e) {
            return null;
        }
        if (wait.isNegative()) {
            return Duration.ZERO;
        }
        return wait.compareTo(LONGEST_RETRY_AFTER) > 0 ? LONGEST_RETRY_AFTER : wait;
    }

    private static Instant moment(String text) {
        return ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    }
}
