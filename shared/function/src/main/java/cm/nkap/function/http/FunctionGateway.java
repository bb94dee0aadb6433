package cm.nkap.function.http;

import cm.nkap.function.Call;
import cm.nkap.function.Caller;
import cm.nkap.function.Faults;
import cm.nkap.function.HttpRoute;
import cm.nkap.function.Inbound;
import cm.nkap.function.MoneyMoved;
import cm.nkap.function.Outbound;
import cm.nkap.function.Problem;
import cm.nkap.function.Scope;
import cm.nkap.function.http.Routes.Match;
import cm.nkap.function.http.Tracing.Traced;
import cm.nkap.function.identity.StepUp;
import cm.nkap.function.identity.TokenVerifier;
import cm.nkap.function.json.Json;
import cm.nkap.function.json.RecordBinder;
import cm.nkap.function.json.StrictJson;
import cm.nkap.function.limits.RateLimits;
import cm.nkap.function.permissions.Bearer;
import cm.nkap.function.permissions.Permissions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.messaging.Message;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * From a request to a function of the catalogue and back: identity, role, body, strict conversion, answer. Knows no
 * server. Only the headers named here ever leave; nothing of the request is echoed.
 */
final class FunctionGateway {
    private static final Set<String> ANSWER_HEADERS = Set.of(
            "location",
            "retry-after",
            "content-type",
            "content-disposition",
            "content-language",
            "idempotent-replayed");
    private static final Set<String> PRIVATE_HEADERS =
            Set.of("authorization", "proxy-authorization", "cookie", "x-nkap-event-secret");
    private static final Set<String> WITH_BODY = Set.of("POST", "PUT", "PATCH");

    private final Map<String, Functions.Found> functions = new HashMap<>();
    private final @Nullable TokenVerifier tokens;
    private final StepUp stepUp;
    private final Deliverers deliverers;
    private final RateLimits limits;
    private final Permissions permissions;

    /** @param tokens null when every route is open */
    FunctionGateway(
            List<HttpRoute> routes,
            Functions catalogue,
            @Nullable TokenVerifier tokens,
            StepUp stepUp,
            Deliverers deliverers,
            RateLimits limits,
            Permissions permissions) {
        this.permissions = permissions;
        this.limits = limits;
        this.stepUp = stepUp;
        this.tokens = tokens;
        this.deliverers = deliverers;
        for (var route : routes) {
            if (!route.isOpen() && (route.roles().isEmpty() || tokens == null)) {
                throw new IllegalStateException("route " + route.template() + " says nobody who may call it");
            }
            functions.computeIfAbsent(route.bean(), catalogue::find);
        }
    }

    Answer call(Request request, Match match, Traced traced, CallerSeen seen) throws IOException {
        var route = match.route();
        var caller = caller(request, route, seen);
        if (!route.isOpen()) {
            Acceptable.require(request.header("accept"), route.answers());
        }
        var call = new Call(
                caller,
                request.requestId(),
                traced.traceparent(),
                match.path(),
                request.query(),
                visible(request),
                request.peer());
        permit(request, route, call);
        var function = function(route);
        var raw = WITH_BODY.contains(request.method()) ? body(request, route) : new byte[0];
        JsonNode tree = null;
        Object payload = raw;
        if (!function.takesBytes()) {
            var faults = new Faults();
            tree = tree(raw, function.input(), faults);
            var bound = tree == null ? null : RecordBinder.bind(tree, function.input(), faults);
            faults.throwIfAny();
            payload = bound == null ? raw : bound;
        }
        var inbound = new Inbound(call, request.method(), route.template(), request.rawPath(), tree);
        var message = Functions.message(payload, Inbound.HEADER, inbound);
        return answer(Scope.current()
                .named(function.function())
                .about(caller.org(), payment(match))
                .call(() -> function.call(message)));
    }

    private void permit(Request request, HttpRoute route, Call call) {
        if (!route.permission().isEmpty()) {
            Bearer.of(request.header("authorization"), () -> permissions.require(call, route.permission()));
        }
    }

    private static String payment(Match match) {
        var id = match.path().getOrDefault("id", "");
        return id.startsWith("ch_") || id.startsWith("po_") ? id : "";
    }

    /** Told who calls as soon as it is known, so that a refusal is logged under its organisation too. */
    @FunctionalInterface
    interface CallerSeen {
        void accept(Caller caller);
    }

