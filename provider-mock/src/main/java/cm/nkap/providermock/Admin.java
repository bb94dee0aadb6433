package cm.nkap.providermock;

import cm.nkap.providermock.books.Books;
import cm.nkap.providermock.books.Order;
import cm.nkap.providermock.books.Payment;
import cm.nkap.providermock.books.Totals;
import cm.nkap.providermock.books.Wallet;
import cm.nkap.providermock.http.Answer;
import cm.nkap.providermock.http.Call;
import cm.nkap.providermock.http.Json;
import cm.nkap.providermock.mtn.MtnSimulator;
import cm.nkap.providermock.mtn.Numbers;
import cm.nkap.providermock.vault.VaultSimulator;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import wiremock.com.fasterxml.jackson.databind.JsonNode;
import wiremock.com.fasterxml.jackson.databind.node.ArrayNode;
import wiremock.com.fasterxml.jackson.databind.node.ObjectNode;

/** The switches and the books, for tests and for whoever wants to see what really happened. */
final class Admin {
    private static final String WALLETS = "/admin/books/wallets/";

    private final MtnSimulator mtn;
    private final Books books;
    private final VaultSimulator vault;

    Admin(MtnSimulator mtn, Books books, VaultSimulator vault) {
        this.mtn = mtn;
        this.books = books;
        this.vault = vault;
    }

    Answer answer(Call call) {
        try {
            return call.path().startsWith(WALLETS) && call.method().equals("GET")
                    ? Answer.json(200, wallet(books.wallet(call.path().substring(WALLETS.length()))))
                    : route(call);
        } catch (IllegalArgumentException e) {
            return Answer.json(400, Json.object().put("error", String.valueOf(e.getMessage())));
        }
    }

    private Answer route(Call call) {
        return switch (call.method() + " " + call.path()) {
            case "GET /admin/health" -> Answer.json(200, Json.object().put("status", "UP"));
            case "GET /admin/numbers" -> Answer.text(200, "text/markdown; charset=utf-8", Numbers.markdown());
            case "GET /admin/settings" -> Answer.json(200, mtn.settings());
            case "PUT /admin/settings" -> Answer.json(200, mtn.change(body(call)));
            case "GET /admin/faults" -> Answer.json(200, mtn.fault());
            case "PUT /admin/faults" -> Answer.json(200, mtn.switchFault(body(call)));
            case "DELETE /admin/faults" -> done(mtn::clearFault);
            case "POST /admin/tokens/revoke" -> done(mtn::revokeTokens);
            case "GET /admin/vault/faults" -> Answer.json(200, vault.fault());
            case "PUT /admin/vault/faults" -> Answer.json(200, vault.switchFault(body(call)));
            case "DELETE /admin/vault/faults" -> done(vault::behave);
            case "POST /admin/vault/tokens/revoke" -> done(vault::revokeTokens);
            case "GET /admin/books" -> Answer.json(200, all(call));
            case "GET /admin/books/wallets" -> Answer.json(200, wallets());
            case "GET /admin/books/transactions" -> Answer.json(200, transactions(call));
            case "POST /admin/topup" -> topUp(body(call));
            case "POST /admin/reset" -> done(mtn::reset);
            default -> Answer.json(404, Json.object().put("error", "no such switch"));
        };
    }

    private static Answer done(Runnable work) {
        work.run();
        return Answer.empty(204);
    }

    private static ObjectNode body(Call call) {
        return Json.parse(call.body()).orElseThrow(() -> new IllegalArgumentException("the body is not a JSON object"));
    }

    private Answer topUp(ObjectNode body) {
        JsonNode amount = body.path("amount");
        if (!amount.isIntegralNumber() || amount.longValue() <= 0) {
            throw new IllegalArgumentException("amount is a positive integer, whole XAF");
        }
        String reference = body.path("reference").asText("");
        if (!reference.matches("[A-Za-z0-9._-]{0,64}")) {
            throw new IllegalArgumentException("reference is at most 64 of A-Z a-z 0-9 . _ -");
        }
        long transaction = books.topUp(amount.longValue(), reference).transaction();
        return Answer.json(
                201,
                Json.object()
                        .put("float", books.balance())
                        .put("financial_transaction_id", String.valueOf(transaction)));
    }

    private JsonNode all(Call call) {
        Totals totals = books.totals();
        List<Payment> payments = books.payments();
        int limit = call.parameter("limit").map(Integer::parseInt).orElse(payments.size());
        ObjectNode root = Json.object();
        ObjectNode own = root.putObject("mtn")
                .put("float", totals.balance())
                .put("opening", totals.opening())
                .put("topped_up", totals.toppedUp())
                .put("collected", totals.collected())
                .put("disbursed", totals.disbursed())
                .put("refunded", totals.refunded())
                .put("fees", totals.fees())
                .put("transaction_count", payments.size());
        ArrayNode list = own.putArray("transactions");
        payments.subList(Math.max(0, payments.size() - limit), payments.size()).forEach(p -> list.add(transaction(p)));
        return root;
    }

    private JsonNode wallets() {
        ObjectNode root = Json.object();
        ArrayNode list = root.putArray("wallets");
        books.wallets().forEach(wallet -> list.add(wallet(wallet)));
        return root;
    }

    private JsonNode transactions(Call call) {
        Predicate<Order> wanted = call.parameter("reference")
                .<Predicate<Order>>map(reference -> order -> order.reference().equals(reference))
                .or(() -> call.parameter("external_id").map(id -> order -> id.equals(order.externalId())))
                .orElseThrow(() -> new IllegalArgumentException("reference= or external_id= is required"));
        ObjectNode root = Json.object();
        ArrayNode list = root.putArray("transactions");
        books.payments().stream().filter(p -> wanted.test(p.order())).forEach(p -> list.add(transaction(p)));
        return root;
    }

    private static ObjectNode wallet(Wallet wallet) {
        return Json.object()
                .put("msisdn", wallet.msisdn())
                .put("paid", wallet.paid())
                .put("payments", wallet.payments())
                .put("received", wallet.received())
                .put("receipts", wallet.receipts());
    }

    private static ObjectNode transaction(Payment payment) {
        Order order = payment.order();
        ObjectNode json = Json.object()
                .put("reference", order.reference())
                .put("kind", order.kind().name().toLowerCase(Locale.ROOT))
                .put("external_id", order.externalId())
                .put("msisdn", order.msisdn())
                .put("amount", order.amount())
                .put("accepted_at", order.acceptedAt().toString());
        return switch (payment.state()) {
            case Payment.Pending() -> json.put("status", "PENDING");
            case Payment.Paid(long transaction, long fee, var at) ->
                json.put("status", "SUCCESSFUL")
                        .put("financial_transaction_id", String.valueOf(transaction))
                        .put("fee", fee)
                        .put("ended_at", at.toString());
            case Payment.Failed(String reason, var at) ->
                json.put("status", "FAILED").put("reason", reason).put("ended_at", at.toString());
        };
    }
}
