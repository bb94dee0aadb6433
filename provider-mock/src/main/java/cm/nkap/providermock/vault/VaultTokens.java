package cm.nkap.providermock.vault;

import cm.nkap.providermock.http.Answer;
import cm.nkap.providermock.http.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import wiremock.com.fasterxml.jackson.databind.node.ArrayNode;
import wiremock.com.fasterxml.jackson.databind.node.ObjectNode;

/** Tokens: each lives for its lease, is renewed up to its longest life, and can be taken away at any moment. */
final class VaultTokens {
    private final InstantSource clock;
    private final Map<String, Token> tokens = new HashMap<>();
    private Duration lease = Duration.ofMinutes(20);
    private Duration longest = Duration.ofHours(4);
    private int issued;
    private int renewed;

    VaultTokens(InstantSource clock) {
        this.clock = clock;
    }

    /** @param ends null for the root token, which has no end */
    record Token(
            String id,
            String accessor,
            String displayName,
            List<String> policies,
            Instant made,
            Instant longest,
            @Nullable Instant ends) {}

    synchronized void live(Duration newLease, Duration newLongest) {
        lease = newLease;
        longest = newLongest;
    }

    synchronized void root(String id) {
        Instant now = clock.instant();
        tokens.put(id, new Token(id, UUID.randomUUID().toString(), "root", List.of("root"), now, now, null));
    }

    synchronized Answer issue(String displayName, List<String> policies) {
        Instant now = clock.instant();
        Token token = new Token(
                "hvs." + UUID.randomUUID().toString().replace("-", ""),
                UUID.randomUUID().toString(),
                displayName,
                policies,
                now,
                now.plus(longest),
                now.plus(lease));
        tokens.put(token.id(), token);
        issued++;
        return VaultAnswers.auth(auth(token));
    }

    synchronized Optional<Token> find(String id) {
        Token token = tokens.get(id);
        if (token == null) {
            return Optional.empty();
        }
        if (token.ends() != null && !clock.instant().isBefore(token.ends())) {
            tokens.remove(id);
            return Optional.empty();
        }
        return Optional.of(token);
    }

    synchronized Answer renew(Token token) {
        if (token.ends() == null) {
            throw VaultAnswers.bad("lease is not renewable");
        }
        Instant wished = clock.instant().plus(lease);
        Instant ends = wished.isAfter(token.longest()) ? token.longest() : wished;
        Token longer = new Token(
                token.id(),
                token.accessor(),
                token.displayName(),
                token.policies(),
                token.made(),
                token.longest(),
                ends);
        tokens.put(token.id(), longer);
        renewed++;
        return VaultAnswers.auth(auth(longer));
    }

    synchronized Answer lookup(Token token) {
        ObjectNode data = Json.object()
                .put("accessor", token.accessor())
                .put("creation_time", token.made().getEpochSecond())
                .put("display_name", token.displayName())
                .put("id", token.id())
                .put("issue_time", token.made().toString())
                .put("num_uses", 0)
                .put("orphan", true)
                .put("renewable", token.ends() != null)
                .put("ttl", secondsLeft(token))
                .put("type", "service");
        token.policies().forEach(data.putArray("policies")::add);
        data.put("expire_time", token.ends() == null ? null : token.ends().toString());
        return VaultAnswers.data(data);
    }

    synchronized void revoke(String id) {
        tokens.remove(id);
    }

    /** All but the root token, as when somebody revokes a whole login method. */
    synchronized void revokeAll() {
        tokens.values().removeIf(token -> token.ends() != null);
    }

    synchronized int issued() {
        return issued;
    }

    synchronized int renewed() {
        return renewed;
    }

    /** Rounded up: a token just made has its whole lease before it. */
    private long secondsLeft(Token token) {
        return token.ends() == null
                ? 0
                : Math.max(
                        0,
                        Duration.between(clock.instant(), token.ends())
                                .plusMillis(999)
                                .toSeconds());
    }

    private ObjectNode auth(Token token) {
        ObjectNode auth = Json.object().put("client_token", token.id()).put("accessor", token.accessor());
        ArrayNode policies = auth.putArray("policies");
        ArrayNode tokenPolicies = auth.putArray("token_policies");
        token.policies().forEach(policy -> {
            policies.add(policy);
            tokenPolicies.add(policy);
        });
        auth.putObject("metadata").put("role_name", token.displayName());
        return auth.put("lease_duration", secondsLeft(token))
                .put("renewable", true)
                .put("entity_id", UUID.randomUUID().toString())
                .put("token_type", "service")
                .put("orphan", true)
                .putNull("mfa_requirement")
                .put("num_uses", 0);
    }
}
