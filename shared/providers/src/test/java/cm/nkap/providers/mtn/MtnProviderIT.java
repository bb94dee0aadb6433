package cm.nkap.providers.mtn;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.providermock.ProviderMock;
import cm.nkap.providermock.ProviderMockConfig;
import cm.nkap.providers.BalanceAnswer;
import cm.nkap.providers.CollectRequest;
import cm.nkap.providers.DisburseRequest;
import cm.nkap.providers.FailureCode;
import cm.nkap.providers.Msisdn;
import cm.nkap.providers.Operation;
import cm.nkap.providers.StatusAnswer;
import cm.nkap.providers.StatusRequest;
import cm.nkap.providers.SubmitAnswer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The adapter against the simulator, whose rules, codes and test numbers were written by somebody else. */
class MtnProviderIT {
    private static final ProviderMockConfig SETTINGS =
            ProviderMockConfig.usual().withOpening(1_000_000);

    private static final Duration PAUSE = Duration.ofMillis(20);

    private static ProviderMock mock;
    private static MtnProvider provider;

    @BeforeAll
    static void start() {
        mock = ProviderMock.start(SETTINGS);
        provider = provider(MtnConfig.READ_TIMEOUT);
    }

    @AfterAll
    static void stop() {
        mock.close();
    }

    @BeforeEach
    void reset() throws IOException, InterruptedException {
        admin("POST", "/admin/reset", "");
        admin("PUT", "/admin/settings", "{\"pay_after_ms\":100}");
    }

    private static MtnProvider provider(Duration readTimeout) {
        return new MtnProvider(
                new MtnConfig(
                        URI.create(mock.url() + "/mtn"),
                        SETTINGS.mtn().targetEnvironment(),
                        SETTINGS.mtn().currency(),
                        credentials(SETTINGS.mtn().collectionKey()),
                        credentials(SETTINGS.mtn().disbursementKey()),
                        MtnConfig.CONNECT_TIMEOUT,
                        readTimeout),
                InstantSource.system());
    }

    private static MtnConfig.Credentials credentials(String key) {
        return new MtnConfig.Credentials(
                key, SETTINGS.mtn().apiUser(), SETTINGS.mtn().apiKey());
    }

