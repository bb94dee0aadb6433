package cm.nkap.ledger;

import cm.nkap.testing.Until;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jdbi.v3.core.JdbiException;

/**
 * Threads that post for as long as they are let: half of them each on its own connection, half through one group
 * commit. A caller that is not answered asks again under the same key until it is; now and then one asks again though
 * it was answered.
 */
final class Callers implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int LARGEST_BATCH = 64;

    final Answers answers = new Answers();
    private final AtomicInteger unknown = new AtomicInteger();
    private final AtomicInteger found = new AtomicInteger();
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final Teller counter;
    private final GroupCommit<Journal, Verdict> group;
    private final ExecutorService threads;
    private final List<Future<Integer>> running = new ArrayList<>();

    Callers(DataSource database, int many, String name, long seed) {
        Ledger ledger = new Ledger();
        counter = new Teller(ledger, database);
        group = counter.shared(LARGEST_BATCH);
        threads = Executors.newFixedThreadPool(many);
        for (int i = 0; i < many; i++) {
            int caller = i;
            SeededJournals journals = new SeededJournals(name + caller, seed + caller);
            running.add(threads.submit(() -> {
                if (caller % 2 == 0) {
                    return call(group::submit, journals, seed + caller);
                }
                try (Teller own = new Teller(ledger, database)) {
                    return call(own::post, journals, seed + caller);
                }
            }));
        }
    }

    /** Waits until so many more are answered; says so when a caller has given up. */
    void answered(int more) {
        int goal = answers.size() + more;
        Until.holds(
                PATIENCE,
                goal + " answers",
                () -> answers.size() >= goal || running.stream().anyMatch(Future::isDone));
        if (answers.size() < goal) {
            stop();
        }
    }

    /** Lets each caller have its last answer. */
    void stop() {
        stopping.set(true);
        for (Future<Integer> caller : running) {
            try {
                caller.get();
            } catch (ExecutionException e) {
                throw new AssertionError("a caller was never answered", e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", e);
            }
        }
    }

    /** For the reader of the log. */
    String story() {
        return answers.size() + " answers, " + answers.posted().size() + " posted, " + unknown + " times not answered, "
                + found + " of these found posted";
    }

    int unknown() {
        return unknown.get();
    }

    private int call(Function<Journal, Verdict> way, SeededJournals journals, long seed) {
        Random random = new Random(seed);
        int number = 0;
        while (!stopping.get()) {
            Journal journal = journals.at(number++);
            answers.note(journal, untilAnswered(way, journal));
            if (random.nextInt(20) == 0) {
                again(way, journals.at(random.nextInt(number)));
            }
        }
        return number;
    }

    /** What stands is found again under its number; what was refused may be accepted now, so it is left alone. */
    private void again(Function<Journal, Verdict> way, Journal journal) {
        Optional<Long> seq = answers.seqOf(journal.key());
        if (seq.isPresent()) {
            Verdict verdict = untilAnswered(way, journal);
            if (!verdict.equals(new Verdict.Replayed(seq.get()))) {
                throw new AssertionError(journal.key() + " stands as " + seq.get() + " but was answered " + verdict);
            }
        }
    }

    private Verdict untilAnswered(Function<Journal, Verdict> way, Journal journal) {
        AtomicInteger failures = new AtomicInteger();
        Verdict verdict = untilAnswered(way, journal, failures);
        if (failures.get() > 0 && verdict instanceof Verdict.Replayed) {
            found.incrementAndGet();
        }
        unknown.addAndGet(failures.get());
        return verdict;
    }

    /** Asks again for as long as the outcome is not known. */
    static <I, O> O untilAnswered(Function<I, O> way, I asked, AtomicInteger unknown) {
        return Until.found(PATIENCE, "an answer to " + asked, () -> {
            try {
                return Optional.of(way.apply(asked));
            } catch (JdbiException e) {
                unknown.incrementAndGet();
                return Optional.empty();
            }
        });
    }

    @Override
    public void close() {
        stopping.set(true);
        threads.shutdownNow();
        counter.close();
    }
}
