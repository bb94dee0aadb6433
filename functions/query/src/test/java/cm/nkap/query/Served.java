package cm.nkap.query;

import cm.nkap.function.Config;
import cm.nkap.function.Database;
import cm.nkap.function.DatabaseConfig;
import cm.nkap.function.FunctionApplication;
import cm.nkap.testing.TestDatabase;
import cm.nkap.testing.TokenIssuer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The reads as a process of their own would serve them, on a fresh database, and callers for them. */
final class Served implements AutoCloseable {
    static final String DOUALA = "boutique-douala";
    static final String YAOUNDE = "librairie-yaounde";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    final TestDatabase copy = TestDatabase.create();
    private final TokenIssuer issuer = TokenIssuer.temporary();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    final Database database;
    private final FunctionApplication application;

    Served() {
        this(Map.of());
    }

    /** @param more settings beside the usual ones */
    Served(Map<String, String> more) {
        var settings = new HashMap<>(copy.settings());
        settings.put("NKAP_PORT", "0");
        settings.put("NKAP_ISSUER", TokenIssuer.ISSUER);
        settings.put("NKAP_JWKS_URL", issuer.serve(0));
        settings.put("NKAP_EVENTS", "in-process");
        settings.put("NKAP_DRAIN", "1s");
        settings.putAll(more);
        database = Database.open(Config.read(settings, DatabaseConfig.class), events -> {});
        application = FunctionApplication.start(settings);
    }

    /** An answer: its status and what its body says. */
    record Answer(int status, JsonNode body, String text) {
        String at(String pointer) {
            return body.at(pointer).asString("");
        }

        /** One field of every element of the list. */
        List<String> each(String field) {
            List<String> values = new ArrayList<>();
            body.path("data").forEach(element -> values.add(element.path(field).asString("")));
            return values;
        }
    }

    static TokenIssuer.Grant merchant(String org) {
        return TokenIssuer.Grant.of("merchant-" + org, org, "merchant");
    }

    static TokenIssuer.Grant treasury() {
        return TokenIssuer.Grant.of("treasury", "nkap", "treasury");
    }

    /** A customer whose token even names a merchant's organisation: it must not help. */
    static TokenIssuer.Grant customer(String name) {
        return TokenIssuer.Grant.of(name, DOUALA, "customer");
    }

    Answer get(TokenIssuer.Grant caller, String path) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + application.port() + path))
                .header("authorization", "Bearer " + issuer.mint(caller))
                .build();
        try {
            HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
            return new Answer(answer.statusCode(), JSON.readTree(answer.body()), answer.body());
        } catch (IOException e) {
            throw new IllegalStateException("no answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** What was opened so far was opened an hour ago and is sealed. */
    void sealAnHourAgo() {
        try (Connection admin = copy.admin().getConnection();
                Statement statement = admin.createStatement()) {
            statement.execute("UPDATE ledger.awaiting_seal SET since = since - interval '1 hour'");
            statement.execute("SELECT ledger.seal_hours()");
        } catch (SQLException e) {
            throw new IllegalStateException("cannot seal", e);
        }
    }

    @Override
    public void close() {
        application.close();
        database.close();
        issuer.close();
        copy.close();
        client.close();
    }
}
