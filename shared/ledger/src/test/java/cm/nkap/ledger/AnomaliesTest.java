package cm.nkap.ledger;

import static cm.nkap.ledger.Books.BANK;
import static cm.nkap.ledger.Books.DOUALA;
import static cm.nkap.ledger.Books.EVERY_TENANT;
import static cm.nkap.ledger.Books.FEES;
import static cm.nkap.ledger.Books.FLOAT;
import static cm.nkap.ledger.Books.YAOUNDE;
import static cm.nkap.ledger.Books.move;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The anomalies that databases allow below SERIALIZABLE, played through step by step in two or three sessions: none of
 * them reaches the books. A session that must wait is seen waiting before the next step.
 */
@Timeout(60)
class AnomaliesTest {
    private static final Account LATE = new Account("merchant:late:payable", AccountType.LIABILITY, 0L, "late");

    private final Books books = Books.withAccounts();
    private final Handle one = books.newSession();
    private final Handle two = books.newSession();
    private final Handle three = books.newSession();
    private final ExecutorService threads = Executors.newFixedThreadPool(2);

    @BeforeEach
    void doualaHasAHundred() {
        books.post(move("in", FLOAT, DOUALA, 100));
    }

    @AfterEach
    void booksAreSound() {
        threads.shutdownNow();
        List.of(one, two, three).forEach(Handle::close);
        books.close();
    }

    @Test
    void noUpdateIsLost() throws Exception {
        begin(one);
        begin(two);
        assertThat(amount(one, DOUALA)).isEqualTo(100);
        assertThat(amount(two, DOUALA)).isEqualTo(100);
        post(one, move("a", FLOAT, DOUALA, 10));
        Future<List<Verdict>> second = waiting(() -> post(two, move("b", FLOAT, DOUALA, 20)));
        one.commit();
        second.get(20, TimeUnit.SECONDS);
        two.commit();

        assertThat(books.amount(DOUALA)).isEqualTo(130);
        assertThat(books.balance(DOUALA).version()).isEqualTo(3);
    }

    /** Each alone keeps both accounts at their floor; together they would not. */
    @Test
    void twoJournalsDoNotSpendBehindEachOther() throws Exception {
        books.post(move("y", FLOAT, YAOUNDE, 100));
        begin(one);
        begin(two);
        assertThat(amount(one, DOUALA) + amount(one, YAOUNDE)).isEqualTo(200);
        assertThat(amount(two, DOUALA) + amount(two, YAOUNDE)).isEqualTo(200);
        post(one, move("a", DOUALA, BANK, 80), move("c", YAOUNDE, BANK, 80));
        Future<List<Verdict>> second =
                waiting(() -> post(two, move("b", DOUALA, BANK, 80), move("d", YAOUNDE, BANK, 20)));
        one.commit();

        assertThat(second.get(20, TimeUnit.SECONDS))
                .containsExactly(new Verdict.InsufficientFunds(DOUALA), new Verdict.Posted(5));
        two.commit();
    }

    @Test
    void nobodySeesABalanceThatIsNotCommitted() throws Exception {
        begin(one);
        begin(two);
        post(one, move("a", FLOAT, DOUALA, 900));
        assertThat(amount(two, DOUALA)).isEqualTo(100);
        Future<List<Verdict>> second = waiting(() -> post(two, move("b", DOUALA, FLOAT, 150)));
        one.rollback();

        assertThat(second.get(20, TimeUnit.SECONDS)).containsExactly(new Verdict.InsufficientFunds(DOUALA));
        two.commit();
    }

    /** A report of several statements is of one moment when its transaction is. */
    @Test
    void aReportAgreesWithItself() {
        two.begin();
        two.setTransactionIsolationLevel(TransactionIsolationLevel.REPEATABLE_READ);
        Books.see(two, EVERY_TENANT);
        long held = amount(two, DOUALA);
        books.post(move("a", FLOAT, DOUALA, 7), move("b", FLOAT, YAOUNDE, 7));

        assertThat(books.ledger.statement(two, DOUALA, 0, 10).getLast().balanceAfter())
                .isEqualTo(held);
        assertThat(books.ledger.journals(two, Long.MAX_VALUE, 10)).hasSize(1);
        assertThat(amount(two, DOUALA) + amount(two, YAOUNDE)).isEqualTo(100);
        two.commit();
    }

