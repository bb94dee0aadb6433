package cm.nkap.testing;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A function as a process of its own would serve it, inside the test's JVM, on a fresh database, with callers for it. It
 * knows no function: the test says how one is started.
 *
 * @param <A> what runs
 */
public final class ServedFunction<A> implements AutoCloseable {
    private final TestDatabase database = TestDatabase.create();
    private final TokenIssuer issuer = TokenIssuer.temporary();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Map<String, String> settings;
    private final A application;
    private final int port;
    private final Consumer<A> stop;

    private ServedFunction(
            Map<String, String> more, Function<Map<String, String>, A> start, ToIntFunction<A> port, Consumer<A> stop) {
        var all = new HashMap<>(database.settings());
        all.put("NKAP_PORT", "0");
        all.put("NKAP_ISSUER", TokenIssuer.ISSUER);
        all.put("NKAP_JWKS_URL", issuer.serve(0));
        all.put("NKAP_EVENTS", "in-process");
        all.put("NKAP_DRAIN", "1s");
        all.putAll(more);
        this.settings = Map.copyOf(all);
        this.application = start.apply(settings);
        this.port = port.applyAsInt(application);
        this.stop = stop;
    }

    /** @param more settings of the function itself; the database, the port and who issues tokens are given */
    public static <A> ServedFunction<A> start(
            Map<String, String> more, Function<Map<String, String>, A> start, ToIntFunction<A> port, Consumer<A> stop) {
        return new ServedFunction<>(more, start, port, stop);
    }

    /**
     * What was answered.
     *
     * @param body the JSON object; empty when there is none
     */
    public record Answer(int status, String text, Map<String, Object> body, Map<String, List<String>> headers) {
        /** The text at a path such as {@code failure.code}; empty when nothing is there. */
        public String at(String path) {
            @Nullable Object found = body;
            for (String name : path.split("\\.", -1)) {
                found = found instanceof Map<?, ?> object ? object.get(name) : null;
            }
            return found == null ? "" : found.toString();
        }

        /** One field of every element of a list. */
        public List<String> each(String list, String field) {
            List<String> values = new ArrayList<>();
            if (body.get(list) instanceof List<?> elements) {
                elements.forEach(element ->
                        values.add(String.valueOf(element instanceof Map<?, ?> object ? object.get(field) : element)));
            }
            return values;
        }
    }

    public A application() {
        return application;
    }

    public TestDatabase database() {
        return database;
    }

    /** Everything that the function found in its environment. */
    public Map<String, String> settings() {
        return settings;
    }

    /** Posts JSON as this caller under an idempotency key of its own. */
    public Answer post(TokenIssuer.Grant caller, String path, String json) {
        return post(caller, path, UUID.randomUUID().toString(), json);
    }

    /** The same under a key that the test knows. */
    public Answer post(TokenIssuer.Grant caller, String path, String key, String json) {
        return send(to(path).header("authorization", "Bearer " + issuer.mint(caller))
                .header("content-type", "application/json")
                .header("idempotency-key", key)
                .POST(BodyPublishers.ofString(json)));
    }

    /** Reads a path as this caller. */
    public Answer get(TokenIssuer.Grant caller, String path) {
        return send(to(path).header("authorization", "Bearer " + issuer.mint(caller))
                .GET());
    }

    /** A request to a path, for what needs its own method, body or headers. */
    public HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    }

    public Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
            String text = answer.body();
            return new Answer(
                    answer.statusCode(),
                    text,
                    text.startsWith("{") ? JSONObjectUtils.parse(text) : Map.of(),
                    answer.headers().map());
        } catch (IOException e) {
            throw new IllegalStateException("no answer", e);
        } catch (ParseException e) {
            throw new IllegalStateException("not JSON", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        stop.accept(application);
        client.close();
        issuer.close();
        database.close();
    }
}
