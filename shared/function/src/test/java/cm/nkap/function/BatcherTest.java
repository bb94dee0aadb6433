package cm.nkap.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cm.nkap.testing.Until;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BatcherTest {
    private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
    private final List<List<Integer>> batches = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch gate = new CountDownLatch(1);

    @AfterEach
    void stop() {
        gate.countDown();
        callers.close();
    }

    private List<Integer> doubled(List<Integer> batch) {
        batches.add(batch);
        if (batch.contains(0)) {
            pass();
        }
        if (batch.contains(13)) {
            throw new IllegalArgumentException("thirteen");
        }
        if (batch.contains(66)) {
            throw new UnsupportedOperationException("hopeless");
        }
        return batch.stream().map(i -> 2 * i).toList();
    }

    private void pass() {
        try {
            assertThat(gate.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Occupies the one worker, so that what follows has to wait together. */
    private List<Future<Integer>> waitingBehindAClosedGate(Batcher<Integer, Integer> batcher, int... items) {
        callers.execute(() -> batcher.submit(0));
        Until.holds(Duration.ofSeconds(5), "the worker is busy", () -> batches.size() == 1);
        var waiting = IntStream.of(items)
                .mapToObj(item -> callers.submit(() -> batcher.submit(item)))
                .toList();
        Until.holds(Duration.ofSeconds(5), "all wait", () -> batcher.waiting() == items.length);
        gate.countDown();
        return waiting;
    }

    @Test
    void whatWaitsAtTheSameMomentRunsTogether() throws Exception {
        var batcher = new Batcher<Integer, Integer>(10, this::doubled);

        var answers = waitingBehindAClosedGate(batcher, 1, 2, 3);

        for (int i = 0; i < 3; i++) {
            assertThat(answers.get(i).get()).isEqualTo(2 * (i + 1));
        }
        assertThat(batches).hasSize(2);
        assertThat(batches.get(1)).containsExactlyInAnyOrder(1, 2, 3);
    }

    @Test
    void noBatchIsLargerThanAllowed() throws Exception {
        var batcher = new Batcher<Integer, Integer>(2, this::doubled);

        for (var answer : waitingBehindAClosedGate(batcher, 1, 2, 3, 4, 5)) {
            answer.get();
        }

        assertThat(batches).allSatisfy(batch -> assertThat(batch).hasSizeLessThanOrEqualTo(2));
    }

    @Test
    void onlyTheGuiltyOneFails() throws Exception {
        var batcher = new Batcher<Integer, Integer>(10, this::doubled);

        var answers = waitingBehindAClosedGate(batcher, 1, 13, 2);

        assertThat(answers.get(0).get()).isEqualTo(2);
        assertThat(answers.get(2).get()).isEqualTo(4);
        assertThatThrownBy(() -> answers.get(1).get())
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatWouldFailForEachAloneIsNotTriedOneByOne() {
        var batcher =
                new Batcher<Integer, Integer>(10, 1, e -> e instanceof UnsupportedOperationException, this::doubled);

        var answers = waitingBehindAClosedGate(batcher, 1, 66, 2);

        assertThat(answers)
                .allSatisfy(answer ->
                        assertThatThrownBy(answer::get).cause().isInstanceOf(UnsupportedOperationException.class));
        assertThat(batches).hasSize(2);
    }

    @Test
    void nobodyIsForgottenUnderLoad() throws Exception {
        gate.countDown();
        var batcher = new Batcher<Integer, Integer>(16, 2, e -> false, this::doubled);
        var sum = new AtomicInteger();
        var answers = IntStream.rangeClosed(100, 2_099)
                .mapToObj(item -> callers.submit(() -> sum.addAndGet(batcher.submit(item) - 2 * item)))
                .toList();

        for (var answer : answers) {
            answer.get(20, TimeUnit.SECONDS);
        }

        assertThat(sum).hasValue(0);
        assertThat(batches.stream().mapToInt(List::size).sum()).isEqualTo(2_000);
    }
}
