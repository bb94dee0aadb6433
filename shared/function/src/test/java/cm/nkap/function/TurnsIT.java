package cm.nkap.function;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.testing.TestDatabase;
import cm.nkap.testing.Until;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Far more callers than connections: each has its turn, in the order in which they came. */
class TurnsIT {
    private static final int CALLERS = 200;
    private static final int POOL = 4;
    private static final int ROUNDS = 10;

    private final TestDatabase postgres = TestDatabase.create();
    private final Database database = open();

    private Database open() {
        var settings = new HashMap<>(postgres.settings());
        settings.put("NKAP_DATABASE_POOL", Integer.toString(POOL));
        settings.put("NKAP_DATABASE_POOL_WAIT", "30s");
        return Database.open(Config.read(settings, DatabaseConfig.class), events -> {});
    }

    @AfterEach
    void close() {
        database.close();
        postgres.close();
    }

    @Test
    void nobodyStarvesBeforeThePool() {
        crowd();
        long[] waits = crowd();

        double median = waits[waits.length / 2];
        assertThat(waits[waits.length * 99 / 100] / median)
                .as("p99 of the wait against its median")
                .isLessThan(8);
        assertThat(waits[waits.length - 1] / median)
                .as("the longest wait against the median")
                .isLessThan(30);
    }

    /** How long each wait was, the shortest first. */
    private long[] crowd() {
        long[] waits = new long[CALLERS * ROUNDS];

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int caller = 0; caller < CALLERS; caller++) {
                int first = caller * ROUNDS;
                threads.execute(() -> {
                    for (int round = 0; round < ROUNDS; round++) {
                        long came = System.nanoTime();
                        int at = first + round;
                        database.run(Orgs.none(), tx -> waits[at] = System.nanoTime() - came);
                    }
                });
            }
        }

        Arrays.sort(waits);
        return waits;
    }

    @Test
    void turnsComeInTheOrderOfArrival() throws Exception {
        List<Integer> served = Collections.synchronizedList(new ArrayList<>());
        var gate = new CountDownLatch(1);
        var holding = new CountDownLatch(POOL);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            IntStream.range(0, POOL)
                    .forEach(i -> threads.execute(() -> database.run(Orgs.none(), tx -> {
                        holding.countDown();
                        pass(gate);
                    })));
            assertThat(holding.await(10, TimeUnit.SECONDS)).isTrue();
            for (int i = 0; i < CALLERS; i++) {
                int number = i;
                var caller = Thread.ofVirtual().start(() -> database.run(Orgs.none(), tx -> served.add(number)));
                Until.holds(
                        Duration.ofSeconds(5),
                        "it waits",
                        () -> caller.getState() == Thread.State.TIMED_WAITING
                                || caller.getState() == Thread.State.WAITING);
            }
            gate.countDown();
        }
        Until.holds(Duration.ofSeconds(20), "all were served", () -> served.size() == CALLERS);

        // Several run at once and the machine may halt one of them for a while: overtaking is bounded, not excluded.
        int[] overtaken = IntStream.range(0, CALLERS)
                .map(place -> Math.abs(served.get(place) - place))
                .toArray();
        assertThat(Arrays.stream(overtaken).average().orElseThrow())
                .as("places from one's own, on average")
                .isLessThan(2 * POOL);
        assertThat(Arrays.stream(overtaken).max().orElseThrow())
                .as("places from one's own, at most")
                .isLessThan(CALLERS / 2);
    }

    private static void pass(CountDownLatch gate) {
        try {
            assertThat(gate.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
