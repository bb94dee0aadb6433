package cm.nkap.providermock.mtn;

import cm.nkap.providermock.http.Answer;
import cm.nkap.providermock.http.Call;
import cm.nkap.providermock.http.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import wiremock.com.fasterxml.jackson.databind.JsonNode;

/** API users: the configured one, and those made through the sandbox's provisioning calls (kept in memory only). */
final class ApiUsers {
    private record User(@Nullable String key, @Nullable String callbackHost) {}

    private final MtnConfig config;
    private final Map<String, User> users = new ConcurrentHashMap<>();

    ApiUsers(MtnConfig config) {
        this.config = config;
        users.put(config.apiUser(), new User(config.apiKey(), config.callbackHost()));
    }

    /** The API user behind {@code Authorization: Basic …}. */
    Optional<String> login(String authorization) {
        if (!authorization.startsWith("Basic ")) {
            return Optional.empty();
        }
        String pair;
        try {
            pair = new String(Base64.getDecoder().decode(authorization.substring(6)), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        int colon = pair.indexOf(':');
        User user = colon < 0 ? null : users.get(pair.substring(0, colon));
        boolean known = user != null && pair.substring(colon + 1).equals(user.key());
        return known ? Optional.of(pair.substring(0, colon)) : Optional.empty();
    }

    Optional<String> callbackHost(String id) {
        return Optional.ofNullable(users.get(id)).map(User::callbackHost);
    }

    /** {@code POST /v1_0/apiuser}, {@code POST /v1_0/apiuser/{id}/apikey}, {@code GET /v1_0/apiuser/{id}}. */
    Answer provision(Call call) {
        String[] parts = call.path().split("/", -1);
        boolean post = call.method().equals("POST");
        if (parts.length == 3 && post) {
            return create(call);
        }
        User user = parts.length > 3 ? users.get(parts[3]) : null;
        if (user == null) {
            return MtnErrors.notFound();
        }
        if (parts.length == 5 && parts[4].equals("apikey") && post) {
            String key = UUID.randomUUID().toString().replace("-", "");
            users.put(parts[3], new User(key, user.callbackHost()));
            return Answer.json(201, Json.object().put("apiKey", key));
        }
        return Answer.json(
                200,
                Json.object()
                        .put("providerCallbackHost", user.callbackHost())
                        .put("targetEnvironment", config.targetEnvironment()));
    }

    private Answer create(Call call) {
        String id = call.header("X-Reference-Id").orElse("");
        JsonNode host =
                Json.parse(call.body()).map(o -> o.get("providerCallbackHost")).orElse(null);
        if (!MtnRules.isReference(id) || host == null || !host.isTextual()) {
            return MtnErrors.badRequest("X-Reference-Id (UUID version 4) and providerCallbackHost are required.");
        }
        boolean isNew = users.putIfAbsent(id, new User(null, host.textValue())) == null;
        return isNew ? Answer.empty(201) : MtnErrors.of(409, "RESOURCE_ALREADY_EXIST");
    }
}
