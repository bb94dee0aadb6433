package cm.nkap.providermock;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.providermock.http.Json;
import cm.nkap.providermock.vault.VaultSimulator;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import wiremock.com.fasterxml.jackson.databind.JsonNode;

/** Vault's HTTP API as its documentation shows it, seen without a driver. */
class VaultTest {
    private static final String WHOM = "{\"role_id\":\"nkap-role\",\"secret_id\":\"nkap-mock-secret-id\"}";

    private final ProviderMock mock = ProviderMock.start(ProviderMockConfig.usual());
    private final VaultSimulator vault = mock.vault();
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        mock.close();
        client.close();
    }

    private record Said(int status, JsonNode body) {
        JsonNode data() {
            return body.path("data");
        }
    }

    @Test
    void aRoleLogsInAndSeesItsOwnToken() throws Exception {
        Said login = call("", "POST", "auth/approle/login", WHOM);
        String token = login.body().path("auth").path("client_token").asText();

        assertThat(login.status()).isEqualTo(200);
        assertThat(login.body().path("auth").path("lease_duration").asLong()).isEqualTo(1_200);
        assertThat(login.body().path("auth").path("renewable").asBoolean()).isTrue();
        assertThat(login.body().path("auth").path("policies").toString()).isEqualTo("[\"default\",\"nkap\"]");
        assertThat(call(token, "GET", "auth/token/lookup-self", "")
                        .data()
                        .path("ttl")
                        .asLong())
                .isBetween(1_100L, 1_200L);
        assertThat(call("", "POST", "auth/approle/login", "{\"role_id\":\"x\"}").body())
                .hasToString("{\"errors\":[\"invalid role or secret ID\"]}");
        assertThat(call(token, "POST", "auth/token/revoke-self", "").status()).isEqualTo(204);
        Said gone = call(token, "GET", "auth/token/lookup-self", "");
        assertThat(gone.status()).isEqualTo(403);
        assertThat(gone.body()).hasToString("{\"errors\":[\"permission denied\"]}");
    }

    @Test
    void aTokenEndsWithItsLeaseUnlessItIsRenewed() throws Exception {
        vault.tokensLive(Duration.ZERO, Duration.ofHours(1));
        String token = token();

        assertThat(call(token, "GET", "auth/token/lookup-self", "").status()).isEqualTo(403);
        vault.tokensLive(Duration.ofSeconds(50), Duration.ofSeconds(40));
        String capped = token();
        assertThat(call(capped, "POST", "auth/token/renew-self", "")
                        .body()
                        .path("auth")
                        .path("lease_duration")
                        .asLong())
                .isBetween(30L, 40L);
    }

    @Test
    void everyWriteIsAVersionAndADeletedOneComesBack() throws Exception {
        String root = VaultSimulator.ROOT_TOKEN;
        call(root, "POST", "kv/data/a/b", "{\"data\":{\"k\":\"1\"}}");
        Said second = call(root, "POST", "kv/data/a/b", "{\"data\":{\"k\":\"2\"},\"options\":{\"cas\":1}}");

        assertThat(second.data().path("version").asInt()).isEqualTo(2);
        assertThat(call(root, "POST", "kv/data/a/b", "{\"data\":{},\"options\":{\"cas\":1}}")
                        .status())
                .isEqualTo(400);
        assertThat(field(root, "kv/data/a/b")).isEqualTo("2");
        assertThat(field(root, "kv/data/a/b?version=1")).isEqualTo("1");
        call(root, "DELETE", "kv/data/a/b", "");
        Said deleted = call(root, "GET", "kv/data/a/b", "");
        assertThat(deleted.status()).isEqualTo(404);
        assertThat(deleted.data().path("data").isNull()).isTrue();
        assertThat(deleted.data().path("metadata").path("deletion_time").asText())
                .isNotEmpty();
        call(root, "POST", "kv/undelete/a/b", "{\"versions\":[2]}");
        assertThat(call(root, "GET", "kv/data/a/b", "").status()).isEqualTo(200);
        call(root, "PUT", "kv/destroy/a/b", "{\"versions\":[2]}");
        assertThat(call(root, "POST", "kv/undelete/a/b", "{\"versions\":[2]}").status())
                .isEqualTo(204);
        assertThat(call(root, "GET", "kv/data/a/b", "").status()).isEqualTo(404);
        assertThat(call(root, "GET", "kv/metadata/a/b", "")
                        .data()
                        .path("versions")
                        .size())
                .isEqualTo(2);
        assertThat(call(root, "LIST", "kv/metadata/a", "").data()).hasToString("{\"keys\":[\"b\"]}");
        Said nothing = call(root, "GET", "kv/data/none", "");
        assertThat(nothing.status()).isEqualTo(404);
        assertThat(nothing.body()).hasToString("{\"errors\":[]}");
    }

    private String field(String token, String path) throws Exception {
        return call(token, "GET", path, "").data().path("data").path("k").asText();
    }

    @Test
    void policiesDecideBeforeAnythingIsLookedUp() throws Exception {
        String token = token();
        vault.write("nkap/mtn", Map.of("k", "v"));

        assertThat(call(token, "GET", "kv/data/nkap/mtn", "").status()).isEqualTo(200);
        assertThat(call(token, "POST", "kv/data/nkap/mtn", "{\"data\":{}}").status())
                .isEqualTo(403);
        assertThat(call(token, "GET", "kv/data/other", "").status()).isEqualTo(403);
        assertThat(call(token, "POST", "transit/keys/nkap-x/rotate", "").status())
                .isEqualTo(403);
        vault.policy("nkap", Map.of("kv/data/*", Set.of("read"), "kv/data/nkap/mtn", Set.of("deny")));
        assertThat(call(token, "GET", "kv/data/nkap/mtn", "").status()).isEqualTo(403);
        assertThat(call(token, "GET", "kv/data/other", "").status()).isEqualTo(404);
        assertThat(call("", "GET", "kv/data/nkap/mtn", "").status()).isEqualTo(403);
    }

    @Test
    void troublesAreSwitchedOnAndOff() throws Exception {
        admin("PUT", "faults", "{\"mode\":\"sealed\"}");

        Said sealed = call("", "POST", "auth/approle/login", WHOM);

        assertThat(sealed.status()).isEqualTo(503);
        assertThat(sealed.body()).hasToString("{\"errors\":[\"Vault is sealed\"]}");
        admin("PUT", "faults", "{\"mode\":\"error\",\"for_next\":1}");
        assertThat(call("", "POST", "auth/approle/login", WHOM).status()).isEqualTo(500);
        String token = token();
        admin("POST", "tokens/revoke", "");
        assertThat(call(token, "GET", "auth/token/lookup-self", "").status()).isEqualTo(403);
    }

    private String token() throws IOException, InterruptedException {
        return call("", "POST", "auth/approle/login", WHOM)
                .body()
                .path("auth")
                .path("client_token")
                .asText();
    }

    private Said call(String token, String method, String path, String body) throws IOException, InterruptedException {
        return sent(mock.vaultUrl() + "/v1/" + path, token, method, body);
    }

    private void admin(String method, String path, String body) throws IOException, InterruptedException {
        assertThat(sent(mock.url() + "/admin/vault/" + path, "", method, body).status())
                .isBetween(200, 204);
    }

    private Said sent(String url, String token, String method, String body) throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(url)).method(method, HttpRequest.BodyPublishers.ofString(body));
        if (!token.isEmpty()) {
            request.header("X-Vault-Token", token);
        }
        HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        return new Said(answer.statusCode(), Json.parse(answer.body()).orElseGet(Json::object));
    }
}
