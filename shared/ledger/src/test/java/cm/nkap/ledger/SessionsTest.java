package cm.nkap.ledger;

import static cm.nkap.ledger.Books.DOUALA;
import static cm.nkap.ledger.Books.EVERY_TENANT;
import static cm.nkap.ledger.Books.FLOAT;
import static cm.nkap.ledger.Books.YAOUNDE;
import static cm.nkap.ledger.Books.move;
import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.testing.Until;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two transactions at once: the second waits for the first and then reads what it left. */
class SessionsTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Books books = Books.withAccounts();
    private final Handle first = books.session();
    private final Handle second = books.newSession();
    private final ExecutorService other = Executors.newSingleThreadExecutor();

    @BeforeEach
    void doualaHasSevenHundred() {
        books.post(move("in", FLOAT, DOUALA, 700));
    }

    @AfterEach
    void booksAreSound() {
        other.shutdownNow();
        second.close();
        books.close();
    }

    @Test
    void theSecondToSpendTheSameMoneyIsRefused() throws Exception {
        begin(move("a", DOUALA, FLOAT, 700));
        Future<List<Verdict>> waiting = postInSecond(move("b", DOUALA, FLOAT, 1));
        first.commit();

        assertThat(answer(waiting)).containsExactly(new Verdict.InsufficientFunds(DOUALA));
    }

    @Test
    void theSecondMaySpendWhatTheFirstGaveBack() throws Exception {
        begin(move("a", DOUALA, FLOAT, 700));
        Future<List<Verdict>> waiting = postInSecond(move("b", DOUALA, FLOAT, 700));
        first.rollback();

        assertThat(answer(waiting)).containsExactly(new Verdict.Posted(2));
    }

    @Test
    void theSecondMaySpendWhatTheFirstBrought() throws Exception {
        begin(move("a", FLOAT, DOUALA, 300));
        Future<List<Verdict>> waiting = postInSecond(move("b", DOUALA, FLOAT, 1000));
        first.commit();

        assertThat(answer(waiting)).containsExactly(new Verdict.Posted(3));
    }

    @Test
    void oneKeyAtTheSameMomentIsPostedOnce() throws Exception {
        begin(move("a", DOUALA, FLOAT, 5));
        Future<List<Verdict>> waiting = postInSecond(move("a", DOUALA, FLOAT, 5), move("a", DOUALA, FLOAT, 6));
        first.commit();

        assertThat(answer(waiting)).containsExactly(new Verdict.Replayed(2), new Verdict.KeyReused(2));
        assertThat(books.amount(DOUALA)).isEqualTo(695);
    }

    @Test
    void oneJournalIsReversedOnceByTwo() throws Exception {
        Journal original = move("in", FLOAT, DOUALA, 700);
        books.post(move("spare", FLOAT, DOUALA, 700));
        begin(Books.reversal("r", original, 1));
        Future<List<Verdict>> waiting = postInSecond(Books.reversal("s", original, 1));
        first.commit();

        assertThat(answer(waiting)).containsExactly(new Verdict.AlreadyReversed());
    }

    @Test
    void aNumberThatWasRolledBackIsGivenAgain() throws Exception {
        begin(move("a", FLOAT, YAOUNDE, 5));
        Future<List<Verdict>> waiting = postInSecond(move("b", FLOAT, YAOUNDE, 5));
        first.rollback();

        assertThat(answer(waiting)).containsExactly(new Verdict.Posted(2));
    }

    @Test
    void readingNeverWaitsForPosting() {
        begin(move("a", DOUALA, FLOAT, 700));

        assertThat(Books.in(second, EVERY_TENANT, tx -> books.ledger.balances(tx, List.of(DOUALA)))
                        .getFirst()
                        .amount())
                .isEqualTo(700);
        first.rollback();
    }

    @ParameterizedTest
    @EnumSource(names = {"REPEATABLE_READ", "SERIALIZABLE"})
    void anIsolationLevelThatWouldReadOldBalancesIsRefused(TransactionIsolationLevel level) {
        assertThat(ProtectionTest.stateOf(() -> first.inTransaction(level, tx -> {
                    Books.see(tx, EVERY_TENANT);
                    return books.ledger.post(tx, List.of(move("a", DOUALA, FLOAT, 5)));
                })))
                .isEqualTo("L0005");
    }

    private void begin(Journal journal) {
        first.begin();
        Books.see(first, EVERY_TENANT);
        assertThat(books.ledger.post(first, List.of(journal))).allMatch(verdict -> verdict instanceof Verdict.Posted);
    }

    /** Returns when the second transaction waits for the first. */
    private Future<List<Verdict>> postInSecond(Journal... journals) {
        Future<List<Verdict>> answer = other.submit(() -> books.postIn(second, journals));
        Until.holds(
                LIMIT,
                "the second transaction waits",
                () -> books.admin(admin ->
                                admin.createQuery("""
                        SELECT count(*) FROM pg_stat_activity
                        WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0
                        """).mapTo(Long.class).one())
                        == 1);
        return answer;
    }

    private static List<Verdict> answer(Future<List<Verdict>> waiting)
            throws InterruptedException, ExecutionException, TimeoutException {
        return waiting.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }
}