    private Functions.Found function(HttpRoute route) {
        var function = functions.get(route.bean());
        if (function == null) {
            throw new IllegalStateException("every route's function was looked up at start");
        }
        return function;
    }

    private Caller caller(Request request, HttpRoute route, CallerSeen seen) {
        if (route.isInternal() && !deliverers.admits(request)) {
            throw Problem.of(401, "unauthenticated", "Who calls is not known");
        }
        if (route.isOpen() || tokens == null) {
            return Caller.NOBODY;
        }
        var caller = tokens.verify(request.header("authorization"));
        seen.accept(caller);
        count(request, caller);
        if (route.roles().stream().noneMatch(caller::is)) {
            throw Problem.forbidden("None of the token's roles may do this");
        }
        if (route.needsOrg() && caller.org().isEmpty()) {
            throw Problem.forbidden("The token does not name exactly one organisation");
        }
        if (route.needsStepUp()) {
            requireStepUp(request, caller);
        }
        return caller;
    }

    private void requireStepUp(Request request, Caller caller) {
        if (!caller.login().isPerson()) {
            throw Problem.forbidden("Only a person may do this, and the token names none");
        }
        if (!stepUp.suffices(caller.login())) {
            request.promise("www-authenticate", stepUp.challenge());
            throw StepUp.insufficient();
        }
    }

    /** Before anything is read or done, so that what is refused here cost nothing but the look at the token. */
    private void count(Request request, Caller caller) {
        var allowance = limits.take(caller, request.method());
        allowance.headers().forEach(request::promise);
        if (!allowance.admitted()) {
            throw Problem.of(429, "rate_limited", "Too many calls")
                    .moneyMoved(MoneyMoved.NO)
                    .retryAfter(allowance.retryAfter());
        }
    }

    private static Map<String, String> visible(Request request) {
        var headers = new HashMap<>(request.headers());
        headers.keySet().removeAll(PRIVATE_HEADERS);
        return headers;
    }

    private static byte[] body(Request request, HttpRoute route) throws IOException {
        var body = request.body(route.maxBody());
        if (body.length > 0 && !route.mediaTypes().isEmpty()) {
            requireType(request, route);
        }
        return body;
    }

    private static void requireType(Request request, HttpRoute route) {
        var parts = request.headers().getOrDefault("content-type", "").split(";", -1);
        var type = parts[0].strip().toLowerCase(Locale.ROOT);
        var encoding = request.headers().getOrDefault("content-encoding", "identity");
        boolean utf8 = true;
        for (int i = 1; i < parts.length; i++) {
            var parameter = parts[i].strip().toLowerCase(Locale.ROOT).replace("\"", "");
            utf8 &= !parameter.startsWith("charset=") || parameter.equals("charset=utf-8");
        }
        if (!route.mediaTypes().contains(type) || !utf8 || !encoding.equalsIgnoreCase("identity")) {
            throw Problem.of(415, "unsupported_media_type", "The body's content type is not accepted here")
                    .detail("Accepted, in UTF-8 and not compressed: " + String.join(", ", route.mediaTypes()));
        }
    }

    /** An operation without any field may be called without a body. */
    private static @Nullable JsonNode tree(byte[] raw, Class<?> input, Faults faults) {
        if (raw.length == 0 && input.getRecordComponents().length == 0) {
            return JsonNodeFactory.instance.objectNode();
        }
        return StrictJson.read(raw, faults).orElse(null);
    }

    private static Answer answer(Object result) {
        if (!(result instanceof Message<?> message)) {
            return new Answer(200, bytes(result), Map.of("content-type", "application/json"));
        }
        var headers = new LinkedHashMap<String, String>();
        message.getHeaders().forEach((name, value) -> {
            if (ANSWER_HEADERS.contains(name) && value instanceof String text) {
                headers.put(name, text);
            }
        });
        var body = bytes(message.getPayload());
        if (body.length > 0) {
            headers.putIfAbsent("content-type", "application/json");
        }
        var status = message.getHeaders().get(Outbound.STATUS) instanceof Integer said ? said : 200;
        return new Answer(status, body, headers);
    }

    private static byte[] bytes(Object payload) {
        return switch (payload) {
            case byte[] ready -> ready;
            case String text -> text.getBytes(StandardCharsets.UTF_8);
            default -> Json.write(payload);
        };
    }
}
