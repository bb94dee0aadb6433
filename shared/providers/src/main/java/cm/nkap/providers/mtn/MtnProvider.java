package cm.nkap.providers.mtn;

import cm.nkap.providers.BalanceAnswer;
import cm.nkap.providers.CollectRequest;
import cm.nkap.providers.DisburseRequest;
import cm.nkap.providers.FailureCode;
import cm.nkap.providers.Msisdn;
import cm.nkap.providers.Operation;
import cm.nkap.providers.Provider;
import cm.nkap.providers.ProviderName;
import cm.nkap.providers.StatusAnswer;
import cm.nkap.providers.StatusRequest;
import cm.nkap.providers.SubmitAnswer;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.InstantSource;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * MTN Mobile Money by the MoMo Open API: request to pay, transfer, their status, the balance.
 *
 * <p>The reference of a request must be a random (version 4) UUID, as MTN asks of {@code X-Reference-Id}; another version
 * is refused with {@link IllegalArgumentException}. One instance serves all threads and holds one token per product.
 */
public final class MtnProvider implements Provider {
    private static final Logger LOG = LoggerFactory.getLogger(MtnProvider.class);
    private static final String DOCUMENTED_CATCH_ALL = "INTERNAL_PROCESSING_ERROR";

    private final MtnConfig config;
    private final String base;
    private final MtnHttp http;
    private final MtnTokens collectionTokens;
    private final MtnTokens disbursementTokens;
    private final MtnStatuses statuses;

    public MtnProvider(MtnConfig config, InstantSource clock) {
        this.config = config;
        this.base = config.baseUrl().toString().replaceAll("/+$", "");
        this.http = new MtnHttp(config.connectTimeout(), config.readTimeout());
        this.collectionTokens = tokens(Operation.COLLECTION, clock);
        this.disbursementTokens = tokens(Operation.DISBURSEMENT, clock);
        this.statuses = new MtnStatuses(config.currency());
    }

    private MtnTokens tokens(Operation product, InstantSource clock) {
        // The trailing slash is MTN's; without it there is no such resource.
        return new MtnTokens(http, uri(product, "token/"), config.credentials(product), clock);
    }

    @Override
    public ProviderName name() {
        return ProviderName.MTN;
    }

    @Override
    public SubmitAnswer collect(CollectRequest request) {
        String body = body(request.amount(), request.externalId(), "payer", request.payer(), request.message());
        return submit(Operation.COLLECTION, request.reference(), request.callbackUrl(), body);
    }

    @Override
    public SubmitAnswer disburse(DisburseRequest request) {
        String body = body(request.amount(), request.externalId(), "payee", request.payee(), request.message());
        return submit(Operation.DISBURSEMENT, request.reference(), request.callbackUrl(), body);
    }

    private String body(long amount, String externalId, String role, Msisdn party, String message) {
        String plain = MtnText.plain(message);
        ObjectNode body = MtnHttp.JSON.createObjectNode();
        body.put("amount", Long.toString(amount));
        body.put("currency", config.currency());
        body.put("externalId", externalId);
        body.putObject(role).put("partyIdType", "MSISDN").put("partyId", party.digits());
        body.put("payerMessage", plain);
        body.put("payeeNote", plain);
        return body.toString();
    }

    private SubmitAnswer submit(Operation product, UUID reference, @Nullable URI callbackUrl, String body) {
        if (reference.version() != 4) {
            throw new IllegalArgumentException("MTN's reference must be a version 4 UUID");
        }
        return MtnSubmits.read(authorized(product, uri(product, "v1_0/" + resource(product)), request -> {
            request.header("X-Reference-Id", reference.toString());
            request.header("Content-Type", "application/json");
            if (callbackUrl != null) {
                request.header("X-Callback-Url", callbackUrl.toString());
            }
            request.POST(BodyPublishers.ofString(body));
        }));
    }

    private static String resource(Operation product) {
        return switch (product) {
            case COLLECTION -> "requesttopay";
            case DISBURSEMENT -> "transfer";
        };
    }

    @Override
    public StatusAnswer status(StatusRequest request) {
        Operation product = request.operation();
        URI uri = uri(product, "v1_0/" + resource(product) + "/" + request.reference());
        StatusAnswer answer = statuses.read(authorized(product, uri, HttpRequest.Builder::GET), product);
        reportUnfamiliar(request, answer);
        return answer;
    }

    private static void reportUnfamiliar(StatusRequest request, StatusAnswer answer) {
        if (answer instanceof StatusAnswer.Pending pending && !pending.familiar()) {
            LOG.warn("provider_status_unfamiliar provider=mtn reference={}", request.reference());
        }
        if (answer instanceof StatusAnswer.Failed failed
                && failed.code() == FailureCode.PROVIDER_DECLINED_UNSPECIFIED
                && !failed.raw().equals(DOCUMENTED_CATCH_ALL)) {
            LOG.warn("provider_reason_unfamiliar provider=mtn reference={}", request.reference());
        }
    }

    @Override
    public BalanceAnswer balance(Operation product) {
        URI uri = uri(product, "v1_0/account/balance");
        return statuses.balance(authorized(product, uri, HttpRequest.Builder::GET));
    }

    private URI uri(Operation product, String path) {
        return URI.create(base
                + switch (product) {
                    case COLLECTION -> "/collection/";
                    case DISBURSEMENT -> "/disbursement/";
                }
                + path);
    }

    /** Sends with a token; one that MTN refuses is replaced once, and the second refusal stands. */
    private MtnReply authorized(Operation product, URI uri, Consumer<HttpRequest.Builder> fill) {
        MtnTokens tokens =
                switch (product) {
                    case COLLECTION -> collectionTokens;
                    case DISBURSEMENT -> disbursementTokens;
                };
        return switch (tokens.current()) {
            case MtnTokens.Missing missing -> missing.why();
            case MtnTokens.Token token -> {
                MtnReply first = http.send(request(product, uri, token, fill));
                yield isUnauthorized(first) ? again(product, uri, tokens.replacing(token), fill) : first;
            }
        };
    }

    private MtnReply again(Operation product, URI uri, MtnTokens.Grant grant, Consumer<HttpRequest.Builder> fill) {
        return switch (grant) {
            case MtnTokens.Missing missing -> missing.why();
            case MtnTokens.Token token -> http.send(request(product, uri, token, fill));
        };
    }

    private static boolean isUnauthorized(MtnReply reply) {
        return reply instanceof MtnReply.Answered answered && answered.status() == 401;
    }

    private HttpRequest request(Operation product, URI uri, MtnTokens.Token token, Consumer<HttpRequest.Builder> fill) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .header("Authorization", "Bearer " + token.value())
                .header("X-Target-Environment", config.targetEnvironment())
                .header("Ocp-Apim-Subscription-Key", config.credentials(product).subscriptionKey());
        fill.accept(request);
        return request.build();
    }
}
