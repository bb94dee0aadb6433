package cm.nkap.function;

import cm.nkap.testing.TestDatabase;
import cm.nkap.testing.TokenIssuer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The notebook as a process of its own would run, on a fresh database, and a caller for it. */
final class Running implements AutoCloseable {
    static final String SECRET = "the-event-secret";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    final TestDatabase database = TestDatabase.create();
    final TokenIssuer issuer = TokenIssuer.temporary();
    final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    final Map<String, String> settings;
    final FunctionApplication application;

    Running() {
        this(Map.of());
    }

    Running(Map<String, String> more) {
        Behaviour.reset();
        settings = new HashMap<>(database.settings());
        settings.put("NKAP_PORT", "0");
        settings.put("NKAP_ISSUER", TokenIssuer.ISSUER);
        settings.put("NKAP_JWKS_URL", issuer.serve(0));
        settings.put("NKAP_EVENT_SECRET", SECRET);
        settings.put("NKAP_DRAIN", "2s");
        // Tests come in bursts; limits have tests of their own.
        settings.put("NKAP_LIMIT_CLIENT_READS", "0");
        settings.put("NKAP_LIMIT_CLIENT_MONEY", "0");
        settings.put("NKAP_LIMIT_ORG_READS", "0");
        settings.put("NKAP_LIMIT_ORG_MONEY", "0");
        settings.putAll(more);
        application = FunctionApplication.start(settings);
    }

    String token(String org, String... roles) {
        return issuer.mint(TokenIssuer.Grant.of("user-" + org, org, roles));
    }

    String merchant() {
        return token("boutique-douala", "merchant");
    }

    HttpRequest.Builder to(String path) {
        return to(application.port(), path);
    }

    static HttpRequest.Builder to(int port, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    }

    HttpRequest.Builder authorized(String path, String token) {
        return authorized(application.port(), path, token);
    }

    HttpRequest.Builder authorized(int port, String path, String token) {
        return to(port, path).header("authorization", "Bearer " + token);
    }

    /** A POST of JSON by a merchant, under this key. */
    HttpResponse<String> post(String key, String json) {
        return send(authorized("/v1/notes", merchant())
                .header("content-type", "application/json")
                .header("idempotency-key", key)
                .POST(BodyPublishers.ofString(json)));
    }

    HttpResponse<String> post(String json) {
        return post(UUID.randomUUID().toString(), json);
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return client.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException("no answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    static JsonNode json(HttpResponse<String> answer) {
        return JSON.readTree(answer.body());
    }

    /** What the administrator counts, behind the policies. */
    long count(String table) {
        try (var connection = database.admin().getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT count(*) FROM " + table)) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    String text(String sql) {
        try (var connection = database.admin().getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    void execute(String sql) {
        try (var connection = database.admin().getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        application.close();
        issuer.close();
        database.close();
        client.close();
    }
}
