package cm.nkap.local.system;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** An organisation that others try to see and to change: its ids, and what must appear in no answer to a stranger. */
final class Prey {
    final Shop shop;
    /** One id of each kind that it has. */
    final Map<String, String> ids = new LinkedHashMap<>();

    private final Set<String> marks = new TreeSet<>();

    /** With a charge that is paid, paid out, and on the books. */
    Prey(NkapSystem nkap) {
        shop = nkap.shopPaidOutTo(Shop.somebody());
        String charge = shop.charge(5_000, Shop.somebody());
        String payout = shop.payoutOf(charge);
        shop.ended(payout);
        nkap.audit.everyEventIsConsumed();
        var trace = shop.trace(charge);
        ids.put("organisation", shop.org);
        ids.put("merchant", shop.merchant);
        ids.put("charge", charge);
        ids.put("payout", payout);
        ids.put("fee plan", shop.api.get("/v1/fee-plans").at("/data/0/id"));
        ids.put(
                "approval",
                nkap.caller(shop.org, "org-admin").get("/v1/approvals").at("/data/0/id"));
        ids.put("journal", trace.at("/journals/0/id").asString());
        ids.put("event", trace.at("/events/0/id").asString());
        ids.put("request", trace.at("/provider_requests/0/id").asString());
        marks.addAll(ids.values());
        marks.remove(shop.org);
        marks.add("\"" + shop.org + "\"");
        marks.add("Shop " + shop.org + "\"");
        for (String pointer : List.of(
                "/payment/reference",
                "/provider_requests/0/reference",
                "/provider_requests/0/provider_transaction_id",
                "/trace_ids/0",
                "/payouts/0/provider_requests/0/id",
                "/callbacks/0/id")) {
            String mark = trace.at(pointer).asString("");
            if (mark.length() > 6) {
                marks.add(mark);
            }
        }
    }

    /** What of it is in a text. */
    List<String> in(String text) {
        List<String> found = new ArrayList<>();
        for (String mark : marks) {
            if (text.contains(mark)) {
                found.add(mark);
            }
        }
        return found;
    }
}
