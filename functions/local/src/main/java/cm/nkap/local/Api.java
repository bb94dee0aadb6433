package cm.nkap.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Nkap's HTTP API as one caller sees it, for the demo and the load run. */
record Api(HttpClient http, String base, String token) {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** An answer with its body as JSON. */
    record Answer(int status, JsonNode body) {
        boolean isWell() {
            return status >= 200 && status < 300;
        }

        /** The problem's code, or the status when the answer has none. */
        String problem() {
            return status + " " + body.path("code").asString("");
        }
    }

    static HttpClient client() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(5))
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .build();
    }

    /** The caller whose token the environment has under this name. */
    static Api of(HttpClient http, Map<String, String> environment, String tokenName) {
        return new Api(http, required(environment, "NKAP_URL"), required(environment, tokenName));
    }

    static String required(Map<String, String> environment, String name) {
        String value = environment.get(name);
        if (value == null || value.isBlank()) {
            throw new IllegalStateException(name + " is not set; run this by ./dev, or read .dev/env first");
        }
        return value;
    }

    /** @throws IllegalStateException when the answer is not 2xx */
    JsonNode get(String path) {
        Answer answer = send(request(path).GET().build());
        if (!answer.isWell()) {
            throw new IllegalStateException("GET " + path + " answered " + answer.problem());
        }
        return answer.body();
    }

    /** POSTs under a new idempotency key. */
    Answer post(String path, Map<String, ?> body) {
        return send(request(path)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", UUID.randomUUID().toString())
                .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
                .build());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path))
                .timeout(LIMIT)
                .header("Authorization", "Bearer " + token);
    }

    private Answer send(HttpRequest request) {
        try {
            HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            return new Answer(answer.statusCode(), JSON.readTree(answer.body()));
        } catch (IOException e) {
            throw new UncheckedIOException(request.uri() + " does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
