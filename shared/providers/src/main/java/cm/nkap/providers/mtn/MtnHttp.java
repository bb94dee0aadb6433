package cm.nkap.providers.mtn;

import cm.nkap.providers.Exchange;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One HTTP call with every bound that a provider cannot be trusted to keep: time, size, redirects, content type. */
final class MtnHttp {
    static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();
    private static final long LONGEST_BODY = 256L * 1024;
    private static final Duration DEFAULT_RETRY_AFTER = Duration.ofSeconds(1);
    private static final long LONGEST_RETRY_AFTER_SECONDS = 3600;

    private final HttpClient client;
    private final Duration deadline;

    MtnHttp(Duration connectTimeout, Duration readTimeout) {
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(connectTimeout)
                .followRedirects(HttpClient.Redirect.NEVER)
                .executor(Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name("mtn-http-", 0).factory()))
                .build();
        this.deadline = connectTimeout.plus(readTimeout);
    }

    MtnReply send(HttpRequest request) {
        long start = System.nanoTime();
        // HttpRequest.timeout would end with the headers; a body that never ends needs the same limit.
        CompletableFuture<HttpResponse<byte[]>> call =
                client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), LONGEST_BODY));
        try {
            return answered(call.get(deadline.toNanos(), TimeUnit.NANOSECONDS), since(start));
        } catch (TimeoutException e) {
            call.cancel(true);
            return lost("timeout", e, start);
        } catch (InterruptedException e) {
            call.cancel(true);
            Thread.currentThread().interrupt();
            return lost("interrupted", e, start);
        } catch (ExecutionException e) {
            return broken(e.getCause() == null ? e : e.getCause(), start);
        }
    }

    private static MtnReply broken(Throwable cause, long start) {
        if (cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException) {
            return new MtnReply.NotConnected(Exchange.broken(since(start), cause.toString()));
        }
        return lost("connection broke", cause, start);
    }

    private static MtnReply lost(String reason, Throwable cause, long start) {
        return new MtnReply.Lost(reason, Exchange.broken(since(start), reason + ": " + cause));
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private static MtnReply answered(HttpResponse<byte[]> response, Duration took) {
        String body = new String(response.body(), StandardCharsets.UTF_8);
        return new MtnReply.Answered(
                response.statusCode(),
                retryAfter(response.headers()),
                isHtml(response.headers()) ? Optional.empty() : object(body),
                response.body().length == 0,
                Exchange.answered(response.statusCode(), took, body));
    }

    private static boolean isHtml(HttpHeaders headers) {
        return headers.firstValue("Content-Type")
                .map(type -> type.toLowerCase(Locale.ROOT).contains("html"))
                .orElse(false);
    }

    private static Optional<JsonNode> object(String body) {
        try {
            return Optional.of(JSON.readTree(body)).filter(JsonNode::isObject);
        } catch (JacksonException _) {
            return Optional.empty();
        }
    }

    private static Duration retryAfter(HttpHeaders headers) {
        return headers.firstValue("Retry-After")
                .filter(text -> text.matches("[0-9]{1,9}"))
                .map(text -> Duration.ofSeconds(Math.min(LONGEST_RETRY_AFTER_SECONDS, Long.parseLong(text))))
                .orElse(DEFAULT_RETRY_AFTER);
    }
}
