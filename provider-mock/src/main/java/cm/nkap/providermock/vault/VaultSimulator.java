package cm.nkap.providermock.vault;

import cm.nkap.providermock.http.Answer;
import cm.nkap.providermock.http.Call;
import cm.nkap.providermock.http.Json;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import wiremock.com.fasterxml.jackson.databind.JsonNode;
import wiremock.com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A Vault with the engines {@code kv} (version 2) and {@code transit} and the logins {@code approle} and
 * {@code kubernetes}. It keeps its own state, checks tokens and policies, and misbehaves when told to. The shapes of its
 * answers are those of HashiCorp's API documentation.
 */
public final class VaultSimulator {
    public static final String ROLE_ID = "nkap-role";
    public static final String SECRET_ID = "nkap-mock-secret-id";
    public static final String KUBERNETES_ROLE = "nkap";
    public static final String POD_TOKEN = "mock-pod-token";
    public static final String ROOT_TOKEN = "mock-root-token";

    private static final String API = "/v1/";

    private final VaultTokens tokens;
    private final VaultLogins logins;
    private final KeyValue keyValue;
    private final Transit transit;
    private final VaultFaults faults = new VaultFaults();
    private final Map<String, Policy> policies = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
    private volatile String namespace = "";

    public VaultSimulator(InstantSource clock) {
        tokens = new VaultTokens(clock);
        logins = new VaultLogins(tokens);
        keyValue = new KeyValue(clock);
        transit = new Transit(clock);
        tokens.root(ROOT_TOKEN);
        policies.put("default", Policy.usual());
        policies.put("nkap", Policy.ofFunctions());
    }

    public Answer answer(Call call) {
        calls.computeIfAbsent(call.path(), _ -> new AtomicInteger()).incrementAndGet();
        VaultFaults.Fault fault = faults.hit();
        Answer answer =
                switch (fault.how()) {
                    case NONE -> real(call);
                    case SEALED -> VaultAnswers.error(503, "Vault is sealed");
                    case ERROR -> VaultAnswers.error(500, "internal error");
                    case RATE_LIMITED -> VaultAnswers.error(429, "request path \"kv\": rate limit quota exceeded");
                    case DOWN -> Answer.reset();
                    case HTML -> Answer.text(200, "text/html", "<html><body>Welcome</body></html>");
                };
        return fault.delay() > 0 ? answer.after(fault.delay()) : answer;
    }

    private Answer real(Call call) {
        if (!call.path().startsWith(API)) {
            return VaultAnswers.error(404, "");
        }
        String path = call.path().substring(API.length());
        try {
            if (path.equals("sys/health")) {
                return Answer.json(
                        200,
                        Json.object()
                                .put("initialized", true)
                                .put("sealed", false)
                                .put("standby", false));
            }
            if (!call.header("X-Vault-Namespace").orElse("").equals(namespace)) {
                throw VaultAnswers.denied();
            }
            return route(call, path);
        } catch (VaultAnswers.Refused refused) {
            return refused.answer();
        }
    }

    private Answer route(Call call, String path) {
        if (path.equals("auth/approle/login")) {
            return logins.appRole(body(call));
        } else if (path.equals("auth/kubernetes/login")) {
            return logins.kubernetes(body(call));
        }
        String capability = capability(call);
        VaultTokens.Token token =
                tokens.find(call.header("X-Vault-Token").orElse("")).orElseThrow(VaultAnswers::denied);
        if (!mayDo(token, path, capability)) {
            throw VaultAnswers.denied();
        }
        String[] parts = path.split("/", 3);
        return switch (parts[0]) {
            case "auth" -> ofToken(path, token);
            case "kv" -> new KeyValueCalls(keyValue).answer(call, path.substring("kv/".length()), body(call));
            case "transit" -> ofTransit(capability, path.substring("transit/".length()), body(call));
            default -> VaultAnswers.error(404, "no handler for route \"" + path + "\". route entry not found.");
        };
    }