    /** One statement is of one moment by itself: both sides of every journal or neither. */
    @Test
    void aReaderSeesAllOfAJournalOrNothing() throws Exception {
        begin(one);
        post(one, move("a", FLOAT, DOUALA, 7), move("b", FLOAT, YAOUNDE, 3));
        assertThat(sum(two)).isEqualTo(List.of(100L, 100L));
        one.commit();
        assertThat(sum(two)).isEqualTo(List.of(110L, 110L));

        Future<Long> looks = threads.submit(() -> {
            long odd = 0;
            for (int i = 0; i < 300; i++) {
                List<Long> sides = sum(three);
                odd += sides.getFirst().equals(sides.getLast()) ? 0 : 1;
            }
            return odd;
        });
        for (int i = 0; !looks.isDone(); i++) {
            books.post(move("n" + i, FLOAT, DOUALA, 1), move("m" + i, FLOAT, YAOUNDE, 2));
        }
        assertThat(looks.get()).isZero();
    }

    @Test
    void anAccountOfATransactionInProgressIsNotThereYet() throws Exception {
        begin(one);
        books.ledger.open(one, List.of(LATE));
        assertThat(postAlone(two, move("a", FLOAT, LATE.name(), 5)))
                .containsExactly(new Verdict.UnknownAccount(LATE.name()));
        one.commit();
        assertThat(postAlone(two, move("a", FLOAT, LATE.name(), 5))).containsExactly(new Verdict.Posted(2));
    }

    @Test
    void whoOpensTheSameAccountWaitsAndFindsItOrOpensItItself() throws Exception {
        for (boolean commit : List.of(false, true)) {
            begin(one);
            begin(two);
            books.ledger.open(one, List.of(LATE));
            Future<List<Verdict>> second = waiting(() -> {
                books.ledger.open(two, List.of(LATE));
                return post(two, move("a" + commit, FLOAT, LATE.name(), 5));
            });
            if (commit) {
                one.commit();
            } else {
                one.rollback();
            }
            assertThat(second.get(20, TimeUnit.SECONDS)).allMatch(verdict -> verdict instanceof Verdict.Posted);
            if (commit) {
                two.commit();
            } else {
                two.rollback();
            }
        }
        assertThat(books.amount(LATE.name())).isEqualTo(5);
    }

    /** The floor is judged by what is there after the wait, not by what was read before it. */
    @Test
    void whatWasReadBeforeTheWaitIsNotJudgedBy() throws Exception {
        begin(two);
        assertThat(amount(two, DOUALA)).isEqualTo(100);
        begin(one);
        post(one, move("a", DOUALA, FLOAT, 60));
        Future<List<Verdict>> second =
                waiting(() -> post(two, move("b", DOUALA, FLOAT, 60), move("c", DOUALA, FLOAT, 40)));
        one.commit();

        assertThat(second.get(20, TimeUnit.SECONDS))
                .containsExactly(new Verdict.InsufficientFunds(DOUALA), new Verdict.Posted(3));
        two.commit();
    }

    @Test
    void anAccountClosedWhileOneWaitsRefuses() throws Exception {
        begin(one);
        books.ledger.close(one, List.of(FEES));
        begin(two);
        Future<List<Verdict>> second = waiting(() -> post(two, move("b", FLOAT, FEES, 5), move("c", FLOAT, DOUALA, 5)));
        one.commit();

        assertThat(second.get(20, TimeUnit.SECONDS))
                .containsExactly(new Verdict.AccountClosed(FEES), new Verdict.Posted(2));
        two.commit();
    }

