package cm.nkap.providermock;

import static cm.nkap.providermock.MtnCaller.PAYER;
import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.providermock.MtnCaller.Heard;
import cm.nkap.providermock.mtn.MtnConfig;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTest {
    private static final String PAY = "/collection/v1_0/requesttopay";

    private final ProviderMock mock = ProviderMock.start(
            ProviderMockConfig.usual().withMtn(MtnConfig.usual().withCallbackHost("callbacks.example.cm")));
    private final MtnCaller caller = MtnCaller.of(mock);

    @Test
    void aTokenIsGivenForAnHour() throws Exception {
        Heard token = caller.send(
                caller.tokenRequest("collection").POST(BodyPublishers.noBody()).build());

        assertThat(token.status()).isEqualTo(200);
        assertThat(token.text("token_type")).isEqualTo("access_token");
        assertThat(token.json().path("expires_in").asInt()).isEqualTo(3_600);
        assertThat(token.text("access_token").split("\\.")).hasSize(3);
    }

    @Test
    void aTokenCallWithoutALengthIsRefused() throws Exception {
        Heard chunked = caller.send(caller.tokenRequest("collection")
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[] {'{', '}'})))
                .build());

        assertThat(chunked.status()).isEqualTo(411);
        assertThat(firstLineOfABareTokenCall()).contains("411");
    }

    private String firstLineOfABareTokenCall() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), mock.port())) {
            socket.setSoTimeout(5_000);
            String call = """
                    POST /mtn/collection/token/ HTTP/1.1
                    Host: localhost
                    Connection: close
                    Ocp-Apim-Subscription-Key: mock-collection-key

                    """.replace("\n", "\r\n");
            socket.getOutputStream().write(call.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .findFirst()
                    .orElse("");
        }
    }

    @Test
    void aFormBodyGetsTheFirewallsPage() throws Exception {
        Heard heard = caller.send(caller.tokenRequest("collection")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("grant_type=client_credentials"))
                .build());

        assertThat(heard.status()).isEqualTo(200);
        assertThat(heard.contentType()).startsWith("text/html");
        assertThat(heard.body()).contains("Request Rejected");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic bm9ib2R5Om5vdGhpbmc=", "Basic !!!", "Bearer x", ""})
    void wrongCredentialsGetNoToken(String authorization) throws Exception {
        Heard heard = caller.send(caller.tokenRequest("collection")
                .setHeader("Authorization", authorization)
                .POST(BodyPublishers.noBody())
                .build());

        assertThat(heard.status()).isEqualTo(401);
    }

    @Test
    void aWrongSubscriptionKeyIsRefusedByTheGateway() throws Exception {
        Heard heard = caller.send(caller.request(PAY + "/" + MtnCaller.reference())
                .setHeader("Ocp-Apim-Subscription-Key", "mock-disbursement-key")
                .build());

        assertThat(heard.status()).isEqualTo(401);
        assertThat(heard.json().path("statusCode").asInt()).isEqualTo(401);
        assertThat(heard.text("message")).startsWith("Access denied due to invalid subscription key.");
    }

    @Test
    void aTokenOfOneProductDoesNotOpenTheOther() throws Exception {
        Heard heard = caller.send(caller.request("/disbursement/v1_0/account/balance")
                .setHeader("Authorization", "Bearer " + caller.mintToken("collection"))
                .build());

        assertThat(heard.status()).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer ", "Bearer a.b.c", "Basic x", ""})
    void aTokenNobodyGaveOutIsRefused(String authorization) throws Exception {
        Heard heard = caller.send(caller.request("/collection/v1_0/account/balance")
                .setHeader("Authorization", authorization)
                .build());

        assertThat(heard.status()).isEqualTo(401);
    }

    @Test
    void revokedAndExpiredTokensAreRefusedAndNewOnesAreNot() throws Exception {
        caller.admin("POST", "/admin/tokens/revoke", "");
        Heard revoked = caller.get("/collection/v1_0/account/balance");
        Heard fresh = balanceWith(caller.mintToken("collection"));
        caller.admin("PUT", "/admin/settings", "{\"token_seconds\":0}");
        Heard expired = balanceWith(caller.mintToken("collection"));

        assertThat(revoked.status()).isEqualTo(401);
        assertThat(fresh.status()).isEqualTo(200);
        assertThat(expired.status()).isEqualTo(401);
    }

    private Heard balanceWith(String token) throws Exception {
        return caller.send(caller.request("/collection/v1_0/account/balance")
                .setHeader("Authorization", "Bearer " + token)
                .build());
    }

    @Test
    void anotherTargetEnvironmentIsForbidden() throws Exception {
        Heard heard = caller.send(caller.request(PAY + "/" + MtnCaller.reference())
                .setHeader("X-Target-Environment", "sandbox")
                .build());

        assertThat(heard.status()).isEqualTo(500);
        assertThat(heard.text("code")).isEqualTo("NOT_ALLOWED_TARGET_ENVIRONMENT");
    }

    @Test
    void eurosAreRefusedInCameroon() throws Exception {
        Heard heard = submit(MtnCaller.body("payer", PAYER, "5000", "EUR", "ok"));

        assertThat(heard.status()).isEqualTo(500);
        assertThat(heard.text("code")).isEqualTo("INVALID_CURRENCY");
    }

    @ParameterizedTest
    @CsvSource({
        "237677123456,5000,l'eau",
        "237677123456,5000,été",
        "237677123456,5000,a & b",
        "+237677123456,5000,ok",
        "237 677,5000,ok",
        "237677123456,1000.50,ok",
        "237677123456,0,ok",
        "237677123456,-5,ok",
        "237677123456,five,ok"
    })
    void malformedSubmissionsAreBadRequestsAndMoveNothing(String msisdn, String amount, String message)
            throws Exception {
        Heard heard = submit(MtnCaller.body("payer", msisdn, amount, "XAF", message));

        assertThat(heard.status()).isEqualTo(400);
        assertThat(mock.books().payments()).isEmpty();
    }

    @Test
    void anAmountIsNormalised() throws Exception {
        String reference = MtnCaller.reference();

        Heard taken = caller.submit(PAY, reference, MtnCaller.body("payer", PAYER, "5000.00", "XAF", "ok"), null);

        assertThat(taken.status()).isEqualTo(202);
        assertThat(caller.collection(reference).text("amount")).isEqualTo("5000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "not-a-uuid", "0192a3b4-c5d6-7e8f-9a0b-1c2d3e4f5a6b"})
    void aReferenceThatIsNoUuidOfVersionFourIsRefused(String reference) throws Exception {
        Heard heard = caller.submit(PAY, reference, MtnCaller.body("payer", PAYER, 5_000), null);

        assertThat(heard.status()).isEqualTo(400);
    }

    @Test
    void aCallbackUrlMustNameTheRegisteredHost() throws Exception {
        Heard other = submitTo("https://elsewhere.example.cm/x");
        Heard none = submitTo("null");
        Heard right = submitTo("https://callbacks.example.cm/x");

        assertThat(other.status()).isEqualTo(500);
        assertThat(other.text("code")).isEqualTo("INVALID_CALLBACK_URL_HOST");
        assertThat(none.status()).isEqualTo(400);
        assertThat(right.status()).isEqualTo(202);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/disbursement/v2_0/transfer", "/collection/v1_0/transfer", "/collection/v1_0/nothing"})
    void pathsThatMtnDoesNotHaveAreNotFound(String path) throws Exception {
        Heard heard = caller.submit(path, MtnCaller.reference(), MtnCaller.body("payee", PAYER, 5_000), null);

        assertThat(heard.status()).isEqualTo(404);
        assertThat(mock.books().payments()).isEmpty();
    }

    @Test
    void aSandboxUserIsProvisionedOnce() throws Exception {
        String id = MtnCaller.reference();
        HttpRequest create = caller.provisioning("")
                .header("X-Reference-Id", id)
                .POST(BodyPublishers.ofString("{\"providerCallbackHost\":\"pay.example.cm\"}"))
                .build();

        Heard created = caller.send(create);
        Heard again = caller.send(create);
        Heard key = caller.send(caller.provisioning("/" + id + "/apikey")
                .POST(BodyPublishers.noBody())
                .build());
        Heard seen = caller.send(caller.provisioning("/" + id).build());

        assertThat(created.status()).isEqualTo(201);
        assertThat(again.status()).isEqualTo(409);
        assertThat(key.text("apiKey")).hasSize(32);
        assertThat(seen.text("providerCallbackHost")).isEqualTo("pay.example.cm");
    }

    @Test
    void accountHoldersAreKnownUnlessTheirNumberSaysOtherwise() throws Exception {
        String holder = "/collection/v1_0/accountholder/msisdn/";

        assertThat(caller.get(holder + PAYER + "/active").json().path("result").asBoolean())
                .isTrue();
        assertThat(caller.get(holder + "46733123451/active")
                        .json()
                        .path("result")
                        .asBoolean(true))
                .isFalse();
        assertThat(caller.get(holder + "237670000003/active").status()).isEqualTo(404);
        assertThat(caller.get(holder + PAYER + "/basicuserinfo").text("family_name"))
                .isNotEmpty();
    }

    private Heard submit(String body) throws Exception {
        return caller.submit(PAY, MtnCaller.reference(), body, null);
    }

    private Heard submitTo(String callbackUrl) throws Exception {
        return caller.collect(MtnCaller.reference(), PAYER, 5_000, callbackUrl);
    }

    @AfterEach
    void stop() {
        mock.close();
    }
}
