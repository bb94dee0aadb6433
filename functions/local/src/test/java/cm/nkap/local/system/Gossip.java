package cm.nkap.local.system;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;

/** Stands before the provider and, about the payments of one person, answers with everything that it knows about them. */
final class Gossip implements AutoCloseable {
    private static final Set<String> NOT_PASSED_ON =
            Set.of("host", "connection", "content-length", "upgrade", "http2-settings", "transfer-encoding");

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Set<String> references = ConcurrentHashMap.newKeySet();
    private final HttpServer server;
    private final String about;
    private final String story;
    private volatile String provider = "";

    /**
     * @param about the number of the person
     * @param story what is told about them, in every answer
     */
    Gossip(String about, String story) {
        this.about = about;
        this.story = story;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::take);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    void passOnTo(String url) {
        provider = url;
    }

    private void take(HttpExchange call) throws IOException {
        try (call) {
            byte[] body = call.getRequestBody().readAllBytes();
            String reference = String.valueOf(call.getRequestHeaders().getFirst("X-Reference-Id"));
            String path = call.getRequestURI().getPath();
            if (new String(body, StandardCharsets.UTF_8).contains(about)) {
                references.add(reference);
                tell(call, 500, "{\"code\":\"INTERNAL_PROCESSING_ERROR\",\"message\":\"" + story + "\"}");
            } else if (references.stream().anyMatch(path::endsWith)) {
                tell(
                        call,
                        200,
                        "{\"status\":\"FAILED\",\"reason\":\"NOT_ENOUGH_FUNDS\",\"payer\":{\"partyIdType\":\"MSISDN\",\"partyId\":\""
                                + about + "\",\"name\":\"" + story + "\"},\"payerMessage\":\"" + story + "\"}");
            } else {
                passOn(call, body);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void tell(HttpExchange call, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        call.getResponseHeaders().set("content-type", "application/json");
        call.sendResponseHeaders(status, bytes.length);
        call.getResponseBody().write(bytes);
    }

    private void passOn(HttpExchange call, byte[] body) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(provider + call.getRequestURI()))
                .method(call.getRequestMethod(), BodyPublishers.ofByteArray(body));
        call.getRequestHeaders().forEach((name, values) -> {
            if (!NOT_PASSED_ON.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
            }
        });
        HttpResponse<byte[]> answer = http.send(request.build(), BodyHandlers.ofByteArray());
        answer.headers().map().forEach((name, values) -> {
            if (!name.startsWith(":") && !NOT_PASSED_ON.contains(name.toLowerCase(Locale.ROOT))) {
                call.getResponseHeaders().put(name, List.copyOf(values));
            }
        });
        call.sendResponseHeaders(answer.statusCode(), answer.body().length == 0 ? -1 : answer.body().length);
        if (answer.body().length > 0) {
            call.getResponseBody().write(answer.body());
        }
    }

    @Override
    public void close() {
        server.stop(0);
        http.close();
    }
}
