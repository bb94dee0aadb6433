package cm.nkap.accounts;

import cm.nkap.function.Config;
import cm.nkap.function.Database;
import cm.nkap.function.DatabaseConfig;
import cm.nkap.function.FunctionApplication;
import cm.nkap.testing.TestDatabase;
import cm.nkap.testing.TokenIssuer;
import cm.nkap.testing.TokenIssuer.Grant;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Accounts as a process of its own would serve it, on a fresh database, and callers for it. */
final class Served implements AutoCloseable {
    static final Grant PLATFORM = Grant.of("platform", "nkap", "platform");
    static final Grant CHECKER = Grant.of("checker", "nkap", "treasury");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final TestDatabase copy = TestDatabase.create();
    private final TokenIssuer issuer = TokenIssuer.temporary();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    final Database database;
    private final FunctionApplication application;

    Served() {
        var settings = new HashMap<>(copy.settings());
        settings.put("NKAP_PORT", "0");
        settings.put("NKAP_ISSUER", TokenIssuer.ISSUER);
        settings.put("NKAP_JWKS_URL", issuer.serve(0));
        settings.put("NKAP_EVENTS", "in-process");
        settings.put("NKAP_DRAIN", "1s");
        settings.put("NKAP_PROVIDERS", "mtn,orange");
        settings.put("NKAP_PII_KEY", Base64.getEncoder().encodeToString(new byte[32]));
        database = Database.open(Config.read(settings, DatabaseConfig.class), events -> {});
        application = FunctionApplication.start(settings);
    }

    /** An answer: its status and what its body says. */
    record Answer(int status, JsonNode body, String text, HttpResponse<String> http) {
        String at(String pointer) {
            return body.at(pointer).asString("");
        }

        /** One field of every element of a list. */
        List<String> each(String list, String field) {
            List<String> values = new ArrayList<>();
            body.path(list).forEach(element -> values.add(element.path(field).asString("")));
            return values;
        }
    }

    static Grant merchant(String org) {
        return Grant.of("merchant-" + org, org, "merchant");
    }

    static Grant admin(String org) {
        return Grant.of("admin-" + org, org, "org-admin");
    }

    Answer get(Grant caller, String path) {
        return send(to(caller, path));
    }

    Answer post(Grant caller, String path, String json) {
        return post(caller, path, UUID.randomUUID().toString(), json);
    }

    Answer post(Grant caller, String path, String key, String json) {
        return send(to(caller, path).header("idempotency-key", key).POST(BodyPublishers.ofString(json)));
    }

    Answer put(Grant caller, String path, String json) {
        return send(to(caller, path).PUT(BodyPublishers.ofString(json)));
    }

    Answer decide(Grant checker, String approval, String decision) {
        return post(checker, "/v1/approvals/" + approval + "/decision", "{\"decision\":\"" + decision + "\"}");
    }

    /** A fee plan that one person asked for and another approved. */
    Answer plan(String json) {
        var asked = post(PLATFORM, "/v1/fee-plans", json);
        var decided = decide(CHECKER, asked.at("/id"), "approve");
        if (decided.status() != 200) {
            throw new IllegalStateException(asked.text() + decided.text());
        }
        return get(PLATFORM, "/v1/fee-plans/" + decided.at("/result"));
    }

    /** Makes an organisation and returns its default merchant. */
    String organisation(String id) {
        var made = post(
                PLATFORM,
                "/v1/organisations",
                "{\"id\":\"%s\",\"name\":\"Org %s\",\"merchant_name\":\"Shop %s\"}".formatted(id, id, id));
        if (made.status() != 201) {
            throw new IllegalStateException(made.text());
        }
        return made.at("/merchants/0/id");
    }

    private HttpRequest.Builder to(Grant caller, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + application.port() + path))
                .header("authorization", "Bearer " + issuer.mint(caller))
                .header("content-type", "application/json");
    }

    private Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
            return new Answer(answer.statusCode(), JSON.readTree(answer.body()), answer.body(), answer);
        } catch (IOException e) {
            throw new IllegalStateException("no answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
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
