package cm.nkap.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import cm.nkap.testing.Until;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GroupCommitTest {
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

    private GroupCommit<Integer, Integer> group(GroupCommit.Size size) {
        return new GroupCommit<>(size, e -> e instanceof UnsupportedOperationException, this::doubled);
    }

    private void pass() {
        try {
            assertThat(gate.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Occupies the one worker, so that what follows has to wait together. */
    private List<Future<Integer>> waitingBehindAClosedGate(GroupCommit<Integer, Integer> group, int... items) {
        return waitingBehindAClosedGate(group, items, () -> {});
    }

    private List<Future<Integer>> waitingBehindAClosedGate(
            GroupCommit<Integer, Integer> group, int[] items, Runnable meanwhile) {
        callers.execute(() -> group.submit(0));
        Until.holds(Duration.ofSeconds(5), "the worker is busy", () -> batches.size() == 1);
        var waiting = IntStream.of(items)
                .mapToObj(item -> callers.submit(() -> group.submit(item)))
                .toList();
        Until.holds(Duration.ofSeconds(5), "all wait", () -> group.waiting() == items.length);
        meanwhile.run();
        gate.countDown();
        return waiting;
    }

    @Test
    void whatWaitsAtTheSameMomentRunsTogether() throws Exception {
        var group = group(GroupCommit.Size.of(10));

        var answers = waitingBehindAClosedGate(group, 1, 2, 3);

        for (int i = 0; i < 3; i++) {
            assertThat(answers.get(i).get()).isEqualTo(2 * (i + 1));
        }
        assertThat(batches).hasSize(2);
        assertThat(batches.get(1)).containsExactlyInAnyOrder(1, 2, 3);
    }

    @Test
    void noBatchIsLargerThanAllowed() throws Exception {
        var group = group(GroupCommit.Size.of(2));

        for (var answer : waitingBehindAClosedGate(group, 1, 2, 3, 4, 5)) {
            answer.get();
        }

        assertThat(batches).allSatisfy(batch -> assertThat(batch).hasSizeLessThanOrEqualTo(2));
    }

    @Test
    void onlyTheGuiltyOneFails() throws Exception {
        var group = group(GroupCommit.Size.of(10));

        var answers = waitingBehindAClosedGate(group, 1, 13, 2);

        assertThat(answers.get(0).get()).isEqualTo(2);
        assertThat(answers.get(2).get()).isEqualTo(4);
        assertThatThrownBy(() -> answers.get(1).get())
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatWouldFailForEachAloneIsNotTriedOneByOne() {
        var group = group(GroupCommit.Size.of(10));

        var answers = waitingBehindAClosedGate(group, 1, 66, 2);

        assertThat(answers)
                .allSatisfy(answer ->
                        assertThatThrownBy(answer::get).cause().isInstanceOf(UnsupportedOperationException.class));
        assertThat(batches).hasSize(2);
    }

    @Test
    void nobodyIsForgottenUnderLoad() throws Exception {
        gate.countDown();
        var group = group(GroupCommit.Size.of(16).workers(2));
        var sum = new AtomicInteger();
        var answers = IntStream.rangeClosed(100, 2_099)
                .mapToObj(item -> callers.submit(() -> sum.addAndGet(group.submit(item) - 2 * item)))
                .toList();

        for (var answer : answers) {
            answer.get(20, TimeUnit.SECONDS);
        }

        assertThat(sum).hasValue(0);
        assertThat(batches.stream().mapToInt(List::size).sum()).isEqualTo(2_000);
    }

    @Test
    void turnsComeInTheOrderOfArrival() {
        var group = group(GroupCommit.Size.of(4));
        callers.execute(() -> group.submit(0));
        Until.holds(Duration.ofSeconds(5), "the worker is busy", () -> batches.size() == 1);
        for (int i = 1; i <= 20; i++) {
            int item = i;
            callers.execute(() -> group.submit(100 + item));
            Until.holds(Duration.ofSeconds(5), "it waits", () -> group.waiting() == item);
        }
        gate.countDown();
        Until.holds(Duration.ofSeconds(5), "all had their turn", () -> batches.size() == 6);

        assertThat(batches.stream().flatMap(List::stream))
                .containsExactlyElementsOf(IntStream.rangeClosed(0, 20)
                        .mapToObj(i -> i == 0 ? 0 : 100 + i)
                        .toList());
    }

    @Test
    void oneGuiltyOfTwoHundredCostsTwoRootsOfRunsAndHarmsNobody() throws Exception {
        var group = group(GroupCommit.Size.of(200));
        int[] items = IntStream.range(0, 200).map(i -> i == 77 ? 13 : 1_000 + i).toArray();

        var answers = waitingBehindAClosedGate(group, items);

        for (int i = 0; i < items.length; i++) {
            var answer = answers.get(i);
            if (items[i] == 13) {
                assertThatThrownBy(answer::get).cause().isInstanceOf(IllegalArgumentException.class);
            } else {
                assertThat(answer.get()).isEqualTo(2 * items[i]);
            }
        }
        assertThat(batches).hasSizeLessThanOrEqualTo(2 + 14 + 15);
    }

    @Test
    void aFailureOfEverybodyEndsTheSearchForTheGuiltyOne() throws Exception {
        var group = group(GroupCommit.Size.of(4));

        var answers = waitingBehindAClosedGate(group, 13, 66, 1, 2);

        assertThat(batches.getFirst()).containsExactly(0);
        int kept = 0;
        for (var answer : answers) {
            kept += failureOf(answer) == null ? 1 : 0;
        }
        int searched = batches.size();
        assertThat(batches.get(searched - 1)).contains(66);
        assertThat(kept).isEqualTo((int) batches.stream()
                .filter(batch -> batch.size() == 1 && (batch.contains(1) || batch.contains(2)))
                .count());
    }

    private static @Nullable Throwable failureOf(Future<Integer> answer) throws InterruptedException {
        try {
            answer.get();
            return null;
        } catch (ExecutionException e) {
            return e.getCause();
        }
    }

    @Test
    void whoComesWhenTooManyWaitIsRefusedAtOnce() {
        var group = group(new GroupCommit.Size(10, 1, 3));

        var answers =
                waitingBehindAClosedGate(group, new int[] {1, 2, 3}, () -> assertThatThrownBy(() -> group.submit(4))
                        .isInstanceOf(RejectedExecutionException.class));

        assertThat(answers).allSatisfy(answer -> assertThat(answer.get()).isPositive());
        assertThat(group.submit(5)).isEqualTo(10);
        assertThat(batches).noneMatch(batch -> batch.contains(4));
    }

    @Test
    void anInterruptBeforeItsTurnWithdrawsTheItem() {
        var group = group(GroupCommit.Size.of(10));
        var outcome = new AtomicReference<@Nullable Throwable>();

        var answers = waitingBehindAClosedGate(group, new int[] {1}, () -> {
            var impatient = Thread.ofVirtual().start(() -> outcome.set(catchThrowable(() -> group.submit(2))));
            Until.holds(Duration.ofSeconds(5), "it waits", () -> group.waiting() == 2);
            impatient.interrupt();
            Until.holds(Duration.ofSeconds(5), "it gave up", () -> !impatient.isAlive());
        });

        assertThat(outcome.get()).isInstanceOf(CancellationException.class);
        assertThat(answers).allSatisfy(answer -> assertThat(answer.get()).isEqualTo(2));
        assertThat(batches).noneMatch(batch -> batch.contains(2));
        assertThat(group.waiting()).isZero();
    }

    @Test
    void anInterruptDuringItsRunStillTellsTheResult() {
        var group = group(GroupCommit.Size.of(10));
        var result = new AtomicInteger(-1);
        var marked = new AtomicBoolean();
        var running = Thread.ofVirtual().start(() -> {
            result.set(group.submit(0));
            marked.set(Thread.currentThread().isInterrupted());
        });
        Until.holds(Duration.ofSeconds(5), "its run began", () -> batches.size() == 1);

        running.interrupt();
        gate.countDown();

        Until.holds(Duration.ofSeconds(5), "it has its result", () -> !running.isAlive());
        assertThat(result).hasValue(0);
        assertThat(marked).isTrue();
    }

    @Test
    void aBrokenWorkerLeavesNobodyWaiting() {
        var group = new GroupCommit<Integer, Integer>(GroupCommit.Size.of(10), e -> false, batch -> {
            if (batch.contains(0)) {
                batches.add(batch);
                pass();
                throw new StackOverflowError("a broken machine");
            }
            return doubled(batch);
        });

        var answers = waitingBehindAClosedGate(group, 1, 2);

        assertThat(answers).allSatisfy(answer -> assertThat(answer.get(5, TimeUnit.SECONDS))
                .isPositive());
    }
}
