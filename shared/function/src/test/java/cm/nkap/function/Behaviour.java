package cm.nkap.function;

import cm.nkap.events.Envelope;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What a test wants the notebook to do, told by the text of a note. */
final class Behaviour {
    static final AtomicInteger RUNS = new AtomicInteger();
    static final AtomicInteger ARRIVED = new AtomicInteger();
    static final List<Integer> BATCHES = Collections.synchronizedList(new ArrayList<>());
    private static volatile @Nullable CountDownLatch gate;
    private static volatile int reactionStatus;

    private Behaviour() {}

    static void reset() {
        RUNS.set(0);
        ARRIVED.set(0);
        BATCHES.clear();
        gate = null;
        reactionStatus = 0;
    }

    /** From now on a note whose text is "slow" and every settlement waits for the returned gate. */
    static CountDownLatch closeGate() {
        var closed = new CountDownLatch(1);
        gate = closed;
        return closed;
    }

    /** From now on a reaction is refused with this status. */
    static void failReactions(int status) {
        reactionStatus = status;
    }

    static void before(String text) {
        RUNS.incrementAndGet();
        if (text.equals("slow")) {
            pass();
        }
    }

    static void after(String text) {
        switch (text) {
            case "poor" -> throw Problem.of(422, "insufficient_funds", "Not enough money");
            case "closed" -> throw Problem.stateConflict("the notebook is closed");
            case "unknown" -> throw Problem.notFound("notebook");
            case "crash" -> throw new IllegalStateException("secret-in-a-stack-trace");
            default -> {}
        }
    }

    static void settled(int events) {
        BATCHES.add(events);
        pass();
    }

    static void react(Envelope event) {
        if (reactionStatus != 0) {
            throw Problem.of(reactionStatus, "told_to_fail", event.id());
        }
    }

    private static void pass() {
        var closed = gate;
        try {
            if (closed != null && !closed.await(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nobody opened the gate");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
