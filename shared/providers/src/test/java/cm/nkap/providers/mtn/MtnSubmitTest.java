package cm.nkap.providers.mtn;

import static cm.nkap.providers.mtn.FakeMtn.answer;
import static cm.nkap.providers.mtn.FakeMtn.code;
import static cm.nkap.providers.mtn.FakeMtn.collect;
import static cm.nkap.providers.mtn.FakeMtn.disburse;
import static cm.nkap.providers.mtn.FakeMtn.html;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import cm.nkap.providers.CollectRequest;
import cm.nkap.providers.FailureCode;
import cm.nkap.providers.SubmitAnswer;
import cm.nkap.providers.SubmitAnswer.Misconfigured;
import cm.nkap.providers.SubmitAnswer.Refused;
import cm.nkap.providers.SubmitAnswer.Throttled;
import cm.nkap.providers.SubmitAnswer.Unknown;
import cm.nkap.providers.mtn.FakeMtn.Asked;
import java.net.URI;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class MtnSubmitTest {
    private final FakeMtn mtn = new FakeMtn();
    private final MtnProvider provider = mtn.provider();

    @AfterEach
    void close() {
        mtn.close();
    }

    @Test
    void asksForAPaymentAsMtnDocumentsIt() {
        URI callback = URI.create("https://cb.example.cm/v1/callbacks/mtn/x");
        CollectRequest request =
                new CollectRequest(FakeMtn.REFERENCE, "ch_1", 5000, FakeMtn.NUMBER, "L'été à Kribi: 50%", callback);

        assertThat(provider.collect(request)).isInstanceOf(SubmitAnswer.Accepted.class);

        Asked call = mtn.calls().getFirst();
        assertThat(call.method() + " " + call.path()).isEqualTo("POST /collection/v1_0/requesttopay");
        assertThat(call.token()).isEqualTo("Bearer t1");
        assertThat(call.header("X-Reference-Id")).isEqualTo(FakeMtn.REFERENCE.toString());
        assertThat(call.header("X-Target-Environment")).isEqualTo("mtncameroon");
        assertThat(call.header("Ocp-Apim-Subscription-Key")).isEqualTo("collection-key");
        assertThat(call.header("X-Callback-Url")).isEqualTo(callback.toString());
        assertThat(call.header("Content-Type")).isEqualTo("application/json");
        assertThat(JsonMapper.shared().readTree(call.body()))
                .isEqualTo(JsonMapper.shared().readTree("""
                {"amount":"5000","currency":"XAF","externalId":"ch_1",
                 "payer":{"partyIdType":"MSISDN","partyId":"237677123401"},
                 "payerMessage":"L ete a Kribi 50","payeeNote":"L ete a Kribi 50"}"""));
    }

    @Test
    void paysOutWithTheOtherProductsKeys() {
        assertThat(provider.disburse(disburse())).isInstanceOf(SubmitAnswer.Accepted.class);

        Asked token = mtn.asked.getFirst();
        Asked call = mtn.asked.getLast();
        assertThat(token.path()).isEqualTo("/disbursement/token/");
        assertThat(token.header("Ocp-Apim-Subscription-Key")).isEqualTo("disbursement-key");
        assertThat(token.body()).isEqualTo("{\"grant_type\":\"client_credentials\"}");
        assertThat(call.method() + " " + call.path()).isEqualTo("POST /disbursement/v1_0/transfer");
        assertThat(call.header("Ocp-Apim-Subscription-Key")).isEqualTo("disbursement-key");
        assertThat(call.exchange().getRequestHeaders()).doesNotContainKey("X-callback-url");
        assertThat(JsonMapper.shared()
                        .readTree(call.body())
                        .path("payee")
                        .path("partyId")
                        .stringValue(""))
                .isEqualTo("237677123401");
    }

    @Test
    void aReferenceThatMtnHasIsAlreadyKnown() {
        mtn.reaction = _ -> code(409, "RESOURCE_ALREADY_EXIST");

        assertThat(provider.collect(collect())).isInstanceOf(SubmitAnswer.AlreadyKnown.class);
    }

    @ParameterizedTest
    @CsvSource({
        "PAYER_NOT_FOUND,PAYER_NOT_FOUND",
        "PAYEE_NOT_FOUND,RECIPIENT_NOT_FOUND",
        "NOT_ENOUGH_FUNDS,INSUFFICIENT_BALANCE",
        "LOW_BALANCE_OR_PAYEE_LIMIT_REACHED_OR_NOT_ALLOWED,INSUFFICIENT_BALANCE",
        "PAYER_LIMIT_REACHED,LIMIT_REACHED",
        "PAYEE_LIMIT_REACHED,LIMIT_REACHED",
        "APPROVAL_REJECTED,DECLINED_BY_PAYER",
        "PAYMENT_NOT_APPROVED,DECLINED_BY_PAYER",
        "TRANSACTION_CANCELED,DECLINED_BY_PAYER",
        "PAYEE_NOT_ALLOWED_TO_RECEIVE,NOT_ALLOWED",
        "NOT_ALLOWED,NOT_ALLOWED",
        "SENDER_ACCOUNT_NOT_ACTIVE,NOT_ALLOWED"
    })
    void readsTheCodeOfA500BeforeDeciding(String code, FailureCode failure) {
        mtn.reaction = _ -> code(500, code);

        SubmitAnswer answer = provider.collect(collect());

        assertThat(answer).isEqualTo(new Refused(failure, "as MTN says", answer.evidence()));
        assertThat(answer.evidence().httpStatus()).hasValue(500);
        assertThat(answer.evidence().excerpt()).contains(code);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INVALID_CURRENCY",
                "INVALID_CALLBACK_URL_HOST",
                "NOT_ALLOWED_TARGET_ENVIRONMENT",
                "VALIDATION_ERROR",
                "TRANSFER_TYPE_UNKNOWN",
                "FORBIDDEN_IP"
            })
    void faultsOfOurSetUpPageTheOperator(String code) {
        mtn.reaction = _ -> code(500, code);

        SubmitAnswer answer = provider.collect(collect());

        assertThat(answer).isEqualTo(new Misconfigured(code, answer.evidence()));
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 403, 404})
    void aGatewayThatRefusesUsIsAFaultOfOurSetUp(int status) {
        mtn.reaction = _ -> answer(status, "{\"statusCode\":" + status + ",\"message\":\"Forbidden\"}");

        SubmitAnswer answer = provider.collect(collect());

        assertThat(answer).isEqualTo(new Misconfigured("HTTP_" + status, answer.evidence()));
    }

    @ParameterizedTest
    @CsvSource({
        "500,INTERNAL_PROCESSING_ERROR",
        "500,A_CODE_NOBODY_KNOWS",
        "500,EXPIRED",
        "500,RESOURCE_NOT_FOUND",
        "503,SERVICE_UNAVAILABLE",
        "409,SOMETHING_ELSE"
    })
    void aCodeThatDoesNotProveThatNothingMovedLeavesItUnknown(int status, String code) {
        mtn.reaction = _ -> code(status, code);

        SubmitAnswer answer = provider.collect(collect());

        assertThat(answer).isEqualTo(new Unknown("HTTP " + status + " " + code, answer.evidence()));
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 504, 400, 403, 404, 409, 202, 200, 302})
    void aPageOfHtmlProvesNothing(int status) {
        mtn.reaction = _ -> html(status);

        assertThat(provider.collect(collect())).isInstanceOf(Unknown.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "500|''",
                "500|{",
                "500|[]",
                "500|{\"code\":\"NOT_ALLOWED\",\"code\":\"X\"}",
                "202|oops",
                "200|{}",
                "201|''"
            })
    void anUnreadableOrUndocumentedAnswerProvesNothing(int status, String body) {
        mtn.reaction = _ -> answer(status, body);

        assertThat(provider.collect(collect())).isInstanceOf(Unknown.class);
    }

    @ParameterizedTest
    @CsvSource({"'',1", "7,7", "soon,1", "999999,3600"})
    void waitsAsLongAsMtnAsks(String retryAfter, long seconds) {
        mtn.reaction = _ -> new FakeMtn.Answer(429, "application/json", "{}", retryAfter);

        SubmitAnswer answer = provider.collect(collect());

        assertThat(answer).isEqualTo(new Throttled(Duration.ofSeconds(seconds), answer.evidence()));
    }

    @Test
    void redirectsAreNotFollowed() {
        mtn.reaction = call ->
                call.path().endsWith("/elsewhere") ? answer(202, "") : new FakeMtn.Redirect("/collection/elsewhere");

        assertThat(provider.collect(collect())).isInstanceOf(Unknown.class);
        assertThat(mtn.calls()).hasSize(1);
    }

    @Test
    void theEvidenceShowsNoNumber() {
        mtn.reaction = _ -> answer(500, "{\"code\":\"PAYER_NOT_FOUND\",\"message\":\"no wallet for 237677123401\"}");

        assertThat(provider.collect(collect()).toString())
                .contains("2376••••••01")
                .doesNotContain("677123401");
    }

    @Test
    void refusesAReferenceThatMtnWouldNotTake() {
        UUID ordered = UUID.fromString("0193514a-0000-7000-8000-000000000001");
        CollectRequest request = new CollectRequest(ordered, "ch_1", 1, FakeMtn.NUMBER, "m", null);

        assertThatIllegalArgumentException().isThrownBy(() -> provider.collect(request));
    }
}
