package cm.nkap.accounts;

import cm.nkap.function.Call;
import cm.nkap.function.Faults;
import cm.nkap.function.Page;
import cm.nkap.function.Parameters;
import cm.nkap.function.Problem;
import cm.nkap.function.Remote;
import cm.nkap.function.RepeatKey;
import cm.nkap.function.Reply;
import cm.nkap.function.Validated;
import cm.nkap.function.keycloak.KeycloakAdmin;
import cm.nkap.function.keycloak.KeycloakHttp;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * API clients of a merchant's servers: an id and a secret that Keycloak exchanges for tokens with the role merchant of
 * this organisation. They live in Keycloak alone, secret included; every step finds what an earlier one has left.
 */
final class ApiClients implements Remote<ApiClients.Request, ApiClients.View> {
    private static final int MOST = 50;

    private final KeycloakAdmin keycloak;
    private final AccessLog log;
    private final String tokenUrl;
    private final InstantSource clock;

    /** @param issuer whose tokens we believe */
    ApiClients(KeycloakAdmin keycloak, AccessLog log, String issuer, InstantSource clock) {
        this.keycloak = keycloak;
        this.log = log;
        this.tokenUrl = issuer + "/protocol/openid-connect/token";
        this.clock = clock;
    }

    /** @param name what the merchant calls the server that uses it */
    record Request(String name) implements Validated {
        @Override
        public void check(Faults faults) {
            Names.check(faults, "name", name);
        }
    }

    /** Nothing is asked for beyond what the path says. */
    record Rotation() {}

    /**
     * @param id also the OAuth {@code client_id}
     * @param secret only in answer to the calls that made it, null otherwise
     * @param tokenUrl where id and secret are exchanged for a token
     */
    record View(
            String id,
            String object,
            String name,
            String status,
            String tokenUrl,
            @Nullable String secret,
            String createdBy,
            Instant createdAt,
            @Nullable Instant rotatedAt,
            @Nullable Instant revokedAt) {}

    @Override
    public Reply<View> run(Call call, Request request, RepeatKey key) {
        var org = call.caller().org();
        var id = ClientIds.of(org, key.name());
        var made = find(org, id).orElseGet(() -> make(call, request, key, id));
        key.requireSame(made.request());
        if (made.enabled()) {
            becomeMerchant(made);
        }
        boolean shown = made.enabled() && made.rotatedAt() == null;
        return Reply.created(view(made, shown ? secret(made) : null), "/v1/api-clients/" + id);
    }

    private ClientRecord make(Call call, Request request, RepeatKey key, String id) {
        var org = call.caller().org();
        if (all(org).stream().filter(ClientRecord::enabled).count() >= MOST) {
            throw Problem.of(422, "limit_exceeded", "There are too many API clients")
                    .detail("An organisation may have " + MOST + " at a time; revoke one");
        }
        var wanted = new ClientRecord(
                "",
                id,
                org,
                request.name(),
                true,
                key.fingerprint(),
                call.caller().subject(),
                clock.instant(),
                null,
                null,
                List.of());
        log.asked(call, "api_client.requested", id, Map.of("name", request.name()));
        var answer = keycloak.post("/clients", wanted.first());
        // 409: a twin of this call was quicker; what it made is what we wanted.
        if (!answer.isDone() && answer.status() != 409) {
            throw KeycloakAdmin.unavailable("It refused to make the client");
        }
        return find(org, id).orElseThrow(() -> KeycloakAdmin.unavailable("It does not show the client that it made"));
    }

    /** Harmless to repeat: a crash may have come between the client and its role. */
    private void becomeMerchant(ClientRecord client) {
        var account = keycloak.get("/clients/" + client.uuid() + "/service-account-user");
        var role = keycloak.get("/roles/merchant");
        if (!account.isDone() || !role.isDone()) {
            throw KeycloakAdmin.unavailable("It does not show the client's account");
        }
        var roles = List.of(Map.of(
                "id", role.body().path("id").asString(""),
                "name", role.body().path("name").asString("")));
        done(keycloak.post("/users/" + account.body().path("id").asString("") + "/role-mappings/realm", roles));
    }

