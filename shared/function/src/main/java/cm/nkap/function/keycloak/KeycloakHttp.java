package cm.nkap.function.keycloak;

import cm.nkap.function.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** The realm's HTTP interfaces. An answer of 5xx or 429, a time-out or text that is no JSON is {@link KeycloakAway}. */
public final class KeycloakHttp implements AutoCloseable {
    private static final int MOST_BYTES = 4 * 1024 * 1024;

    private final String url;
    private final String realm;
    private final String client;
    private final String basic;
    private final Duration limit;
    private final HttpClient http;

    /** What was answered; an empty body is a missing node. */
    public record Answer(int status, JsonNode body) {
        public boolean isDone() {
            return status >= 200 && status < 300;
        }

        /** The field {@code error} of a refusal of the token endpoint. */
        public String error() {
            return body.path("error").asString("");
        }
    }

    /** @throws IllegalArgumentException when the settings name no Keycloak */
    public KeycloakHttp(KeycloakConfig config) {
        if (config.keycloakUrl() == null) {
            throw new IllegalArgumentException("NKAP_KEYCLOAK_URL is not set");
        }
        url = config.keycloakUrl().toString().replaceFirst("/$", "");
        realm = config.keycloakRealm();
        client = config.keycloakClient();
        var secret = Objects.requireNonNull(config.keycloakSecret(), "checked by the settings");
        basic = "Basic "
                + Base64.getEncoder()
                        .encodeToString((encoded(client) + ":" + encoded(secret)).getBytes(StandardCharsets.UTF_8));
        limit = config.keycloakTimeout();
        http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(limit)
                .followRedirects(HttpClient.Redirect.NEVER)
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .build();
    }

    /** The functions' own client, which is also the audience of decisions. */
    public String client() {
        return client;
    }

    /** Posts a form to a path below {@code /protocol/openid-connect} in the name of a bearer. */
    public Answer asBearer(String path, Map<String, String> form, String token) {
        return form(path, form, "Bearer " + token);
    }

    /** The same in the name of the functions' own client. */
    public Answer asClient(String path, Map<String, String> form) {
        return form(path, form, basic);
    }

    private Answer form(String path, Map<String, String> form, String authorization) {
        var text = form.entrySet().stream()
                .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&"));
        return send(
                HttpRequest.newBuilder(URI.create(url + "/realms/" + realm + "/protocol/openid-connect" + path))
                        .header("content-type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(text)),
                authorization);
    }

    /** Calls the realm's admin API. */
    Answer admin(String method, String path, @Nullable Object body, String token) {
        var request = HttpRequest.newBuilder(URI.create(url + "/admin/realms/" + realm + path));
        if (body == null) {
            request.method(method, BodyPublishers.noBody());
        } else {
            request.header("content-type", "application/json")
                    // Keycloak's names are as they are in Java, so maps and not records of ours.
                    .method(method, BodyPublishers.ofByteArray(Json.write(body)));
        }
        return send(request, "Bearer " + token);
    }

    private Answer send(HttpRequest.Builder request, String authorization) {
        var sent = request.timeout(limit)
                .header("authorization", authorization)
                .header("accept", "application/json")
                .build();
        var what = sent.method() + " " + sent.uri().getPath();
        try {
            var answer = http.send(sent, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST_BYTES));
            if (answer.statusCode() >= 500 || answer.statusCode() == 429) {
                throw new KeycloakAway(what + " answered " + answer.statusCode(), null);
            }
            return read(answer);
        } catch (IOException | JacksonException e) {
            throw new KeycloakAway(what + " had no answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KeycloakAway(what + " was interrupted", e);
        }
    }

    private static Answer read(HttpResponse<byte[]> answer) {
        var body = answer.body();
        return new Answer(
                answer.statusCode(),
                body.length == 0 ? MissingNode.getInstance() : Json.mapper().readTree(body));
    }

    /** Text as a part of a path or a query. */
    public static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
