package cm.nkap.providers.mtn;

import static cm.nkap.providers.mtn.FakeMtn.answer;
import static cm.nkap.providers.mtn.FakeMtn.collect;
import static cm.nkap.providers.mtn.FakeMtn.status;
import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.providers.StatusAnswer;
import cm.nkap.providers.SubmitAnswer;
import cm.nkap.providers.SubmitAnswer.NotSent;
import cm.nkap.providers.SubmitAnswer.Unknown;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MtnTransportTest {
    private static final Duration SHORT = Duration.ofMillis(300);

    private final FakeMtn mtn = new FakeMtn();

    @AfterEach
    void close() {
        mtn.close();
    }

    @Test
    void aConnectionThatIsRefusedSentNothing() {
        MtnProvider provider = mtn.provider();
        provider.collect(collect());
        mtn.close();

        SubmitAnswer answer = provider.collect(collect());

        assertThat(answer).isEqualTo(new NotSent("not connected", answer.evidence()));
        assertThat(answer.evidence().httpStatus()).isEmpty();
        assertThat(answer.evidence().error()).contains("ConnectException");
        assertThat(provider.status(status())).isInstanceOf(StatusAnswer.Unknown.class);
    }

    @Test
    void aConnectionThatBreaksMayHaveDeliveredTheRequest() {
        mtn.reaction = _ -> new FakeMtn.Drop();

        SubmitAnswer answer = mtn.provider().collect(collect());

        assertThat(answer).isEqualTo(new Unknown("connection broke", answer.evidence()));
        assertThat(answer.evidence().error()).isNotEmpty();
        assertThat(mtn.calls()).hasSize(1);
    }

    @Test
    void halfAnAnswerProvesNothing() {
        mtn.reaction = _ -> new FakeMtn.Half();

        assertThat(mtn.provider().collect(collect())).isInstanceOf(Unknown.class);
    }

    @Test
    void aProviderThatHangsIsGivenUpInTime() {
        mtn.reaction = _ -> new FakeMtn.Hang();

        SubmitAnswer answer = mtn.provider(SHORT).collect(collect());

        assertThat(answer).isEqualTo(new Unknown("timeout", answer.evidence()));
        assertThat(answer.evidence().took()).isBetween(SHORT, Duration.ofSeconds(5));
    }

    @Test
    void aBodyThatNeverEndsIsGivenUpInTimeToo() {
        mtn.reaction = _ -> new FakeMtn.EndlessBody();

        StatusAnswer answer = mtn.provider(SHORT).status(status());

        assertThat(answer).isEqualTo(new StatusAnswer.Unknown("timeout", answer.evidence()));
    }

    @Test
    void aBodyBeyondTheCapIsNotRead() {
        String body = "{\"status\":\"FAILED\",\"pad\":\"" + "x".repeat(256 * 1024) + "\"}";
        mtn.reaction = _ -> answer(200, body);

        assertThat(mtn.provider().status(status())).isInstanceOf(StatusAnswer.Unknown.class);
    }

    @Test
    void anInterruptedCallerLearnsThatTheOutcomeIsUnknown() throws InterruptedException {
        mtn.reaction = _ -> new FakeMtn.Hang();
        MtnProvider provider = mtn.provider();
        SubmitAnswer[] answer = new SubmitAnswer[1];
        boolean[] stillInterrupted = new boolean[1];
        Thread caller = Thread.ofVirtual().start(() -> {
            answer[0] = provider.collect(collect());
            stillInterrupted[0] = Thread.currentThread().isInterrupted();
        });
        await(() -> !mtn.calls().isEmpty());

        caller.interrupt();

        assertThat(caller.join(Duration.ofSeconds(5))).isTrue();
        assertThat(answer[0]).isEqualTo(new Unknown("interrupted", answer[0].evidence()));
        assertThat(stillInterrupted[0]).isTrue();
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.onSpinWait();
        }
    }
}
