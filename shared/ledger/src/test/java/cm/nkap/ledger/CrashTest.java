package cm.nkap.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.testing.Postgres;
import cm.nkap.testing.Seeds;
import cm.nkap.testing.TestDatabase;
import cm.nkap.testing.Until;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} at random moments under load: of one backend, which takes all connections with it; of the whole
 * server; of the process that posts. What was acknowledged stands under the acknowledged number, nothing stands half,
 * and what was not answered is found out by asking again. {@code -Dnkap.ledger.crashes=100} kills more often.
 */
@Timeout(900)
class CrashTest {
    private static final int CRASHES = Integer.getInteger("nkap.ledger.crashes", 3);
    private static final int CALLERS = 8;
    private static final int BETWEEN = 40;
    private static final Duration BACK_LIMIT = Duration.ofSeconds(60);

    @TempDir
    private static Path folder = Path.of(".");

    private static @Nullable Postgres started;

    private final Books books = Books.withAccounts(TestDatabase.createOn(server()));

    @BeforeAll
    static void startServer() {
        started = Postgres.start(folder, 0, Map.of("shared_buffers", "32MB", "restart_after_crash", "on"));
    }

    @AfterAll
    static void stopServer() {
        server().close();
    }

    private static Postgres server() {
        return Objects.requireNonNull(started);
    }

    @BeforeEach
    void thereIsMoney() {
        books.post(
                Books.move("topup", Books.FLOAT, Books.BANK, 100_000),
                Books.move("in", Books.FLOAT, Books.DOUALA, 50_000));
    }

    @AfterEach
    void forget() {
        books.discard();
    }

    @Test
    void aKilledBackendLosesNothing() {
        crash("aKilledBackendLosesNothing", random -> {
            long victim = pick(random, backends());
            ProcessHandle.of(victim).ifPresent(ProcessHandle::destroyForcibly);
        });
    }

    @Test
    void aKilledServerLosesNothing() {
        crash("aKilledServerLosesNothing", random -> {
            server().kill();
            server().restart();
        });
    }

    /** The next process posts the same journals again: it cannot know how far the killed one came. */
    @Test
    void aKilledPosterLosesNothing() throws InterruptedException {
        long seed = Seeds.seed("aKilledPosterLosesNothing");
        Random random = new Random(seed);
        SeededJournals journals = new SeededJournals("p", seed);
        Answers answers = new Answers();
        for (int i = 1; i <= CRASHES; i++) {
            int enough = i * BETWEEN + random.nextInt(BETWEEN);
            try (Poster poster = Poster.start(books.database(), "p", seed, 50_000, 0)) {
                Until.holds(BACK_LIMIT, enough + " answers", () -> poster.said().size() >= enough || !poster.isAlive());
                LockSupport.parkNanos(random.nextInt(5_000_000));
                assertThat(poster.isAlive()).isTrue();
                for (Poster.Line line : poster.kill()) {
                    Optional<Long> seq = line.seq() == 0 ? Optional.empty() : Optional.of(line.seq());
                    answers.note(journals.at(Integer.parseInt(line.key().split(":", -1)[1])), seq);
                }
            }
            List<Answers.Told> posted = answers.posted();
            assertThat(posted).isNotEmpty();
            List<String> broken = books.admin(admin -> Answers.broken(admin, posted));
            assertThat(broken).isEmpty();
            books.assertSound();
        }
        assertReplayed(answers);
    }

    @FunctionalInterface
    private interface Blow {
        void fall(Random random);
    }

    private void crash(String name, Blow blow) {
        long seed = Seeds.seed(name);
        Random random = new Random(seed);
        try (Callers callers = new Callers(books.database().app(), CALLERS, name, seed)) {
            for (int i = 0; i < CRASHES; i++) {
                callers.answered(BETWEEN + random.nextInt(BETWEEN));
                // somewhere between two answers
                LockSupport.parkNanos(random.nextInt(5_000_000));
                blow.fall(random);
                callers.answered(CALLERS);
                assertTold(callers.answers);
            }
            callers.stop();
            assertTold(callers.answers);
            assertReplayed(callers.answers);
            assertThat(new Verifier(20).verify(books.app(), List.of()).findings())
                    .isEmpty();
            assertThat(callers.unknown()).as("calls that the blows cut off").isPositive();
            System.out.println(name + ": " + callers.story());
        }
    }

    private List<Long> backends() {
        return books.admin(admin -> admin.createQuery(
                        "SELECT pid FROM pg_stat_activity WHERE usename = 'nkap_app' AND datname = current_database()")
                .mapTo(Long.class)
                .list());
    }

    private static long pick(Random random, List<Long> pids) {
        return pids.get(random.nextInt(pids.size()));
    }

    /** One look at everything, of one moment: callers go on meanwhile. */
    private void assertTold(Answers answers) {
        List<Answers.Told> words = answers.soFar();
        List<String> faults = Until.found(BACK_LIMIT, "the server is back", () -> {
            try {
                return Optional.of(
                        books.admin(admin -> admin.inTransaction(TransactionIsolationLevel.REPEATABLE_READ, tx -> {
                            List<String> found = Soundness.faults(tx);
                            found.addAll(Answers.broken(tx, words));
                            return found;
                        })));
            } catch (JdbiException e) {
                return Optional.empty();
            }
        });
        assertThat(faults).isEmpty();
    }

    private void assertReplayed(Answers answers) {
        try (Teller teller = new Teller(new Ledger(), books.database().app())) {
            List<Answers.Told> posted = answers.posted();
            List<Verdict> verdicts =
                    teller.post(posted.stream().map(Answers.Told::journal).toList());
            assertThat(verdicts)
                    .isEqualTo(posted.stream()
                            .map(told -> new Verdict.Replayed(told.seq().orElseThrow()))
                            .toList());
        }
    }
}
