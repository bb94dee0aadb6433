package cm.nkap.ledger;

import static cm.nkap.ledger.Books.BANK;
import static cm.nkap.ledger.Books.DOUALA;
import static cm.nkap.ledger.Books.EVERY_TENANT;
import static cm.nkap.ledger.Books.FLOAT;
import static cm.nkap.ledger.Books.YAOUNDE;
import static cm.nkap.ledger.Books.move;
import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.testing.Seeds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many writers at once; the books are checked as a whole afterwards. */
@Timeout(120)
class CrowdTest {
    private static final int WRITERS = 8;

    private final Books books = Books.withAccounts();
    private final ExecutorService threads = Executors.newFixedThreadPool(WRITERS);

    @AfterEach
    void booksAreSound() {
        threads.shutdownNow();
        books.close();
    }

    @Test
    void numbersHaveNoGapWhateverIsRolledBack() throws Exception {
        long seed = Seeds.seed("numbersHaveNoGapWhateverIsRolledBack");

        List<Long> numbers = together((writer, session) -> {
            Random random = new Random(seed + writer);
            List<Long> kept = new ArrayList<>();
            for (int round = 0; round < 12; round++) {
                List<Journal> batch = batch(random, writer + ":" + round);
                session.begin();
                Books.see(session, EVERY_TENANT);
                List<Verdict> verdicts = books.ledger.post(session, batch);
                if (random.nextInt(4) == 0) {
                    session.rollback();
                } else {
                    session.commit();
                    verdicts.forEach(verdict -> {
                        if (verdict instanceof Verdict.Posted(long seq)) {
                            kept.add(seq);
                        }
                    });
                }
            }
            return kept;
        });

        Collections.sort(numbers);
        assertThat(numbers).isNotEmpty();
        assertThat(numbers.getFirst()).isEqualTo(1);
        assertThat(numbers.getLast()).isEqualTo(numbers.size());
        assertThat(numbers).doesNotHaveDuplicates();
    }

    @Test
    void opposingPostingsEndAtZero() throws Exception {
        books.post(
                move("topup", FLOAT, BANK, 1_000_000),
                move("d", FLOAT, DOUALA, 1_000),
                move("y", FLOAT, YAOUNDE, 1_000));

        List<Long> moved = together((writer, session) -> {
            String from = writer % 2 == 0 ? DOUALA : YAOUNDE;
            String to = writer % 2 == 0 ? YAOUNDE : DOUALA;
            for (int i = 0; i < 25; i++) {
                Journal journal = move(writer + ":" + i, from, to, 10);
                assertThat(books.postIn(session, journal))
                        .singleElement()
                        .matches(verdict -> verdict instanceof Verdict.Posted);
            }
            return List.of(25L);
        });

        assertThat(moved).hasSize(WRITERS);
        assertThat(books.amount(DOUALA)).isEqualTo(1_000);
        assertThat(books.amount(YAOUNDE)).isEqualTo(1_000);
        assertThat(books.balance(DOUALA).version()).isEqualTo(1 + WRITERS * 25);
    }

    @Test
    void moneyIsSpentOnceHoweverManyTry() throws Exception {
        books.post(move("in", FLOAT, DOUALA, 1_000));

        List<Long> spent = together((writer, session) -> {
            List<Long> mine = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                Journal journal = move("out" + writer + ":" + i, DOUALA, FLOAT, 70);
                if (books.postIn(session, journal).getFirst() instanceof Verdict.Posted) {
                    mine.add(70L);
                }
            }
            return mine;
        });

        assertThat(spent).hasSize(14);
        assertThat(books.amount(DOUALA)).isEqualTo(1_000 - 14 * 70);
    }

    @Test
    void nobodyDeadlocksOpeningAndPostingInAnyOrder() throws Exception {
        long seed = Seeds.seed("nobodyDeadlocksOpeningAndPostingInAnyOrder");

        together((writer, session) -> {
            Random random = new Random(seed + writer);
            for (int round = 0; round < 20; round++) {
                List<Account> accounts = new ArrayList<>();
                for (int i = 0; i < 5; i++) {
                    accounts.add(new Account("new:" + round + ":" + i, AccountType.EQUITY, null, Account.PLATFORM));
                }
                Collections.shuffle(accounts, random);
                List<Journal> batch = new ArrayList<>();
                for (int i = 0; i < 6; i++) {
                    String[] pair = pair(random, accounts);
                    batch.add(move(writer + ":" + round + ":" + i, pair[0], pair[1], 1 + random.nextInt(9)));
                }
                Books.in(session, EVERY_TENANT, tx -> {
                    books.ledger.open(tx, accounts);
                    return books.ledger.post(tx, batch);
                });
            }
            return List.of();
        });

        long deadlocks = books.admin(
                admin -> admin.createQuery("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
                        .mapTo(Long.class)
                        .one());
        assertThat(deadlocks).isZero();
    }

    private static String[] pair(Random random, List<Account> accounts) {
        int from = random.nextInt(accounts.size());
        int to = (from + 1 + random.nextInt(accounts.size() - 1)) % accounts.size();
        return new String[] {accounts.get(from).name(), accounts.get(to).name()};
    }

    /** Good journals, and in some batches one that is refused. */
    private static List<Journal> batch(Random random, String key) {
        List<Journal> batch = new ArrayList<>();
        int size = 1 + random.nextInt(12);
        for (int i = 0; i < size; i++) {
            batch.add(move(key + ":" + i, FLOAT, random.nextBoolean() ? DOUALA : YAOUNDE, 1 + random.nextInt(100)));
        }
        if (random.nextInt(3) == 0) {
            batch.add(random.nextInt(size + 1), move(key + ":short", DOUALA, FLOAT, Posting.MOST));
        }
        return batch;
    }

    private interface Writer {
        List<Long> write(int writer, Handle session);
    }

    private List<Long> together(Writer work) throws InterruptedException, ExecutionException {
        List<Callable<List<Long>>> writers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            int writer = i;
            writers.add(() -> {
                try (Handle session = books.newSession()) {
                    return work.write(writer, session);
                }
            });
        }
        List<Long> all = new ArrayList<>();
        for (Future<List<Long>> writer : threads.invokeAll(writers)) {
            all.addAll(writer.get());
        }
        return all;
    }
}
