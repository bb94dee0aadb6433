package cm.nkap.providermock.mtn;

import cm.nkap.providermock.books.Order;
import cm.nkap.providermock.books.Payment;
import cm.nkap.providermock.http.Json;
import wiremock.com.fasterxml.jackson.databind.node.ObjectNode;

/** A payment as MTN writes it, in status answers and in callbacks; our reference is never in it. */
record StatusBody(String currency, boolean reasonObject) {

    ObjectNode of(Payment payment, Behaviour.Telling telling) {
        ObjectNode body = Json.object();
        switch (payment.state()) {
            case Payment.Pending() ->
                describe(body, payment.order(), telling)
                        .put("status", telling == Behaviour.Telling.CREATED_FIRST ? "CREATED" : "PENDING");
            case Payment.Paid(long transaction, var _, var _) -> {
                body.put("financialTransactionId", String.valueOf(transaction));
                describe(body, payment.order(), telling).put("status", "SUCCESSFUL");
            }
            case Payment.Failed(String reason, var _) -> {
                describe(body, payment.order(), telling).put("status", "FAILED");
                if (reasonObject || telling == Behaviour.Telling.REASON_OBJECT) {
                    body.set("reason", MtnErrors.body(reason));
                } else {
                    body.put("reason", reason);
                }
            }
        }
        return body;
    }

    ObjectNode pending(Order order, Behaviour.Telling telling) {
        return of(new Payment(order, new Payment.Pending()), telling);
    }

    private ObjectNode describe(ObjectNode body, Order order, Behaviour.Telling telling) {
        long amount = order.amount();
        long told = telling == Behaviour.Telling.WRONG_AMOUNT ? amount - Math.max(1, amount / 10) : amount;
        if (order.externalId() != null) {
            body.put("externalId", order.externalId());
        }
        body.put("amount", String.valueOf(told)).put("currency", currency);
        body.putObject(order.kind().collects() ? "payer" : "payee")
                .put("partyIdType", "MSISDN")
                .put("partyId", order.msisdn());
        return body.put("payerMessage", order.payerMessage()).put("payeeNote", order.payeeNote());
    }
}
