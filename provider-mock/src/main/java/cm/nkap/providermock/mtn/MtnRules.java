package cm.nkap.providermock.mtn;

import cm.nkap.providermock.books.Books;
import cm.nkap.providermock.books.Kind;
import cm.nkap.providermock.books.Order;
import cm.nkap.providermock.books.Payment;
import cm.nkap.providermock.http.Answer;
import cm.nkap.providermock.http.Call;
import cm.nkap.providermock.http.Json;
import java.math.BigDecimal;
import java.net.URI;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import wiremock.com.fasterxml.jackson.databind.JsonNode;
import wiremock.com.fasterxml.jackson.databind.node.ObjectNode;

/** What MTN demands of a submission: reference, callback URL, texts, amount, currency, party. */
final class MtnRules {
    private static final Pattern REFERENCE =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-4[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}");
    private static final Pattern TEXT = Pattern.compile("[A-Za-z0-9 .-]{0,160}");
    private static final Pattern EXTERNAL_ID = Pattern.compile("[^\\s,\"']{1,128}");
    private static final Pattern AMOUNT = Pattern.compile("[0-9]{1,13}(\\.[0-9]{1,4})?");
    private static final Pattern MSISDN = Pattern.compile("[0-9]{8,15}");
    private static final Set<String> PARTY_TYPES = Set.of("MSISDN", "EMAIL", "PARTY_CODE");

    private final MtnConfig config;
    private final ApiUsers users;
    private final Books books;
    private final InstantSource clock;

    MtnRules(MtnConfig config, ApiUsers users, Books books, InstantSource clock) {
        this.config = config;
        this.users = users;
        this.books = books;
        this.clock = clock;
    }

    sealed interface Checked {
        record Fine(Order order) implements Checked {}

        record Refused(Answer answer) implements Checked {}
    }

    static boolean isReference(String text) {
        return REFERENCE.matcher(text).matches();
    }

    /** The checks in MTN's order: a repeated reference answers 409 whatever the body says. */
    Checked check(Call call, Kind kind, String apiUser) {
        String reference = call.header("X-Reference-Id").orElse("");
        if (!isReference(reference)) {
            return refused("X-Reference-Id is required and is a UUID version 4.");
        }
        if (books.find(reference).isPresent()) {
            return new Checked.Refused(MtnErrors.of(409, "RESOURCE_ALREADY_EXIST"));
        }
        Optional<Answer> wrongCallback = checkCallback(call, apiUser);
        if (wrongCallback.isPresent()) {
            return new Checked.Refused(wrongCallback.get());
        }
        return Json.parse(call.body())
                .map(body -> checkBody(body, kind, reference, call))
                .orElseGet(() -> refused("The body is not a JSON object."));
    }

    private Optional<Answer> checkCallback(Call call, String apiUser) {
        Optional<String> header = call.header("X-Callback-Url");
        if (header.isEmpty()) {
            return Optional.empty();
        }
        String host = host(header.get());
        if (host == null) {
            return Optional.of(MtnErrors.badRequest("X-Callback-Url is not a URL; leave the header out instead."));
        }
        Optional<String> wanted = users.callbackHost(apiUser);
        return wanted.isEmpty() || wanted.get().equalsIgnoreCase(host)
                ? Optional.empty()
                : Optional.of(MtnErrors.of(500, "INVALID_CALLBACK_URL_HOST"));
    }

    private static @Nullable String host(String url) {
        try {
            URI uri = URI.create(url);
            return "http".equals(uri.getScheme()) || "https".equals(uri.getScheme()) ? uri.getHost() : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private Checked checkBody(ObjectNode body, Kind kind, String reference, Call call) {
        String payerMessage = text(body, "payerMessage");
        String payeeNote = text(body, "payeeNote");
        if (payerMessage == null || payeeNote == null) {
            return refused("payerMessage and payeeNote are required: at most 160 of A-Z a-z 0-9 space . -");
        }
        String externalId = body.path("externalId").textValue();
        if (externalId != null && !EXTERNAL_ID.matcher(externalId).matches()) {
            return refused("externalId has no spaces, commas or quotes.");
        }
        String amount = body.path("amount").textValue();
        if (amount == null || !AMOUNT.matcher(amount).matches() || !isWhole(amount)) {
            return refused("amount is a string holding a positive whole number.");
        }
        if (!config.currency().equals(body.path("currency").textValue())) {
            return new Checked.Refused(MtnErrors.of(500, "INVALID_CURRENCY"));
        }
        String refundOf = kind == Kind.REFUND ? body.path("referenceIdToRefund").textValue() : null;
        String msisdn =
                kind == Kind.REFUND ? refunded(refundOf) : party(body.path(kind.collects() ? "payer" : "payee"));
        if (msisdn == null) {
            return refused("The party is a partyIdType and a partyId; an MSISDN is digits with country code, no plus.");
        }
        return new Checked.Fine(new Order(
                reference,
                kind,
                new BigDecimal(amount).longValueExact(),
                externalId,
                msisdn,
                payerMessage,
                payeeNote,
                call.header("X-Callback-Url").orElse(null),
                refundOf,
                clock.instant()));
    }

    private static boolean isWhole(String amount) {
        BigDecimal value = new BigDecimal(amount);
        return value.signum() > 0 && value.stripTrailingZeros().scale() <= 0;
    }

    private static @Nullable String text(ObjectNode body, String name) {
        String text = body.path(name).textValue();
        return text != null && TEXT.matcher(text).matches() ? text : null;
    }

    private static @Nullable String party(JsonNode party) {
        String type = party.path("partyIdType").asText("");
        String id = party.path("partyId").textValue();
        if (id == null || !PARTY_TYPES.contains(type)) {
            return null;
        }
        return !type.equals("MSISDN") || MSISDN.matcher(id).matches() ? id : null;
    }

    /** Whom a refund pays: the payer of the collection; nobody known when the reference is one of MTN's test values. */
    private @Nullable String refunded(@Nullable String reference) {
        if (reference == null) {
            return null;
        }
        return books.find(reference)
                .map(Payment::order)
                .filter(order -> order.kind().collects())
                .map(Order::msisdn)
                .orElse(Refunds.NOBODY);
    }

    private static Checked refused(String message) {
        return new Checked.Refused(MtnErrors.badRequest(message));
    }
}