    private Answer ofToken(String path, VaultTokens.Token token) {
        return switch (path) {
            case "auth/token/lookup-self" -> tokens.lookup(token);
            case "auth/token/renew-self" -> tokens.renew(token);
            case "auth/token/revoke-self" -> done(() -> tokens.revoke(token.id()));
            default -> throw VaultAnswers.missing();
        };
    }

    private static Answer done(Runnable work) {
        work.run();
        return VaultAnswers.done();
    }

    private Answer ofTransit(String capability, String below, ObjectNode body) {
        String name = below.substring(below.lastIndexOf('/') + 1);
        if (!below.startsWith("keys/")) {
            return transit.work(below.substring(0, Math.max(0, below.lastIndexOf('/'))), name, body);
        }
        String[] parts = below.split("/", -1);
        String what = parts.length > 2 ? parts[2] : capability.equals("read") ? "read" : "create";
        return switch (what) {
            case "read" -> transit.describe(parts[1]);
            case "create" ->
                done(() -> transit.create(parts[1], body.path("type").asText("aes256-gcm96")));
            case "rotate" -> done(() -> transit.rotate(parts[1]));
            case "config" ->
                done(() -> transit.oldestToDecrypt(
                        parts[1], body.path("min_decryption_version").asInt()));
            default -> throw VaultAnswers.missing();
        };
    }

    private boolean mayDo(VaultTokens.Token token, String path, String capability) {
        return token.policies().stream()
                .anyMatch(name -> name.equals("root")
                        || policies.getOrDefault(name, new Policy(Map.of())).allows(path, capability));
    }

    private static String capability(Call call) {
        return switch (call.method()) {
            case "GET" -> call.parameter("list").isPresent() ? "list" : "read";
            case "LIST" -> "list";
            case "DELETE" -> "delete";
            default -> "update";
        };
    }

    private static ObjectNode body(Call call) {
        return Json.parse(call.body()).orElseGet(Json::object);
    }

    /** Writes a new version and says its number. */
    public int write(String path, Map<String, String> fields) {
        return keyValue.write(path, KeyValue.fields(fields), null);
    }

    /** Deletes the newest version; it can be brought back. */
    public void delete(String path) {
        keyValue.deleteNewest(path);
    }

    public void createKey(String name, String type) {
        transit.create(name, type);
    }

    public void rotateKey(String name) {
        transit.rotate(name);
    }

    /** What older versions made is refused from now on. */
    public void oldestToDecrypt(String name, int version) {
        transit.oldestToDecrypt(name, version);
    }

    public void policy(String name, Map<String, Set<String>> paths) {
        policies.put(name, new Policy(paths));
    }

    /** How long tokens given out from now on last without renewal, and with. */
    public void tokensLive(Duration lease, Duration longest) {
        tokens.live(lease, longest);
    }

    public void revokeTokens() {
        tokens.revokeAll();
    }

    /** The role's secret is another one from now on. */
    public void secretId(String secret) {
        logins.secretId(secret);
    }

    public void podToken(String token) {
        logins.podToken(token);
    }

    public void namespace(@Nullable String name) {
        namespace = name == null ? "" : name;
    }

    /** JSON as for {@code PUT /admin/vault/faults}. */
    public JsonNode switchFault(ObjectNode fault) {
        faults.set(fault);
        return fault();
    }

    /** @param mode as in {@code PUT /admin/vault/faults}; its calls are also kept back for {@code delayMs} */
    public void misbehave(String mode, long delayMs) {
        faults.set(Json.object().put("mode", mode).put("delay_ms", delayMs));
    }

    public void misbehaveOnce(String mode, int times) {
        faults.set(Json.object().put("mode", mode).put("for_next", times));
    }

    public void behave() {
        faults.clear();
    }

    public JsonNode fault() {
        return Json.MAPPER.valueToTree(faults.current());
    }

    public int logins() {
        return logins.asked();
    }

    public int renewals() {
        return tokens.renewed();
    }

    /** How often this path below {@code /v1/} was called. */
    public int calls(String path) {
        AtomicInteger count = calls.get(API + path);
        return count == null ? 0 : count.get();
    }
}
