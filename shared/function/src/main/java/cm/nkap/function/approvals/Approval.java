package cm.nkap.function.approvals;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A change that needs two people, as callers see it.
 *
 * @param organisation whose object it is about
 * @param subject what would be changed
 * @param payload exactly what would be done
 * @param payloadHash SHA-256 of its canonical JSON, hexadecimal
 * @param needed how many people beside the maker must approve
 * @param result the id of what was made or changed; null until it was
 */
public record Approval(
        String id,
        String object,
        String kind,
        String organisation,
        String subject,
        Status status,
        JsonNode payload,
        String payloadHash,
        String reason,
        Maker maker,
        int needed,
        List<Decision> decisions,
        @Nullable String result,
        Instant createdAt,
        Instant expiresAt,
        @Nullable Instant endedAt) {

    /** All but the first two are final. */
    public enum Status {
        PENDING,
        /** Approved and not yet made; only ever seen inside the transaction that makes it. */
        APPROVED,
        REJECTED,
        EXPIRED,
        EXECUTED,
        CANCELED
    }

    /** Who asked for it. */
    public record Maker(String subject, String person, String organisation) {}

    /** What one person said. */
    public record Decision(String subject, String person, Word decision, String note, Instant decidedAt) {}

    /** What may be said. */
    public enum Word {
        APPROVE,
        REJECT
    }
}
