package cm.nkap.ledger;

import static cm.nkap.ledger.Books.BANK;
import static cm.nkap.ledger.Books.FLOAT;
import static cm.nkap.ledger.Books.move;
import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.ledger.Checks.Health;
import cm.nkap.ledger.Checks.Limits;
import cm.nkap.testing.Until;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the server says about the ledger is held against limits, each alone. */
class HealthCheckTest {
    private static final Duration NONE = Duration.ZERO;
    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration NEVER = Duration.ofSeconds(-1);
    private final Books books = Books.withAccounts();

    @BeforeEach
    void oneJournal() {
        books.post(move("a", FLOAT, BANK, 500));
    }

    @AfterEach
    void booksAreSound() {
        books.close();
    }

    static Stream<Arguments> limits() {
        return Stream.of(
                Arguments.of("nothing", new Health(NONE, 1, 1_000, LONG, LONG, 9), List.of()),
                Arguments.of(
                        "dead rows of balances",
                        new Health(NONE, 1, -1, LONG, LONG, 9),
                        List.of("dead rows of balances")),
                Arguments.of(
                        "oldest transaction",
                        new Health(NONE, 1, 1_000, NEVER, LONG, 9),
                        List.of("oldest transaction")),
                Arguments.of("longest wait", new Health(NONE, 1, 1_000, LONG, NEVER, 9), List.of("longest wait")),
                Arguments.of(
                        "queue for the head",
                        new Health(NONE, 1, 1_000, LONG, LONG, -1),
                        List.of("queue for the head")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("limits")
    void findsWhatIsBeyondItsLimit(String about, Health health, List<String> expected) {
        assertThat(watch(health).look("health").orElseThrow().found())
                .extracting(Finding::about)
                .isEqualTo(expected);
    }

    @Test
    void seesWhoWaitsForTheHead() {
        Watch watch = watch(new Health(NONE, 1, 1_000, LONG, LONG, 0));
        try (Handle holder = books.newSession();
                Handle first = books.newSession();
                Handle second = books.newSession()) {
            holder.begin();
            Books.see(holder, Books.EVERY_TENANT);
            books.ledger.post(holder, List.of(move("b", FLOAT, BANK, 1)));
            var waiting = List.of(
                    CompletableFuture.supplyAsync(
                            () -> books.postIn(first, move("c", FLOAT, BANK, 1)), Thread::startVirtualThread),
                    CompletableFuture.supplyAsync(
                            () -> books.postIn(second, move("d", FLOAT, BANK, 1)), Thread::startVirtualThread));

            Until.passes(LIMIT, () -> {
                watch.look("health");
                assertThat(watch.open()).isEqualTo(Map.of("health", List.of("queue for the head")));
            });
            holder.commit();
            waiting.forEach(CompletableFuture::join);
        }
        watch.look("health");
        assertThat(watch.open()).isEmpty();
    }

    @Test
    void aDeadlockIsFoundOnce() {
        Watch watch = watch(Watch.HEALTHY);
        watch.look("health");
        try (Handle one = books.newSession();
                Handle two = books.newSession()) {
            one.begin();
            two.begin();
            lock(one, 1);
            lock(two, 2);
            var crossing = CompletableFuture.runAsync(() -> lock(one, 2), Thread::startVirtualThread);
            var crossed = new AtomicInteger();
            Stream.<Runnable>of(() -> lock(two, 1), two::rollback, crossing::join, one::rollback)
                    .forEach(step -> crossed.addAndGet(refused(step)));
            assertThat(crossed).hasValue(1);
        }
        Until.passes(LIMIT, () -> assertThat(watch.look("health").orElseThrow().found())
                .containsExactly(new Finding("health", "deadlocks", "1 since the last look")));
        assertThat(watch.look("health").orElseThrow().gone()).hasSize(1);
    }

    @Test
    void balancesThatAreNotUpdatedInPlaceAreFoundWhenThereAreEnough() {
        Watch watch = watch(Watch.HEALTHY);
        watch.look("health");
        books.admin(admin -> {
            admin.execute("CREATE INDEX costly ON ledger.balance (version)");
            admin.execute("ALTER TABLE ledger.balance DISABLE TRIGGER USER");
            for (int i = 0; i < 250; i++) {
                admin.execute("UPDATE ledger.balance SET version = version + 1000");
                admin.execute("UPDATE ledger.balance SET version = version - 1000");
            }
            admin.execute("ALTER TABLE ledger.balance ENABLE TRIGGER USER");
            return admin.execute("SELECT pg_stat_force_next_flush()");
        });

        Until.passes(LIMIT, () -> {
            watch.look("health");
            assertThat(watch.open()).isEqualTo(Map.of("health", List.of("hot updates of balances")));
        });
    }

    private Watch watch(Health health) {
        return Watch.over(books, new Limits(9, 9, 9, NONE, NONE, Map.of(), health));
    }

    private static int refused(Runnable step) {
        try {
            step.run();
            return 0;
        } catch (JdbiException | CompletionException e) {
            assertThat(e).hasMessageContaining("deadlock");
            return 1;
        }
    }

    private static void lock(Handle session, int key) {
        session.execute("SELECT pg_advisory_xact_lock(?)", key);
    }
}
