package cm.nkap.providers.mtn;

import static cm.nkap.providers.mtn.FakeMtn.answer;
import static cm.nkap.providers.mtn.FakeMtn.collect;
import static cm.nkap.providers.mtn.FakeMtn.disburse;
import static cm.nkap.providers.mtn.FakeMtn.html;
import static cm.nkap.providers.mtn.FakeMtn.status;
import static cm.nkap.providers.mtn.FakeMtn.token;
import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.providers.StatusAnswer;
import cm.nkap.providers.SubmitAnswer;
import cm.nkap.providers.SubmitAnswer.Accepted;
import cm.nkap.providers.SubmitAnswer.Misconfigured;
import cm.nkap.providers.SubmitAnswer.NotSent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MtnTokenTest {
    private final FakeMtn mtn = new FakeMtn();
    private final MtnProvider provider = mtn.provider();

    @AfterEach
    void close() {
        mtn.close();
    }

    @Test
    void oneTokenPerProductServesManyPayments() {
        for (int i = 0; i < 3; i++) {
            assertThat(provider.collect(collect())).isInstanceOf(Accepted.class);
            assertThat(provider.disburse(disburse())).isInstanceOf(Accepted.class);
        }

        assertThat(mtn.minted).hasValue(2);
        assertThat(mtn.asked.getFirst().token()).isEqualTo("Basic dXNlcjpjb2xsZWN0aW9uLXNlY3JldA==");
    }

    @Test
    void aTokenIsRenewedTenMinutesBeforeItsEnd() {
        provider.collect(collect());
        mtn.now = FakeMtn.START.plus(Duration.ofMinutes(49));
        provider.collect(collect());
        assertThat(mtn.minted).hasValue(1);

        mtn.now = FakeMtn.START.plus(Duration.ofMinutes(51));
        provider.collect(collect());

        assertThat(mtn.minted).hasValue(2);
        assertThat(mtn.calls().getLast().token()).isEqualTo("Bearer t2");
    }

    @Test
    void aRenewalThatFailsDoesNotStopPaymentsWhileTheTokenHolds() {
        provider.collect(collect());
        mtn.now = FakeMtn.START.plus(Duration.ofMinutes(51));
        mtn.tokens = _ -> html(503);

        assertThat(provider.collect(collect())).isInstanceOf(Accepted.class);
        assertThat(provider.collect(collect())).isInstanceOf(Accepted.class);
        assertThat(mtn.asked.stream().filter(call -> call.path().endsWith("/token/")))
                .hasSize(2);

        mtn.now = FakeMtn.START.plus(Duration.ofMinutes(61));
        assertThat(provider.collect(collect())).isInstanceOf(NotSent.class);
    }

    @Test
    void whileOneCallerRenewsTheOthersGoOnWithTheTokenThatHolds() throws InterruptedException {
        provider.collect(collect());
        mtn.now = FakeMtn.START.plus(Duration.ofMinutes(51));
        CountDownLatch renewing = new CountDownLatch(1);
        CountDownLatch renewed = new CountDownLatch(1);
        mtn.tokens = _ -> {
            renewing.countDown();
            awaited(renewed);
            return token("t" + mtn.minted.incrementAndGet(), 3600);
        };
        Thread renewer = Thread.startVirtualThread(() -> provider.collect(collect()));
        awaited(renewing);

        assertThat(provider.collect(collect())).isInstanceOf(Accepted.class);
        assertThat(mtn.calls().getLast().token()).isEqualTo("Bearer t1");

        renewed.countDown();
        renewer.join();
        assertThat(mtn.calls().getLast().token()).isEqualTo("Bearer t2");
    }

    @Test
    void aTokenRefusedInMidLifeIsReplacedOnceAndThePaymentGoesOn() {
        mtn.reaction = call -> call.token().equals("Bearer t1") ? answer(401, "{}") : answer(202, "");

        assertThat(provider.collect(collect())).isInstanceOf(Accepted.class);
        assertThat(provider.collect(collect())).isInstanceOf(Accepted.class);

        assertThat(mtn.minted).hasValue(2);
        assertThat(mtn.calls()).extracting(FakeMtn.Asked::token).containsExactly("Bearer t1", "Bearer t2", "Bearer t2");
    }

    @Test
    void whenTheNewTokenIsRefusedTooNobodyTriesAThird() {
        mtn.reaction = _ -> answer(401, "{\"statusCode\":401,\"message\":\"invalid subscription key\"}");

        SubmitAnswer answer = provider.collect(collect());

        assertThat(answer).isEqualTo(new Misconfigured("UNAUTHORIZED", answer.evidence()));
        assertThat(mtn.minted).hasValue(2);
        assertThat(mtn.calls()).hasSize(2);
        assertThat(provider.status(status())).isInstanceOf(StatusAnswer.Unknown.class);
    }

    @Test
    void manyRefusedAtOnceShareOneNewToken() throws InterruptedException, ExecutionException {
        int callers = 20;
        CountDownLatch allRefused = new CountDownLatch(callers);
        provider.status(status());
        mtn.reaction = call -> {
            if (call.token().equals("Bearer t2")) {
                return answer(202, "");
            }
            allRefused.countDown();
            awaited(allRefused);
            return answer(401, "{}");
        };

        for (SubmitAnswer answer : together(callers)) {
            assertThat(answer).isInstanceOf(Accepted.class);
        }
        assertThat(mtn.minted).hasValue(2);
    }

    @Test
    void manyFirstCallersShareOneTokenCallAlsoWhenItFails() throws InterruptedException, ExecutionException {
        int callers = 20;
        mtn.tokens = _ -> new FakeMtn.Hang();
        MtnProvider impatient = mtn.provider(Duration.ofSeconds(3));

        List<SubmitAnswer> answers = together(callers, impatient);

        assertThat(answers).allSatisfy(answer -> assertThat(answer).isInstanceOf(NotSent.class));
        assertThat(mtn.asked).hasSize(1);
    }

    private List<SubmitAnswer> together(int callers) throws InterruptedException, ExecutionException {
        return together(callers, provider);
    }

    private static List<SubmitAnswer> together(int callers, MtnProvider provider)
            throws InterruptedException, ExecutionException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<SubmitAnswer>> running = new ArrayList<>();
            for (int i = 0; i < callers; i++) {
                running.add(threads.submit(() -> provider.collect(collect())));
            }
            List<SubmitAnswer> answers = new ArrayList<>();
            for (Future<SubmitAnswer> one : running) {
                answers.add(one.get());
            }
            return answers;
        }
    }

    private static void awaited(CountDownLatch latch) {
        try {
            assertThat(latch.await(5, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403})
    void keysThatMtnDoesNotAcceptPageTheOperator(int status) {
        mtn.tokens = _ -> answer(status, "{\"error\":\"login_failed\"}");

        SubmitAnswer answer = provider.collect(collect());

        assertThat(answer).isEqualTo(new Misconfigured("TOKEN_REFUSED", answer.evidence()));
        assertThat(mtn.calls()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 411, 500, 503})
    void withoutATokenNothingOfThePaymentIsSent(int status) {
        mtn.tokens = _ -> html(status);

        assertThat(provider.collect(collect())).isInstanceOf(NotSent.class);
        assertThat(provider.status(status())).isInstanceOf(StatusAnswer.Unknown.class);
        assertThat(mtn.calls()).isEmpty();
    }

    @Test
    void aTokenThatIsNoHeaderIsNotUsed() {
        mtn.tokens = _ -> token("bad\\r\\nX-Evil: 1", 3600);

        assertThat(provider.collect(collect())).isInstanceOf(NotSent.class);
    }

    @Test
    void noAnswerShowsATokenOrAKey() {
        mtn.tokens = _ -> answer(200, "{\"access_token\":\"se cret\"}");

        assertThat(provider.collect(collect()).toString())
                .doesNotContain("se cret")
                .doesNotContain("secret");
    }
}
