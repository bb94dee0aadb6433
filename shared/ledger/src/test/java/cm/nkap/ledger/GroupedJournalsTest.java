package cm.nkap.ledger;

import static cm.nkap.ledger.Books.DOUALA;
import static cm.nkap.ledger.Books.EVERY_TENANT;
import static cm.nkap.ledger.Books.FLOAT;
import static cm.nkap.ledger.Books.move;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bare journals from many threads, one transaction for all that wait. */
@Timeout(60)
class GroupedJournalsTest {
    private static final int CALLERS = 300;

    private final Books books = Books.withAccounts();
    private final AtomicInteger transactions = new AtomicInteger();

    @AfterEach
    void booksAreSound() {
        books.close();
    }

    private GroupCommit<Journal, Verdict> group(Handle session) {
        return GroupCommit.ofJournals(GroupCommit.Size.of(64), books.ledger, work -> {
            transactions.incrementAndGet();
            return Books.in(session, EVERY_TENANT, work::apply);
        });
    }

    @Test
    void everyCallerGetsTheVerdictOfItsOwnJournal() throws Exception {
        try (Handle session = books.newSession();
                var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var group = group(session);
            List<Future<Verdict>> verdicts = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                // Every third comes twice, every tenth cannot be paid.
                String key = "k" + (i % 3 == 2 ? i - 1 : i);
                Journal journal =
                        i % 10 == 9 ? move(key + "short", DOUALA, FLOAT, Posting.MOST) : move(key, FLOAT, DOUALA, 5);
                verdicts.add(callers.submit(() -> group.submit(journal)));
            }

            int posted = 0;
            for (int i = 0; i < CALLERS; i++) {
                Verdict verdict = verdicts.get(i).get();
                posted += verdict instanceof Verdict.Posted ? 1 : 0;
                assertThat(verdict instanceof Verdict.InsufficientFunds).isEqualTo(i % 10 == 9);
            }
            assertThat(books.amount(DOUALA)).isEqualTo(5L * posted);
            assertThat(transactions).hasValueLessThan(CALLERS / 2);
        }
    }

    @Test
    void afterALostConnectionTheSameJournalIsSubmittedAgainAndHappensOnce() {
        Journal journal = move("once", FLOAT, DOUALA, 5);
        Handle lost = books.newSession();
        long backEnd =
                lost.createQuery("SELECT pg_backend_pid()").mapTo(Long.class).one();
        books.admin(admin -> admin.createQuery("SELECT pg_terminate_backend(:pid::int)")
                .bind("pid", backEnd)
                .mapTo(Boolean.class)
                .one());

        Throwable told = catchThrowable(() -> group(lost).submit(journal));

        assertThat(told).isNotNull();
        assertThat(transactions).as("not tried again").hasValue(1);
        lost.close();
        try (Handle session = books.newSession()) {
            assertThat(group(session).submit(journal)).isEqualTo(new Verdict.Posted(1));
            assertThat(group(session).submit(journal)).isEqualTo(new Verdict.Replayed(1));
        }
    }
}
