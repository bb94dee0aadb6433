package cm.nkap.local.system;

import cm.nkap.local.Contract;
import cm.nkap.testing.TestDatabase;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Request bodies for attacks, made from the contract's own examples. */
final class Bodies {
    /** Above every limit: who may name somebody else's merchant is stopped by the amount, and no money is asked for. */
    private static final long TOO_MUCH = 100_000_000;

    /** Columns and claims that no answer shows, and words of other languages for the same. */
    private static final List<String> NEVER_A_CALLERS = List.of(
            "id",
            "object",
            "org",
            "org_id",
            "organisation_id",
            "tenant",
            "status",
            "fee",
            "net",
            "fee_plan",
            "held",
            "released",
            "refunded",
            "created_by",
            "createdBy",
            "created_at",
            "updated_by",
            "approved_by",
            "completed_at",
            "customer_subject",
            "trace_id",
            "journal_seq",
            "is_default",
            "automatic",
            "roles",
            "subject",
            "__proto__",
            "constructor",
            "$type",
            "_links");

    private static final List<String> TABLES =
            List.of("organisation", "merchant", "fee_plan", "payout_preference", "charge", "payout");

    private Bodies() {}

    /** The example, with the prey wherever a body can name somebody. */
    static ObjectNode aimed(ObjectNode example, Prey prey) {
        ObjectNode body = example.deepCopy();
        if (body.has("organisation")) {
            body.put("organisation", prey.shop.org);
            body.put("valid_from", "2020-01-01T00:00:00Z");
        }
        if (body.has("merchant_name")) {
            body.put("id", prey.shop.org);
        }
        if (body.path("customer").isObject()) {
            body.put("merchant", prey.shop.merchant);
        }
        if (body.has("amount")) {
            body.put("amount", TOO_MUCH);
        }
        if (body.remove("msisdn") != null) {
            // Whom the platform may forget, it does: only somebody who is not there is refused.
            body.putObject("customer").put("organisation", "no-such-shop").put("subject", "somebody");
        }
        return body;
    }

    /** How an operation that a role may call answers the body above. */
    static Set<Integer> expected(String operation, String role) {
        return switch (operation) {
            case "POST /v1/charges" -> role.equals("merchant") ? Set.of(404, 422) : Set.of(422);
            case "POST /v1/payouts" -> Set.of(422);
            default -> Set.of(400, 404, 409, 422);
        };
    }

    /** The fields of an operation's answer and of our tables that its request does not have. */
    static Set<String> serverOwned(Contract contract, JsonNode operation) {
        Set<String> fields = new TreeSet<>(contract.fields(contract.answer(operation)));
        fields.addAll(NEVER_A_CALLERS);
        fields.removeAll(contract.fields(contract.request(operation)));
        return fields;
    }

    /** The example with each field in turn, on top and in each of its objects, by the field's dotted path. */
    static Map<String, String> smuggled(ObjectNode example, Set<String> fields) {
        Map<String, String> bodies = new LinkedHashMap<>();
        for (String field : fields) {
            bodies.put(field, example.deepCopy().put(field, "succeeded").toString());
        }
        for (Map.Entry<String, JsonNode> held : example.properties()) {
            if (held.getValue().isObject() && !held.getKey().equals("metadata")) {
                for (String field : List.of("id", "status", "org_id", "verified", "__proto__")) {
                    ObjectNode body = example.deepCopy();
                    ((ObjectNode) body.path(held.getKey())).put(field, "succeeded");
                    bodies.put(held.getKey() + "." + field, body.toString());
                }
            }
        }
        return bodies;
    }

    /** What the tables hold that callers write to, as one line. */
    static String rows(TestDatabase database) {
        StringBuilder all = new StringBuilder();
        try (var connection = database.admin().getConnection();
                var statement = connection.createStatement()) {
            for (String table : TABLES) {
                String sql =
                        "SELECT count(*) || ':' || coalesce(sum(hashtext(t::text)), 0) FROM payments." + table + " t";
                try (var row = statement.executeQuery(sql)) {
                    row.next();
                    all.append(table).append('=').append(row.getString(1)).append(' ');
                }
            }
            return all.toString();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
