package cm.nkap.local.system;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The HTTP API as one caller uses it. */
record Api(Doors doors, String token) {
    static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();

    /** An answer: its status, what its body says and its headers. */
    record Answer(int status, JsonNode body, HttpResponse<String> raw) {
        String at(String pointer) {
            return body.at(pointer).asString("");
        }

        Optional<String> header(String name) {
            return raw.headers().firstValue(name);
        }
    }

    Answer get(String path) {
        return send(request("GET", path).GET().build());
    }

    /** POSTs under a key of its own. */
    Answer post(String path, Map<String, ?> body) {
        return post(path, body, UUID.randomUUID().toString());
    }

    Answer post(String path, Map<String, ?> body, String key) {
        return send(request("POST", path)
                .header("content-type", "application/json")
                .header("idempotency-key", key)
                .POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
                .build());
    }

    Answer put(String path, Map<String, ?> body) {
        return send(request("PUT", path)
                .header("content-type", "application/json")
                .PUT(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
                .build());
    }

    Answer delete(String path) {
        return send(request("DELETE", path).DELETE().build());
    }

    private HttpRequest.Builder request(String method, String path) {
        return HttpRequest.newBuilder(doors.address(method, path))
                .timeout(LIMIT)
                .header("authorization", "Bearer " + token);
    }

    /** @throws Away when nobody answers */
    static Answer send(HttpRequest request) {
        try {
            HttpResponse<String> answer = HTTP.send(request, BodyHandlers.ofString());
            return new Answer(answer.statusCode(), json(answer.body()), answer);
        } catch (IOException e) {
            throw new Away(request.method() + " " + request.uri(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static JsonNode json(String body) {
        return body.startsWith("{") ? JSON.readTree(body) : JSON.createObjectNode();
    }

    /** Nobody answered; whether the call was carried out is not known. */
    static final class Away extends RuntimeException {
        Away(String call, IOException cause) {
            super("no answer to " + call, cause);
        }
    }
}
