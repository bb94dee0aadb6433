package cm.nkap.accounts;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A merchant's API client as Keycloak keeps it. Everything that we know of it is there, as attributes that only the admin
 * API shows; we store nothing.
 *
 * @param uuid Keycloak's own name for it
 * @param id the OAuth {@code client_id}, which is also our id
 * @param request fingerprint of the request that made it
 * @param rotations names of the calls that rotated its secret, oldest first
 */
record ClientRecord(
        String uuid,
        String id,
        String org,
        String name,
        boolean enabled,
        String request,
        String createdBy,
        Instant createdAt,
        @Nullable Instant rotatedAt,
        @Nullable Instant revokedAt,
        List<String> rotations) {
    private static final String ORG = "nkap.org";
    private static final String REQUEST = "nkap.request";
    private static final String CREATED_BY = "nkap.created_by";
    private static final String CREATED_AT = "nkap.created_at";
    private static final String ROTATED_AT = "nkap.rotated_at";
    private static final String REVOKED_AT = "nkap.revoked_at";
    private static final String ROTATIONS = "nkap.rotations";
    private static final String TOKENS_LIVE = "access.token.lifespan";
    private static final String SECONDS = "300";

    /** How many rotations are remembered; an older retry than that is taken for a new one. */
    private static final int MOST_ROTATIONS = 20;

    static ClientRecord read(JsonNode client) {
        var attributes = client.path("attributes");
        var rotations = attributes.path(ROTATIONS).asString("");
        return new ClientRecord(
                client.path("id").asString(""),
                client.path("clientId").asString(""),
                attributes.path(ORG).asString(""),
                client.path("name").asString(""),
                client.path("enabled").asBoolean(false),
                attributes.path(REQUEST).asString(""),
                attributes.path(CREATED_BY).asString(""),
                Objects.requireNonNullElse(instant(attributes.path(CREATED_AT).asString("")), Instant.EPOCH),
                instant(attributes.path(ROTATED_AT).asString("")),
                instant(attributes.path(REVOKED_AT).asString("")),
                rotations.isEmpty() ? List.of() : List.of(rotations.split(" ")));
    }

    private static @Nullable Instant instant(String text) {
        return text.isEmpty() ? null : Instant.parse(text);
    }

    ClientRecord rotated(String rotation, Instant at) {
        var all = new ArrayList<>(rotations);
        all.add(rotation);
        var kept = all.subList(Math.max(0, all.size() - MOST_ROTATIONS), all.size());
        return new ClientRecord(
                uuid, id, org, name, enabled, request, createdBy, createdAt, at, revokedAt, List.copyOf(kept));
    }

    ClientRecord revoked(Instant at) {
        return new ClientRecord(uuid, id, org, name, false, request, createdBy, createdAt, rotatedAt, at, rotations);
    }

    /** Everything that it is, as the admin API takes it; nobody logs in by it, it only exchanges its secret for a token. */
    Map<String, Object> representation() {
        var all = new LinkedHashMap<String, Object>();
        all.put("clientId", id);
        all.put("name", name);
        all.put("enabled", enabled);
        all.put("protocol", "openid-connect");
        all.put("publicClient", false);
        all.put("clientAuthenticatorType", "client-secret");
        all.put("serviceAccountsEnabled", true);
        all.put("standardFlowEnabled", false);
        all.put("implicitFlowEnabled", false);
        all.put("directAccessGrantsEnabled", false);
        all.put("fullScopeAllowed", true);
        all.put("redirectUris", List.of());
        all.put("webOrigins", List.of());
        all.put("attributes", attributes());
        return all;
    }

    /** What is said once, when it is made: which scopes, and the organisation that its tokens carry whatever happens. */
    Map<String, Object> first() {
        var all = new LinkedHashMap<>(representation());
        all.put("defaultClientScopes", List.of("basic", "acr", "roles", "nkap", "service_account"));
        all.put("optionalClientScopes", List.of());
        all.put(
                "protocolMappers",
                List.of(Map.of(
                        "name",
                        "organization",
                        "protocol",
                        "openid-connect",
                        "protocolMapper",
                        "oidc-hardcoded-claim-mapper",
                        "config",
                        Map.of(
                                "claim.name", "organization",
                                "claim.value", "[\"" + org + "\"]",
                                "jsonType.label", "JSON",
                                "access.token.claim", "true",
                                "introspection.token.claim", "true"))));
        return all;
    }

    private Map<String, String> attributes() {
        var all = new LinkedHashMap<String, String>();
        all.put(ORG, org);
        all.put(REQUEST, request);
        all.put(CREATED_BY, createdBy);
        all.put(CREATED_AT, createdAt.toString());
        all.put(TOKENS_LIVE, SECONDS);
        all.put(ROTATIONS, String.join(" ", rotations));
        if (rotatedAt != null) {
            all.put(ROTATED_AT, rotatedAt.toString());
        }
        if (revokedAt != null) {
            all.put(REVOKED_AT, revokedAt.toString());
        }
        return all;
    }
}