    /** Another secret from now on; the one before ends at once. */
    Reply<View> rotate(Call call, Rotation nothing, RepeatKey key) {
        var client = own(call);
        if (!client.enabled()) {
            throw Problem.stateConflict("the API client is revoked");
        }
        if (!client.rotations().contains(key.name())) {
            log.asked(call, "api_client.rotation_requested", client.id(), null);
            var rotated = client.rotated(key.name(), clock.instant());
            var change = rotated.representation();
            // The same for twins of this call, and nobody else can know it.
            change.put(
                    "secret",
                    keycloak.derived(
                            "rotation",
                            client.id(),
                            key.name(),
                            Integer.toString(rotated.rotations().size()),
                            String.valueOf(client.rotatedAt())));
            done(keycloak.put("/clients/" + client.uuid(), change));
            client = rotated;
        } else if (!client.rotations().getLast().equals(key.name())) {
            throw Problem.stateConflict("the secret was rotated again since");
        }
        return Reply.ok(view(client, secret(client)));
    }

    /** Ends it for good. It stays to be read, so that nobody makes it again by repeating an old call. */
    Reply<View> revoke(Call call, byte[] nothing) {
        Parameters.of(call).check();
        var client = own(call);
        if (client.enabled()) {
            log.asked(call, "api_client.revocation_requested", client.id(), null);
            client = client.revoked(clock.instant());
            var change = client.representation();
            change.put("secret", UUID.randomUUID().toString() + UUID.randomUUID());
            done(keycloak.put("/clients/" + client.uuid(), change));
        }
        return Reply.ok(view(client, null));
    }

    Reply<View> one(Call call, byte[] nothing) {
        Parameters.of(call).check();
        return Reply.ok(view(own(call), null));
    }

    /** Newest first. */
    Reply<Page<View>> list(Call call, byte[] nothing) {
        var asked = Parameters.of(call);
        int limit = asked.limit();
        var after = asked.startingAfter("ac");
        asked.check();
        var all = all(call.caller().org());
        var from = after == null
                ? 0
                : 1 + all.stream().map(ClientRecord::id).toList().indexOf(after);
        var rows = after != null && from == 0
                ? Stream.<ClientRecord>empty()
                : all.stream().skip(from).limit(limit + 1L);
        return Reply.ok(Page.of(rows.map(client -> view(client, null)).toList(), limit));
    }

    private ClientRecord own(Call call) {
        return find(call.caller().org(), call.path("id")).orElseThrow(() -> Problem.notFound("API client"));
    }

    /** By id, and only when it is this organisation's: by its id, and again by what Keycloak knows of it. */
    private Optional<ClientRecord> find(String org, String id) {
        if (!ClientIds.isOf(org, id)) {
            return Optional.empty();
        }
        var found = keycloak.get("/clients?clientId=" + KeycloakHttp.encoded(id));
        if (!found.isDone()) {
            throw KeycloakAdmin.unavailable("It does not show clients");
        }
        return found.body()
                .valueStream()
                .map(ClientRecord::read)
                .filter(client -> client.id().equals(id) && client.org().equals(org))
                .findFirst();
    }

    private List<ClientRecord> all(String org) {
        var found =
                keycloak.get("/clients?search=true&max=1000&clientId=" + KeycloakHttp.encoded(ClientIds.prefix(org)));
        if (!found.isDone()) {
            throw KeycloakAdmin.unavailable("It does not show clients");
        }
        return found.body()
                .valueStream()
                .map(ClientRecord::read)
                .filter(client -> client.org().equals(org) && ClientIds.isOf(org, client.id()))
                .sorted(Comparator.comparing(ClientRecord::createdAt)
                        .thenComparing(ClientRecord::id)
                        .reversed())
                .toList();
    }

    private @Nullable String secret(ClientRecord client) {
        var answer = keycloak.get("/clients/" + client.uuid() + "/client-secret");
        return answer.isDone() ? answer.body().path("value").asString("") : null;
    }

    private View view(ClientRecord client, @Nullable String secret) {
        return new View(
                client.id(),
                "api_client",
                client.name(),
                client.enabled() ? "active" : "revoked",
                tokenUrl,
                secret,
                client.createdBy(),
                client.createdAt(),
                client.rotatedAt(),
                client.revokedAt());
    }

    private static void done(KeycloakHttp.Answer answer) {
        if (!answer.isDone()) {
            throw KeycloakAdmin.unavailable("It refused a step; the same call may be repeated");
        }
    }
}
