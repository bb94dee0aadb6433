package cm.nkap.local;

import cm.nkap.testing.Until;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** How the charges of a load run ended, and the payouts that they started, by their own timestamps. */
final class Settled {
    private static final Set<String> OPEN = Set.of("pending", "unknown", "queued");
    private static final int PAGE = 100;

    private final List<JsonNode> charges;
    private final List<JsonNode> payouts;

    private Settled(List<JsonNode> charges, List<JsonNode> payouts) {
        this.charges = charges;
        this.payouts = payouts;
    }

    /** Waits until nothing that began since is open and each success has its payout, or until the limit. */
    static Settled await(Api merchant, Instant since, Duration limit) {
        try {
            Until.holds(limit, "everything settles", () -> isQuiet(merchant, since));
        } catch (AssertionError e) {
            System.out.println("  " + e.getMessage());
        }
        List<JsonNode> charges = since(merchant, "/v1/charges", since);
        Set<String> ids =
                charges.stream().map(charge -> charge.path("id").asString()).collect(Collectors.toSet());
        List<JsonNode> payouts = since(merchant, "/v1/payouts", since).stream()
                .filter(payout -> ids.contains(payout.path("charge").asString("")))
                .toList();
        return new Settled(charges, payouts);
    }

    boolean isComplete() {
        long succeeded = counts(charges).getOrDefault("succeeded", 0L);
        return succeeded == charges.size()
                && counts(payouts).getOrDefault("succeeded", 0L) == payouts.size()
                && payouts.size() == charges.size();
    }

    Quantiles chargeTimes() {
        return times(charges);
    }

    Quantiles payoutTimes() {
        return times(payouts);
    }

    Map<String, Long> charges() {
        return counts(charges);
    }

    Map<String, Long> payouts() {
        return counts(payouts);
    }

    private static boolean isQuiet(Api merchant, Instant since) {
        for (String list : List.of(
                "/v1/charges?status=pending",
                "/v1/charges?status=unknown",
                "/v1/payouts?status=pending",
                "/v1/payouts?status=unknown",
                "/v1/payouts?status=queued")) {
            JsonNode newest = merchant.get(list + "&limit=1").path("data").path(0);
            if (!newest.isMissingNode() && !created(newest).isBefore(since)) {
                return false;
            }
        }
        JsonNode lastCharge = merchant.get("/v1/charges?status=succeeded&limit=1")
                .path("data")
                .path(0);
        JsonNode lastPayout = merchant.get("/v1/payouts?limit=1").path("data").path(0);
        // The payout of the charge that succeeded last may not have begun yet.
        return lastCharge.isMissingNode()
                || (!lastPayout.isMissingNode() && !created(lastPayout).isBefore(created(lastCharge)));
    }

    private static List<JsonNode> since(Api merchant, String list, Instant since) {
        List<JsonNode> found = new ArrayList<>();
        String after = "";
        while (true) {
            JsonNode page = merchant.get(list + "?limit=" + PAGE + after);
            for (JsonNode row : page.path("data")) {
                if (created(row).isBefore(since)) {
                    return found;
                }
                found.add(row);
            }
            if (!page.path("has_more").asBoolean()) {
                return found;
            }
            after = "&starting_after=" + found.getLast().path("id").asString();
        }
    }

    private static Quantiles times(List<JsonNode> rows) {
        return Quantiles.of(rows.stream()
                .filter(row -> !OPEN.contains(row.path("status").asString("")))
                .mapToLong(row -> Duration.between(
                                created(row),
                                Instant.parse(row.path("completed_at").asString()))
                        .toNanos())
                .toArray());
    }

    private static Map<String, Long> counts(List<JsonNode> rows) {
        Map<String, Long> counts = new TreeMap<>();
        rows.forEach(row -> counts.merge(row.path("status").asString("?"), 1L, Long::sum));
        return counts;
    }

    private static Instant created(JsonNode row) {
        return Instant.parse(row.path("created_at").asString());
    }
}
