package cm.nkap.providermock;

import cm.nkap.providermock.http.Json;
import cm.nkap.providermock.mtn.MtnConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import wiremock.com.fasterxml.jackson.databind.node.ObjectNode;

/** A merchant's program that talks to the simulator as the developer portal tells it to. */
final class MtnCaller {
    static final String PAYER = "237677123456";

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(3))
            .build();
    private final String url;
    private final MtnConfig config;
    private final String collectionToken;
    private final String disbursementToken;

    MtnCaller(ProviderMock mock) throws IOException, InterruptedException {
        this(mock, MtnConfig.usual());
    }

    MtnCaller(ProviderMock mock, MtnConfig config) throws IOException, InterruptedException {
        this.url = mock.url();
        this.config = config;
        this.collectionToken = mintToken("collection");
        this.disbursementToken = mintToken("disbursement");
    }

    /** For field initialisers, which may not throw. */
    static MtnCaller of(ProviderMock mock) {
        try {
            return new MtnCaller(mock);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    record Heard(int status, String contentType, String body) {
        ObjectNode json() {
            return Json.parse(body).orElseThrow(() -> new AssertionError("not JSON: " + body));
        }

        String text(String name) {
            return json().path(name).asText();
        }
    }

    String mintToken(String product) throws IOException, InterruptedException {
        return send(tokenRequest(product)
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build())
                .text("access_token");
    }

    HttpRequest.Builder tokenRequest(String product) {
        String pair = config.apiUser() + ":" + config.apiKey();
        return HttpRequest.newBuilder(URI.create(url + "/mtn/" + product + "/token/"))
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)))
                .header("Ocp-Apim-Subscription-Key", key(product));
    }

    private String key(String product) {
        return product.equals("collection") ? config.collectionKey() : config.disbursementKey();
    }

    /** A call with everything in order; {@code path} is below /mtn and begins with the product. */
    HttpRequest.Builder request(String path) {
        String product = path.substring(1, path.indexOf('/', 1));
        return HttpRequest.newBuilder(URI.create(url + "/mtn" + path))
                .timeout(Duration.ofSeconds(5))
                .header(
                        "Authorization",
                        "Bearer " + (product.equals("collection") ? collectionToken : disbursementToken))
                .header("Ocp-Apim-Subscription-Key", key(product))
                .header("X-Target-Environment", config.targetEnvironment());
    }

    HttpRequest.Builder provisioning(String path) {
        return HttpRequest.newBuilder(URI.create(url + "/mtn/v1_0/apiuser" + path))
                .header("Ocp-Apim-Subscription-Key", config.collectionKey());
    }

    Heard send(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        return new Heard(
                response.statusCode(),
                response.headers().firstValue("Content-Type").orElse(""),
                response.body());
    }

    Heard get(String path) throws IOException, InterruptedException {
        return send(request(path).GET().build());
    }

    Heard collect(String reference, String msisdn, long amount, @Nullable String callbackUrl)
            throws IOException, InterruptedException {
        return submit("/collection/v1_0/requesttopay", reference, body("payer", msisdn, amount), callbackUrl);
    }

    Heard payOut(String reference, String msisdn, long amount, @Nullable String callbackUrl)
            throws IOException, InterruptedException {
        return submit("/disbursement/v1_0/transfer", reference, body("payee", msisdn, amount), callbackUrl);
    }

    Heard submit(String path, String reference, String body, @Nullable String callbackUrl)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = request(path)
                .header("X-Reference-Id", reference)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (callbackUrl != null) {
            request.header("X-Callback-Url", callbackUrl);
        }
        return send(request.build());
    }

    static String body(String party, String msisdn, long amount) {
        return body(party, msisdn, String.valueOf(amount), "XAF", "Commande 42");
    }

    static String body(String party, String msisdn, String amount, String currency, String message) {
        ObjectNode body = Json.object()
                .put("amount", amount)
                .put("currency", currency)
                .put("externalId", "PAY" + msisdn)
                .put("payerMessage", message)
                .put("payeeNote", "Commande 42");
        body.putObject(party).put("partyIdType", "MSISDN").put("partyId", msisdn);
        return body.toString();
    }

    Heard collection(String reference) throws IOException, InterruptedException {
        return get("/collection/v1_0/requesttopay/" + reference);
    }

    Heard transfer(String reference) throws IOException, InterruptedException {
        return get("/disbursement/v1_0/transfer/" + reference);
    }

    Heard admin(String method, String path, String body) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(url + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    static String reference() {
        return UUID.randomUUID().toString();
    }

    static void eventually(BooleanSupplier condition) {
        long limit = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > limit) {
                throw new AssertionError("did not come true within a minute");
            }
            LockSupport.parkNanos(5_000_000);
        }
    }
}
