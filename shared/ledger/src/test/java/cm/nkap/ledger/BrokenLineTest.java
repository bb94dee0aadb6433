package cm.nkap.ledger;

import static cm.nkap.ledger.Books.DOUALA;
import static cm.nkap.ledger.Books.FLOAT;
import static cm.nkap.ledger.Books.move;
import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.testing.Seeds;
import cm.nkap.testing.Until;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The line to the database breaks, at points that matter and at any byte: the caller gets an error that says "not
 * known", never a verdict, and asking again under the same key tells what happened.
 */
@Timeout(120)
class BrokenLineTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int CUTS = Integer.getInteger("nkap.ledger.cuts", 60);
    private static final int LONGEST = 3_000;

    private final Books books = Books.withAccounts();
    private final CuttingProxy proxy = new CuttingProxy(books.database().port());

    @AfterEach
    void booksAreSound() {
        proxy.close();
        books.close();
    }

    @Test
    void whatWasNeverDeliveredIsPostedWhenAskedAgain() {
        assertThat(cutThenAgain(new CuttingProxy.Plan.BeforeSending("ledger.post")))
                .isEqualTo(new Verdict.Posted(1));
    }

    @Test
    void whatWasPostedButNotCommittedIsPostedWhenAskedAgain() {
        assertThat(cutThenAgain(new CuttingProxy.Plan.InsteadOfAnswering("ledger.post")))
                .isEqualTo(new Verdict.Posted(1));
        assertThat(cutThenAgain("b", new CuttingProxy.Plan.BeforeSending("COMMIT")))
                .isEqualTo(new Verdict.Posted(2));
    }

    @Test
    void whatWasCommittedWithoutAnAnswerIsFoundWhenAskedAgain() {
        assertThat(cutThenAgain(new CuttingProxy.Plan.InsteadOfAnswering("COMMIT")))
                .isEqualTo(new Verdict.Replayed(1));
    }

    @Test
    void anAnswerThatComesTooLateIsFoundWhenAskedAgain() {
        CountDownLatch never = new CountDownLatch(1);
        assertThat(cutThenAgain(new CuttingProxy.Plan.LateAnswer("COMMIT", never)))
                .isEqualTo(new Verdict.Replayed(1));
        never.countDown();
    }

    @Test
    void anAnswerThatIsOnlySlowIsTheAnswer() throws Exception {
        CountDownLatch later = new CountDownLatch(1);
        proxy.plan(new CuttingProxy.Plan.LateAnswer("COMMIT", later));
        try (Teller teller = new Teller(books.ledger, proxy.of(books.database().app(), 0))) {
            CompletableFuture<Verdict> asked =
                    CompletableFuture.supplyAsync(() -> teller.post(move("a", FLOAT, DOUALA, 5)));
            Until.holds(LIMIT, "it is committed", () -> books.amount(DOUALA) == 5);
            assertThat(asked).isNotDone();
            later.countDown();
            assertThat(asked.get()).isEqualTo(new Verdict.Posted(1));
        }
    }

    @Test
    void aLineCutAtAnyByteLeavesOneEffectAndOneTruth() {
        long seed = Seeds.seed("aLineCutAtAnyByteLeavesOneEffectAndOneTruth");
        Random random = new Random(seed);
        SeededJournals journals = new SeededJournals("c", seed);
        Answers answers = new Answers();
        AtomicInteger unknown = new AtomicInteger();
        books.post(move("in", FLOAT, DOUALA, 100_000));
        for (int i = 0; i < CUTS; i++) {
            proxy.plan(new CuttingProxy.Plan.Cut(random.nextBoolean(), random.nextInt(LONGEST)));
            List<Journal> batch = new ArrayList<>();
            for (int size = 1 + random.nextInt(5); size > 0; size--) {
                batch.add(journals.at(i * 10 + size));
            }
            try (Teller teller =
                    new Teller(new Ledger(), proxy.of(books.database().app(), 0))) {
                // the second call goes the same way when the cut came to neither
                for (int call = 0; call < 2; call++) {
                    List<Verdict> verdicts = Callers.untilAnswered(teller::post, batch, unknown);
                    for (int j = 0; j < batch.size(); j++) {
                        answers.note(batch.get(j), verdicts.get(j));
                    }
                }
            }
        }
        assertThat(unknown).as("calls that were cut").hasPositiveValue();
        List<String> broken = books.admin(admin -> Answers.broken(admin, answers.soFar()));
        assertThat(broken).isEmpty();
        System.out.println("cut " + unknown + " of " + CUTS + " lines, " + answers.size() + " answers, "
                + answers.posted().size() + " posted");
    }

    /** A virtual thread's socket is closed by the interrupt: the outcome is not known. */
    @Test
    void whoIsInterruptedOnAVirtualThreadFindsOutByAskingAgain() throws Exception {
        Journal journal = move("a", FLOAT, DOUALA, 5);
        CompletableFuture<JdbiException> failure = new CompletableFuture<>();
        try (Teller teller = new Teller(books.ledger, books.database().app());
                Handle head = books.newSession()) {
            holdHead(head);
            Thread caller = Thread.ofVirtual().start(() -> {
                try {
                    teller.post(journal);
                } catch (JdbiException e) {
                    failure.complete(e);
                }
            });
            Sessions.awaitWaiting(books, 1);
            caller.interrupt();
            assertThat(stateOf(failure.get())).startsWith("08");
            head.rollback();
        }
        Sessions.awaitWaiting(books, 0);
        assertThat(books.post(journal)).containsExactly(new Verdict.Posted(1));
    }

    /** A platform thread goes on waiting; it gets its answer, and whoever interrupted it is not forgotten. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoIsInterruptedOnAPlatformThreadIsAnsweredAndStillInterrupted(boolean grouped) throws Exception {
        Journal journal = move("a", FLOAT, DOUALA, 5);
        CompletableFuture<String> answer = new CompletableFuture<>();
        try (Teller teller = new Teller(books.ledger, books.database().app());
                Handle head = books.newSession()) {
            GroupCommit<Journal, Verdict> group = teller.shared(10);
            holdHead(head);
            Thread caller = Thread.ofPlatform().start(() -> {
                Verdict verdict = grouped ? group.submit(journal) : teller.post(journal);
                answer.complete(verdict + " " + Thread.currentThread().isInterrupted());
            });
            Sessions.awaitWaiting(books, 1);
            caller.interrupt();
            head.rollback();
            assertThat(answer.get()).isEqualTo(new Verdict.Posted(1) + " true");
        }
    }

    private static void holdHead(Handle session) {
        session.begin();
        Books.see(session, Books.EVERY_TENANT);
        Ledger other = new Ledger();
        assertThat(other.post(session, List.of(move("held", FLOAT, DOUALA, 1)))).containsExactly(new Verdict.Posted(1));
    }

    private Verdict cutThenAgain(CuttingProxy.Plan plan) {
        return cutThenAgain("a", plan);
    }

    /** Expects the first try to fail as a broken line does; answers what the second says. */
    private Verdict cutThenAgain(String key, CuttingProxy.Plan plan) {
        Journal journal = move(key, FLOAT, DOUALA, 5);
        proxy.plan(plan);
        try (Teller teller = new Teller(new Ledger(), proxy.of(books.database().app(), 1))) {
            try {
                throw new AssertionError("answered over a cut line: " + teller.post(journal));
            } catch (JdbiException e) {
                assertThat(stateOf(e)).startsWith("08");
            }
            return teller.post(journal);
        }
    }

    private static String stateOf(JdbiException e) {
        return e.getCause() instanceof SQLException cause ? cause.getSQLState() : e.toString();
    }
}
