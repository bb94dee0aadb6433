package cm.nkap.providers.mtn;

import static cm.nkap.providers.mtn.FakeMtn.answer;
import static cm.nkap.providers.mtn.FakeMtn.code;
import static cm.nkap.providers.mtn.FakeMtn.html;
import static cm.nkap.providers.mtn.FakeMtn.status;
import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.providers.BalanceAnswer;
import cm.nkap.providers.FailureCode;
import cm.nkap.providers.Operation;
import cm.nkap.providers.StatusAnswer;
import cm.nkap.providers.StatusAnswer.Expired;
import cm.nkap.providers.StatusAnswer.Failed;
import cm.nkap.providers.StatusAnswer.NotFound;
import cm.nkap.providers.StatusAnswer.Pending;
import cm.nkap.providers.StatusAnswer.Succeeded;
import cm.nkap.providers.StatusAnswer.Throttled;
import cm.nkap.providers.StatusAnswer.Unknown;
import cm.nkap.providers.StatusRequest;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MtnStatusTest {
    private final FakeMtn mtn = new FakeMtn();
    private final MtnProvider provider = mtn.provider();

    @AfterEach
    void close() {
        mtn.close();
    }

    private StatusAnswer told(String body) {
        mtn.reaction = _ -> answer(200, body);
        return provider.status(status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"5000\"", "\"5000.0\"", "\"5000.00\"", "5000", "5000.0"})
    void amountsAreNumbersHoweverMtnWritesThem(String amount) {
        StatusAnswer answer = told("""
                {"financialTransactionId":"23503452","externalId":"ch_1","amount":%s,"currency":"XAF",
                 "payer":{"partyIdType":"MSISDN","partyId":"237677123401"},"status":"SUCCESSFUL"}""".formatted(amount));

        assertThat(answer)
                .isEqualTo(new Succeeded(
                        Optional.of("23503452"), 5000, "XAF", Optional.of(FakeMtn.NUMBER), answer.evidence()));
        assertThat(mtn.calls().getFirst().method()).isEqualTo("GET");
        assertThat(mtn.calls().getFirst().path()).isEqualTo("/collection/v1_0/requesttopay/" + FakeMtn.REFERENCE);
        assertThat(answer.toString()).doesNotContain("677123401");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"12.5\"",
                "\"\"",
                "null",
                "\"1e3\"",
                "\"1e999999999\"",
                "\"-5000\"",
                "\"0\"",
                "{}",
                "\"5 000\"",
                "\"99999999999999999999\""
            })
    void anAmountThatIsNoNumberOfFrancsProvesNothing(String amount) {
        assertThat(told("{\"amount\":" + amount + ",\"currency\":\"XAF\",\"status\":\"SUCCESSFUL\"}"))
                .isInstanceOf(Unknown.class);
    }

    @Test
    void aPayoutNamesItsPayee() {
        mtn.reaction = _ -> answer(200, """
                {"financialTransactionId":"1","amount":"5000","currency":"XAF",
                 "payee":{"partyIdType":"MSISDN","partyId":"237677123401"},"status":"SUCCESSFUL"}""");

        StatusAnswer answer = provider.status(new StatusRequest(Operation.DISBURSEMENT, FakeMtn.REFERENCE));

        assertThat(((Succeeded) answer).party()).contains(FakeMtn.NUMBER);
        assertThat(mtn.calls().getFirst().path()).isEqualTo("/disbursement/v1_0/transfer/" + FakeMtn.REFERENCE);
    }

    @Test
    void successNeedsNeitherIdNorParty() {
        StatusAnswer answer = told("{\"amount\":\"5000\",\"currency\":\"XAF\",\"status\":\"SUCCESSFUL\"}");

        assertThat(answer).isEqualTo(new Succeeded(Optional.empty(), 5000, "XAF", Optional.empty(), answer.evidence()));
    }

    @Test
    void anotherCurrencyThanTheEnvironmentsIsNotCalledOurs() {
        StatusAnswer answer = told("{\"amount\":\"5000\",\"currency\":\"EUR\",\"status\":\"SUCCESSFUL\"}");

        assertThat(((Succeeded) answer).currency()).isEqualTo("EUR");
    }

    @ParameterizedTest
    @CsvSource({"PENDING,true", "CREATED,true", "ALMOST_THERE,false", "successful,false"})
    void everyOtherWordIsStillPending(String word, boolean familiar) {
        StatusAnswer answer = told("{\"amount\":\"5000\",\"status\":\"" + word + "\"}");

        assertThat(answer).isEqualTo(new Pending(word, familiar, answer.evidence()));
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
        "COULD_NOT_PERFORM_TRANSACTION,PAYER_TIMEOUT",
        "PAYEE_NOT_ALLOWED_TO_RECEIVE,NOT_ALLOWED",
        "NOT_ALLOWED,NOT_ALLOWED",
        "SENDER_ACCOUNT_NOT_ACTIVE,NOT_ALLOWED",
        "INTERNAL_PROCESSING_ERROR,PROVIDER_DECLINED_UNSPECIFIED",
        "SERVICE_UNAVAILABLE,PROVIDER_UNAVAILABLE",
        "INVALID_CURRENCY,CONFIG_ERROR",
        "INVALID_CALLBACK_URL_HOST,CONFIG_ERROR",
        "NOT_ALLOWED_TARGET_ENVIRONMENT,CONFIG_ERROR",
        "VALIDATION_ERROR,CONFIG_ERROR",
        "TRANSFER_TYPE_UNKNOWN,CONFIG_ERROR",
        "RESOURCE_ALREADY_EXIST,PROVIDER_DECLINED_UNSPECIFIED",
        "A_REASON_NOBODY_KNOWS,PROVIDER_DECLINED_UNSPECIFIED"
    })
    void aFailureHasOneOfOurCodesWhetherItsReasonIsAWordOrAnObject(String reason, FailureCode code) {
        StatusAnswer word = told("{\"status\":\"FAILED\",\"reason\":\"" + reason + "\"}");
        StatusAnswer object =
                told("{\"status\":\"FAILED\",\"reason\":{\"code\":\"" + reason + "\",\"message\":\"as MTN says\"}}");

        assertThat(word).isEqualTo(new Failed(code, code.description(), reason, word.evidence()));
        assertThat(object).isEqualTo(new Failed(code, "as MTN says", reason, object.evidence()));
    }

    @Test
    void aFailureWithoutAReasonIsUnspecified() {
        StatusAnswer answer = told("{\"status\":\"FAILED\"}");

        assertThat(answer).isInstanceOfSatisfying(Failed.class, failed -> assertThat(failed.code())
                .isEqualTo(FailureCode.PROVIDER_DECLINED_UNSPECIFIED));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"EXPIRED\"", "{\"code\":\"EXPIRED\"}"})
    void expiryIsItsOwnOutcome(String reason) {
        StatusAnswer answer = told("{\"status\":\"FAILED\",\"reason\":" + reason + "}");

        assertThat(answer).isEqualTo(new Expired("EXPIRED", answer.evidence()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"RESOURCE_NOT_FOUND", "TRANSACTION_NOT_FOUND"})
    void notFoundIsNoFailure(String code) {
        mtn.reaction = _ -> code(404, code);
        assertThat(provider.status(status())).isInstanceOf(NotFound.class);

        assertThat(told("{\"status\":\"FAILED\",\"reason\":\"" + code + "\"}")).isInstanceOf(NotFound.class);
    }

    @Test
    void a404OfTheGatewayIsNotMtnsWordThatThereIsNoSuchRequest() {
        mtn.reaction = _ -> answer(404, "{\"statusCode\":404,\"message\":\"Resource not found\"}");
        assertThat(provider.status(status())).isInstanceOf(Unknown.class);

        mtn.reaction = _ -> html(404);
        assertThat(provider.status(status())).isInstanceOf(Unknown.class);
    }

    @ParameterizedTest
    @CsvSource({"500,NOT_ALLOWED", "500,PAYER_NOT_FOUND", "503,SERVICE_UNAVAILABLE", "403,FORBIDDEN_IP", "400,X"})
    void anErrorOfTheQueryIsNotAnOutcomeOfThePayment(int status, String code) {
        mtn.reaction = _ -> code(status, code);

        StatusAnswer answer = provider.status(status());

        assertThat(answer).isEqualTo(new Unknown("HTTP " + status + " " + code, answer.evidence()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "[]", "{\"status\":\"FAILED\"", "{\"status\":\"PENDING\",\"status\":\"FAILED\"}"})
    void anUnreadableBodyProvesNothing(String body) {
        assertThat(told(body)).isInstanceOf(Unknown.class);
    }

    @Test
    void htmlProvesNothingEvenWhenItLooksLikeJson() {
        mtn.reaction = _ -> new FakeMtn.Answer(200, "text/html", "{\"status\":\"FAILED\"}", "");

        assertThat(provider.status(status())).isInstanceOf(Unknown.class);
    }

    @Test
    void tooManyQuestionsAreThrottled() {
        mtn.reaction = _ -> answer(429, "{\"statusCode\":429}");

        assertThat(provider.status(status())).isInstanceOf(Throttled.class);
    }

    @ParameterizedTest
    @CsvSource({"1000,1000", "1000.75,1000", "0,0", "-1.5,-2"})
    void theBalanceIsTheWholeFrancsThatCanBePaidOut(String told, long whole) {
        mtn.reaction = _ -> answer(200, "{\"availableBalance\":\"" + told + "\",\"currency\":\"XAF\"}");

        BalanceAnswer answer = provider.balance(Operation.DISBURSEMENT);

        assertThat(answer).isEqualTo(new BalanceAnswer.Available(whole, "XAF", answer.evidence()));
        assertThat(mtn.calls().getFirst().path()).isEqualTo("/disbursement/v1_0/account/balance");
    }

    @Test
    void aBalanceThatCannotBeReadIsUnavailable() {
        mtn.reaction = _ -> answer(200, "{\"availableBalance\":\"much\"}");
        assertThat(provider.balance(Operation.COLLECTION)).isInstanceOf(BalanceAnswer.Unavailable.class);

        mtn.reaction = _ -> html(200);
        assertThat(provider.balance(Operation.COLLECTION)).isInstanceOf(BalanceAnswer.Unavailable.class);
    }
}
