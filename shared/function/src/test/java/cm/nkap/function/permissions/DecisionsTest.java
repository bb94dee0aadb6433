package cm.nkap.function.permissions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How long a decision is believed, and how often it is asked for. */
class DecisionsTest {
    private static final Instant BEGIN = Instant.parse("2026-11-22T12:00:00Z");
    private static final Decision YES = Decision.allowed(Instant.MAX);

    private Instant now = BEGIN;
    private final InstantSource clock = () -> now;
    private final Decisions decisions = new Decisions(Duration.ofSeconds(60), clock);
    private final AtomicInteger asked = new AtomicInteger();

    private Decision ask(String token, String permission, Decision answer) {
        return decisions.of(token, permission, counted(answer));
    }

    private Supplier<Decision> counted(Decision answer) {
        return () -> {
            asked.incrementAndGet();
            return answer;
        };
    }

    @Test
    void oneThatIsKnownIsNotAskedForAgainUntilTheBound() {
        ask("t", "refund#approve", YES);
        now = BEGIN.plusSeconds(59);
        ask("t", "refund#approve", YES);
        assertThat(asked).hasValue(1);

        now = BEGIN.plusSeconds(60);
        assertThat(ask("t", "refund#approve", Decision.refused("lost")).isAllowed())
                .isFalse();
        assertThat(asked).hasValue(2);
    }

    @Test
    void itsAgeBeginsWithTheQuestionAndNotWithTheAnswer() {
        decisions.of("t", "refund#approve", () -> {
            now = BEGIN.plusSeconds(30);
            return YES;
        });

        now = BEGIN.plusSeconds(60);
        ask("t", "refund#approve", YES);

        assertThat(asked).hasValue(1);
    }

    @Test
    void nothingIsBelievedLongerThanTheToken() {
        ask("t", "refund#approve", Decision.allowed(BEGIN.plusSeconds(10)));
        now = BEGIN.plusSeconds(10);
        ask("t", "refund#approve", YES);

        assertThat(asked).hasValue(2);
    }

    @Test
    void aRefusalIsForgottenSoon() {
        ask("t", "refund#approve", Decision.refused("not yet"));
        now = BEGIN.plusSeconds(1);
        assertThat(ask("t", "refund#approve", YES).isAllowed()).isFalse();
        now = BEGIN.plusSeconds(2);

        assertThat(ask("t", "refund#approve", YES).isAllowed()).isTrue();
    }

    @Test
    void anotherTokenOrPermissionIsAnotherQuestion() {
        ask("t", "refund#approve", YES);
        ask("u", "refund#approve", YES);
        ask("t", "payout#approve", YES);

        assertThat(asked).hasValue(3);
    }

    @Test
    void whatCouldNotBeAskedIsAskedAgain() {
        assertThatThrownBy(() -> decisions.of("t", "refund#approve", () -> {
                    throw new IllegalStateException("away");
                }))
                .hasMessage("away");

        assertThat(ask("t", "refund#approve", YES).isAllowed()).isTrue();
    }

    @Test
    void manyWhoAskAtOnceAreOneQuestion() throws InterruptedException, ExecutionException {
        var begun = new CountDownLatch(1);
        var answer = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var first = threads.submit(() -> decisions.of("t", "refund#approve", () -> {
                asked.incrementAndGet();
                begun.countDown();
                wait(answer);
                return YES;
            }));
            begun.await();
            List<Future<Decision>> others = IntStream.range(0, 50)
                    .mapToObj(i -> threads.submit(() -> ask("t", "refund#approve", YES)))
                    .toList();
            answer.countDown();

            assertThat(first.get().isAllowed()).isTrue();
            for (var other : others) {
                assertThat(other.get().isAllowed()).isTrue();
            }
        }
        assertThat(asked).hasValue(1);
    }

    @Test
    void noMoreThanABoundedNumberIsKept() {
        for (int i = 0; i < 2_001; i++) {
            ask("t" + i, "refund#approve", YES);
        }
        ask("t0", "refund#approve", YES);

        assertThat(asked).hasValue(2_002);
    }

    private static void wait(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