    @Test
    void moneyThatComesWhileOneWaitsKeepsTheAccountOpen() throws Exception {
        begin(one);
        post(one, move("a", FLOAT, FEES, 5));
        begin(two);
        Future<String> second = waiting(() -> ProtectionTest.stateOf(() -> books.ledger.close(two, List.of(FEES))));
        one.commit();

        assertThat(second.get(20, TimeUnit.SECONDS)).isEqualTo("L0007");
        two.rollback();
        assertThat(books.post(move("b", FLOAT, FEES, 5))).containsExactly(new Verdict.Posted(3));
    }

    @Test
    void aPeriodClosedWhileOneWaitsRefuses() throws Exception {
        LocalDate yesterday = LocalDate.now(ZoneId.of("Africa/Douala")).minusDays(1);
        begin(one);
        books.ledger.closePeriod(one, yesterday);
        begin(two);
        Future<List<Verdict>> second = waiting(
                () -> post(two, move("b", FLOAT, DOUALA, 5).withEffective(yesterday), move("c", FLOAT, DOUALA, 5)));
        one.commit();

        assertThat(second.get(20, TimeUnit.SECONDS)).containsExactly(new Verdict.NotInPeriod(), new Verdict.Posted(2));
        two.commit();
    }

    /** Three in a row: the one in the middle gives up, the last takes its number and its money. */
    @Test
    void aRollbackInTheMiddleOfAQueueLeavesNoGapAndNoMoney() throws Exception {
        begin(one);
        begin(two);
        begin(three);
        post(one, move("a", FLOAT, DOUALA, 10));
        Future<List<Verdict>> second = waiting(() -> post(two, move("b", FLOAT, DOUALA, 1_000)));
        Future<List<Verdict>> third =
                threads.submit(() -> post(three, move("c", DOUALA, FLOAT, 111), move("d", DOUALA, FLOAT, 110)));
        Sessions.awaitWaiting(books, 2);
        one.commit();
        assertThat(second.get(20, TimeUnit.SECONDS)).containsExactly(new Verdict.Posted(3));
        two.rollback();

        assertThat(third.get(20, TimeUnit.SECONDS))
                .containsExactly(new Verdict.InsufficientFunds(DOUALA), new Verdict.Posted(3));
        three.commit();
    }

    @ParameterizedTest
    @EnumSource(names = {"REPEATABLE_READ", "SERIALIZABLE"})
    void nothingOfARefusedLevelIsLeftBehind(TransactionIsolationLevel level) throws Exception {
        one.begin();
        one.setTransactionIsolationLevel(level);
        Books.see(one, EVERY_TENANT);
        assertThat(ProtectionTest.stateOf(() -> books.ledger.post(one, List.of(move("a", FLOAT, DOUALA, 1)))))
                .isEqualTo("L0005");
        // it holds no lock that others wait for
        assertThat(postAlone(two, move("a", FLOAT, DOUALA, 1))).containsExactly(new Verdict.Posted(2));
        one.rollback();
    }

    private static void begin(Handle session) {
        session.begin();
        Books.see(session, EVERY_TENANT);
    }

    private List<Verdict> post(Handle session, Journal... journals) {
        return books.ledger.post(session, List.of(journals));
    }

    private List<Verdict> postAlone(Handle session, Journal journal) {
        return books.postIn(session, journal);
    }

    private long amount(Handle session, String account) {
        return books.ledger.balances(session, List.of(account)).getFirst().amount();
    }

    /** What the float holds and what the merchants hold. */
    private List<Long> sum(Handle session) {
        return Books.in(session, EVERY_TENANT, tx -> {
            List<Balance> all = books.ledger.balances(tx, List.of(FLOAT, DOUALA, YAOUNDE));
            long held = all.stream()
                    .filter(balance -> balance.account().equals(FLOAT))
                    .mapToLong(Balance::amount)
                    .sum();
            return List.of(held, all.stream().mapToLong(Balance::amount).sum() - held);
        });
    }

    /** Returns when it waits. */
    private <T> Future<T> waiting(Callable<T> step) {
        Future<T> running = threads.submit(step);
        Sessions.awaitWaiting(books, 1);
        return running;
    }
}
