package cm.nkap.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.testing.Seeds;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * However a stream of journals is cut into calls, the books are the same: numbers, keys, legs, versions, running balances
 * and verdicts. {@code -Dnkap.ledger.stream=20000} for a long one.
 */
class BatchEquivalenceTest {
    private static final int LENGTH = Integer.getInteger("nkap.ledger.stream", 300);
    private static final long SEED = Seeds.seed("BatchEquivalenceTest");
    private static final List<Account> ACCOUNTS = new ArrayList<>();
    private static final List<Journal> STREAM = new ArrayList<>();
    private static final List<Verdict> VERDICTS = new ArrayList<>();
    private static final List<String> ROWS = new ArrayList<>();

    @BeforeAll
    static void oneByOne() {
        RandomJournals journals = new RandomJournals(new Random(SEED));
        Oracle oracle = new Oracle(LocalDate.now(ProgramRun.DOUALA));
        for (int i = 0; i < 10; i++) {
            ACCOUNTS.add(i < 7 ? journals.account() : journals.hold());
            oracle.open(ACCOUNTS.getLast());
        }
        for (int i = 0; i < LENGTH; i++) {
            STREAM.add(journals.next(oracle));
            oracle.post(STREAM.getLast());
        }
        try (Books books = prepared()) {
            STREAM.forEach(journal -> VERDICTS.addAll(books.post(journal)));
            ROWS.addAll(StoredPrograms.rows(books));
        }
    }

    @AfterAll
    static void forget() {
        List.of(ACCOUNTS, STREAM, VERDICTS, ROWS).forEach(List::clear);
    }

    /** One account is closed and a month as well, so that each kind of refusal is in the stream. */
    private static Books prepared() {
        Books books = new Books();
        books.open(ACCOUNTS.toArray(new Account[0]));
        books.in(Books.EVERY_TENANT, tx -> {
            books.ledger.close(tx, List.of(ACCOUNTS.getLast().name()));
            books.ledger.closePeriod(tx, LocalDate.now(ProgramRun.DOUALA).minusDays(30));
            return true;
        });
        return books;
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 7, 40, 1_000})
    void callsOfOneSizeAreTheSameAsOneByOne(int size) {
        assertSame(left -> size);
    }

    @Test
    void callsOfAnySizeAreTheSameAsOneByOne() {
        for (int split = 0; split < 2; split++) {
            Random random = new Random(SEED + split);
            assertSame(left -> 1 + random.nextInt(random.nextInt(10) == 0 ? 1_000 : 20));
        }
    }

    private static void assertSame(IntUnaryOperator size) {
        try (Books books = prepared()) {
            List<Verdict> verdicts = new ArrayList<>();
            for (int from = 0; from < STREAM.size(); ) {
                int to = Math.min(STREAM.size(), from + size.applyAsInt(STREAM.size() - from));
                verdicts.addAll(books.post(STREAM.subList(from, to)));
                from = to;
            }
            assertThat(verdicts).isEqualTo(VERDICTS);
            assertThat(StoredPrograms.rows(books)).isEqualTo(ROWS);
        }
    }
}
