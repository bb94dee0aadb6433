package cm.nkap.providers.mtn;

import cm.nkap.providers.BalanceAnswer;
import cm.nkap.providers.Exchange;
import cm.nkap.providers.FailureCode;
import cm.nkap.providers.Msisdn;
import cm.nkap.providers.Operation;
import cm.nkap.providers.StatusAnswer;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;

/** Judges the answer to a status query, the only answer that decides about money, and reads the balance. */
final class MtnStatuses {
    private static final String OURS = "XAF";
    private static final int LONGEST_NUMBER = 32;

    private final String currency;

    /** @param currency what MTN calls our franc in this environment */
    MtnStatuses(String currency) {
        this.currency = currency;
    }

    StatusAnswer read(MtnReply reply, Operation operation) {
        return switch (reply) {
            case MtnReply.Answered answered -> read(answered, operation);
            case MtnReply.NotConnected none -> new StatusAnswer.Unknown("not connected", none.evidence());
            case MtnReply.Lost lost -> new StatusAnswer.Unknown(lost.reason(), lost.evidence());
            case MtnReply.NoToken none -> new StatusAnswer.Unknown(none.reason(), none.evidence());
        };
    }

    private StatusAnswer read(MtnReply.Answered answered, Operation operation) {
        Exchange evidence = answered.evidence();
        return switch (answered.status()) {
            case 200 ->
                answered.json()
                        .map(body -> decided(body, operation, evidence))
                        .orElseGet(() -> new StatusAnswer.Unknown("unreadable body", evidence));
            case 404 ->
                MtnCodes.NOT_FOUND.contains(answered.code()) ? new StatusAnswer.NotFound(evidence) : unknown(answered);
            case 429 -> new StatusAnswer.Throttled(answered.retryAfter(), evidence);
            default -> unknown(answered);
        };
    }

    private static StatusAnswer unknown(MtnReply.Answered answered) {
        return new StatusAnswer.Unknown(
                ("HTTP " + answered.status() + " " + answered.code()).strip(), answered.evidence());
    }

    private StatusAnswer decided(JsonNode body, Operation operation, Exchange evidence) {
        String word = body.path("status").stringValue("");
        return switch (word) {
            case "SUCCESSFUL" -> succeeded(body, operation, evidence);
            case "FAILED" -> failed(body.path("reason"), evidence);
            case "PENDING", "CREATED" -> new StatusAnswer.Pending(word, true, evidence);
            case "" -> new StatusAnswer.Unknown("body without a status", evidence);
            default -> new StatusAnswer.Pending(word, false, evidence);
        };
    }

    private StatusAnswer succeeded(JsonNode body, Operation operation, Exchange evidence) {
        OptionalLong amount = francs(body.path("amount"));
        if (amount.isEmpty()) {
            return new StatusAnswer.Unknown("unreadable amount", evidence);
        }
        String party =
                switch (operation) {
                    case COLLECTION -> "payer";
                    case DISBURSEMENT -> "payee";
                };
        return new StatusAnswer.Succeeded(
                Optional.of(body.path("financialTransactionId").asString("")).filter(id -> id.matches("[!-~]{1,64}")),
                amount.getAsLong(),
                ours(body),
                Msisdn.parse(body.path(party).path("partyId").asString(""), Msisdn.Rules.SIMULATOR),
                evidence);
    }

    private String ours(JsonNode body) {
        String theirs = body.path("currency").stringValue("");
        return theirs.equals(currency) ? OURS : theirs;
    }

    /** The reason is a word in real payloads and an object in MTN's specification. */
    private static StatusAnswer failed(JsonNode reason, Exchange evidence) {
        String raw = reason.isObject() ? reason.path("code").stringValue("") : reason.stringValue("");
        if (raw.equals(MtnCodes.EXPIRED)) {
            return new StatusAnswer.Expired(raw, evidence);
        }
        if (MtnCodes.NOT_FOUND.contains(raw)) {
            return new StatusAnswer.NotFound(evidence);
        }
        FailureCode code = MtnCodes.reason(raw).orElse(FailureCode.PROVIDER_DECLINED_UNSPECIFIED);
        String message = reason.path("message").stringValue("");
        return new StatusAnswer.Failed(code, message.isBlank() ? code.description() : message, raw, evidence);
    }

    BalanceAnswer balance(MtnReply reply) {
        if (reply instanceof MtnReply.Answered answered
                && answered.status() == 200
                && answered.json().isPresent()) {
            JsonNode body = answered.json().get();
            // A fraction of a franc cannot be paid out: what counts is the whole francs below it.
            return number(body.path("availableBalance"))
                    .map(exact -> exact.setScale(0, RoundingMode.FLOOR))
                    .<BalanceAnswer>map(whole ->
                            new BalanceAnswer.Available(whole.longValueExact(), ours(body), answered.evidence()))
                    .orElseGet(() -> new BalanceAnswer.Unavailable("unreadable amount", answered.evidence()));
        }
        return new BalanceAnswer.Unavailable("no usable answer", reply.evidence());
    }

    /** MTN rewrites amounts ("5000" comes back as "5000.0"), so that they are read as numbers; only whole francs count. */
    private static OptionalLong francs(JsonNode amount) {
        return number(amount)
                .filter(exact ->
                        exact.signum() > 0 && exact.stripTrailingZeros().scale() <= 0)
                .map(exact -> OptionalLong.of(exact.longValueExact()))
                .orElse(OptionalLong.empty());
    }

    private static Optional<BigDecimal> number(JsonNode node) {
        String text = node.asString("");
        // Digits only: an exponent could ask for more memory than there is.
        if (text.length() > LONGEST_NUMBER || !text.matches("-?[0-9]{1,18}(\\.[0-9]+)?")) {
            return Optional.empty();
        }
        return Optional.of(new BigDecimal(text));
    }
}