    private static void admin(String method, String path, String body) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(mock.url() + path))
                    .method(method, BodyPublishers.ofString(body))
                    .build();
            assertThat(client.send(request, BodyHandlers.discarding()).statusCode())
                    .isBetween(200, 299);
        }
    }

    private static CollectRequest collecting(String digits) {
        return new CollectRequest(UUID.randomUUID(), "ch_1", 5000, new Msisdn(digits), "Commande n° 42 (été)", null);
    }

    private static DisburseRequest paying(String digits) {
        return new DisburseRequest(UUID.randomUUID(), "po_1", 5000, new Msisdn(digits), "Vente d'hier", null);
    }

    private static StatusAnswer ended(Operation operation, UUID reference) {
        return until(operation, reference, answer -> !(answer instanceof StatusAnswer.Pending));
    }

    private static StatusAnswer until(Operation operation, UUID reference, Predicate<StatusAnswer> wanted) {
        long end = System.nanoTime() + Duration.ofSeconds(15).toNanos();
        StatusAnswer answer = provider.status(new StatusRequest(operation, reference));
        while (!wanted.test(answer)) {
            assertThat(System.nanoTime())
                    .as("waited for another answer than " + answer)
                    .isLessThan(end);
            LockSupport.parkNanos(PAUSE.toNanos());
            answer = provider.status(new StatusRequest(operation, reference));
        }
        return answer;
    }

    @ParameterizedTest
    @ValueSource(strings = {"237677123401", "237650999999"})
    void aPaymentIsQueuedThenMadeWhole(String payer) {
        CollectRequest request = collecting(payer);

        assertThat(provider.collect(request)).isInstanceOf(SubmitAnswer.Accepted.class);
        StatusAnswer answer = ended(Operation.COLLECTION, request.reference());

        StatusAnswer.Succeeded paid = (StatusAnswer.Succeeded) answer;
        assertThat(paid.providerTransaction()).isPresent();
        assertThat(paid.amount()).isEqualTo(5000);
        assertThat(paid.currency()).isEqualTo("XAF");
        assertThat(paid.party()).contains(new Msisdn(payer));
        assertThat(mock.books().wallet(payer).paid()).isEqualTo(5000);
    }

    @Test
    void aPayoutReachesItsPayee() {
        DisburseRequest request = paying("237677123402");

        assertThat(provider.disburse(request)).isInstanceOf(SubmitAnswer.Accepted.class);

        assertThat(ended(Operation.DISBURSEMENT, request.reference())).isInstanceOf(StatusAnswer.Succeeded.class);
        assertThat(mock.books().wallet("237677123402").received()).isEqualTo(5000);
        assertThat(provider.balance(Operation.DISBURSEMENT))
                .isInstanceOfSatisfying(BalanceAnswer.Available.class, balance -> assertThat(balance.amount())
                        .isEqualTo(995_000));
    }

    @Test
    void theSameReferenceTwiceMovesMoneyOnce() {
        CollectRequest request = collecting("237677123403");

        assertThat(provider.collect(request)).isInstanceOf(SubmitAnswer.Accepted.class);
        assertThat(provider.collect(request)).isInstanceOf(SubmitAnswer.AlreadyKnown.class);

        ended(Operation.COLLECTION, request.reference());
        assertThat(mock.books().wallet("237677123403").paid()).isEqualTo(5000);
    }

    @ParameterizedTest
    @CsvSource({
        "237670000001,DECLINED_BY_PAYER",
        "237670000002,INSUFFICIENT_BALANCE",
        "237670000003,PAYER_NOT_FOUND",
        "237670000007,PROVIDER_DECLINED_UNSPECIFIED",
        "237670000009,NOT_ALLOWED",
        "237670000030,INSUFFICIENT_BALANCE",
        "237670000031,LIMIT_REACHED",
        "237670000032,PAYER_TIMEOUT",
        "237670000033,PROVIDER_UNAVAILABLE",
        "237670000034,NOT_ALLOWED",
        "237670000035,PROVIDER_DECLINED_UNSPECIFIED",
        "46733123451,DECLINED_BY_PAYER",
        "237600000455,PAYER_NOT_FOUND",
        "237600000464,CONFIG_ERROR"
    })
    void aPaymentThatFailsSaysWhy(String payer, FailureCode code) {
        CollectRequest request = collecting(payer);
        assertThat(provider.collect(request)).isInstanceOf(SubmitAnswer.Accepted.class);

        StatusAnswer answer = ended(Operation.COLLECTION, request.reference());

        assertThat(answer).isInstanceOfSatisfying(StatusAnswer.Failed.class, failed -> assertThat(failed.code())
                .isEqualTo(code));
        assertThat(mock.books().wallet(payer).paid()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"237670000003,RECIPIENT_NOT_FOUND", "237670000001,NOT_ALLOWED", "237600000457,RECIPIENT_NOT_FOUND"})
    void aPayoutThatFailsSaysWhy(String payee, FailureCode code) {
        DisburseRequest request = paying(payee);
        assertThat(provider.disburse(request)).isInstanceOf(SubmitAnswer.Accepted.class);

        assertThat(ended(Operation.DISBURSEMENT, request.reference()))
                .isInstanceOfSatisfying(StatusAnswer.Failed.class, failed -> assertThat(failed.code())
                        .isEqualTo(code));
    }

    @ParameterizedTest
    @ValueSource(strings = {"237670000004", "237600000452"})
    void aPromptThatNobodyAnswersExpires(String payer) {
        CollectRequest request = collecting(payer);
        provider.collect(request);

        assertThat(ended(Operation.COLLECTION, request.reference())).isInstanceOf(StatusAnswer.Expired.class);
    }

    @Test
    void aWordThatIsNotDocumentedButKnownIsPending() {
        CollectRequest request = collecting("237600000454");
        provider.collect(request);

        assertThat(provider.status(new StatusRequest(Operation.COLLECTION, request.reference())))
                .isInstanceOfSatisfying(StatusAnswer.Pending.class, pending -> assertThat(pending.word())
                        .isEqualTo("CREATED"));
    }

    @ParameterizedTest
    @CsvSource({
        "237600000458,NOT_ALLOWED_TARGET_ENVIRONMENT",
        "237600000459,INVALID_CALLBACK_URL_HOST",
        "237600000460,INVALID_CURRENCY"
    })
    void aFaultOfOurSetUpIsNotThePayersFault(String payer, String code) {
        SubmitAnswer answer = provider.collect(collecting(payer));

        assertThat(answer).isEqualTo(new SubmitAnswer.Misconfigured(code, answer.evidence()));
    }

    @Test
    void a500WithALogicalCodeIsARefusal() {
        SubmitAnswer answer = provider.collect(collecting("237600000457"));

        assertThat(answer).isInstanceOfSatisfying(SubmitAnswer.Refused.class, refused -> assertThat(refused.code())
                .isEqualTo(FailureCode.NOT_ALLOWED));
    }

    @Test
    void aResetAfterTheMoneyMovedIsUnknownAndTheSameReferenceFindsIt() {
        CollectRequest request = collecting("237670000010");

        assertThat(provider.collect(request)).isInstanceOf(SubmitAnswer.Unknown.class);
        assertThat(provider.collect(request)).isInstanceOf(SubmitAnswer.AlreadyKnown.class);

        assertThat(ended(Operation.COLLECTION, request.reference())).isInstanceOf(StatusAnswer.Succeeded.class);
        assertThat(mock.books().wallet("237670000010").paid()).isEqualTo(5000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"237670000008", "237670000011", "237670000015"})
    void aRequestThatDidNotArriveIsUnknownAndNotFound(String payer) {
        CollectRequest request = collecting(payer);

        assertThat(provider.collect(request)).isInstanceOf(SubmitAnswer.Unknown.class);
        assertThat(provider.status(new StatusRequest(Operation.COLLECTION, request.reference())))
                .isInstanceOf(StatusAnswer.NotFound.class);
    }

    @Test
    void aHangIsUnknownAndTheStatusDecides() throws IOException, InterruptedException {
        admin("PUT", "/admin/settings", "{\"hang_ms\":6000}");
        MtnProvider impatient = provider(Duration.ofMillis(200));
        CollectRequest request = collecting("237670000012");
        impatient.balance(Operation.COLLECTION);

        assertThat(impatient.collect(request)).isInstanceOf(SubmitAnswer.Unknown.class);

        assertThat(ended(Operation.COLLECTION, request.reference())).isInstanceOf(StatusAnswer.Succeeded.class);
    }

    @Test
    void revokedTokensAreReplacedWithoutAnybodyNoticing() throws IOException, InterruptedException {
        assertThat(provider.collect(collecting("237677123404"))).isInstanceOf(SubmitAnswer.Accepted.class);
        admin("POST", "/admin/tokens/revoke", "");

        assertThat(provider.collect(collecting("237677123404"))).isInstanceOf(SubmitAnswer.Accepted.class);
        assertThat(provider.disburse(paying("237677123404"))).isInstanceOf(SubmitAnswer.Accepted.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"down", "html", "unavailable"})
    void aDeadMtnLeavesEveryOutcomeOpen(String fault) throws IOException, InterruptedException {
        admin("PUT", "/admin/faults", "{\"mode\":\"" + fault + "\"}");
        CollectRequest request = collecting("237677123405");

        assertThat(provider.collect(request))
                .matches(answer -> answer instanceof SubmitAnswer.Unknown || answer instanceof SubmitAnswer.NotSent);
        assertThat(provider.status(new StatusRequest(Operation.COLLECTION, request.reference())))
                .isInstanceOf(StatusAnswer.Unknown.class);
    }

    @Test
    void tooManyStatusQueriesAreThrottled() throws IOException, InterruptedException {
        admin("PUT", "/admin/faults", "{\"mode\":\"rate_limit_status\"}");
        StatusRequest request = new StatusRequest(Operation.COLLECTION, UUID.randomUUID());

        until(request.operation(), request.reference(), StatusAnswer.Throttled.class::isInstance);
    }
}
