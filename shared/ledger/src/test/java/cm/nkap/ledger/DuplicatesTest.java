package cm.nkap.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.testing.Seeds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every journal delivered one to ten times by each of several processes at once, alone, twice in a batch and across
 * batches: it has one effect, and all who asked are told the same number. {@code -Dnkap.ledger.deliveries=} for more.
 */
@Timeout(300)
class DuplicatesTest {
    private static final int JOURNALS = Integer.getInteger("nkap.ledger.deliveries", 100);

    private final Books books = Books.withAccounts();

    @AfterEach
    void booksAreSound() {
        books.close();
    }

    @BeforeEach
    void nobodyIsShort() {
        long plenty = 1_000_000_000;
        books.post(
                Books.move("float", Books.FLOAT, Books.BANK, 3 * plenty),
                Books.move("douala", Books.FLOAT, Books.DOUALA, plenty),
                Books.move("yaounde", Books.FLOAT, Books.YAOUNDE, plenty));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void haveOneEffectAndOneNumber(int processes) throws InterruptedException {
        long seed = Seeds.seed("haveOneEffectAndOneNumber");
        List<Poster.Line> all = new ArrayList<>();
        List<Poster> posters = new ArrayList<>();
        try {
            Random random = new Random(seed);
            for (int i = 0; i < processes; i++) {
                posters.add(Poster.start(books.database(), "d", seed, JOURNALS, 1 + random.nextInt(1_000_000)));
            }
            for (Poster poster : posters) {
                all.addAll(poster.saidToTheEnd());
            }
        } finally {
            posters.forEach(Poster::close);
        }

        Map<String, Long> numbers = new HashMap<>();
        Map<String, Integer> posted = new HashMap<>();
        for (Poster.Line line : all) {
            assertThat(line.seq()).as(line.toString()).isPositive();
            assertThat(numbers.merge(line.key(), line.seq(), (old, now) -> old))
                    .as(line.key())
                    .isEqualTo(line.seq());
            posted.merge(line.key(), line.verdict().equals("Posted") ? 1 : 0, Integer::sum);
        }
        assertThat(posted)
                .hasSize(JOURNALS)
                .allSatisfy((key, times) -> assertThat(times).as(key).isEqualTo(1));
        assertThat(all.size()).isGreaterThan(processes * JOURNALS);
        assertEffect(seed, numbers);
    }

    private void assertEffect(long seed, Map<String, Long> numbers) {
        SeededJournals journals = new SeededJournals("d", seed);
        Map<String, Long> net = new HashMap<>();
        List<Answers.Told> words = new ArrayList<>();
        for (int i = 0; i < JOURNALS; i++) {
            Journal journal = journals.at(i);
            journal.postings().forEach(leg -> net.merge(leg.account(), leg.amount(), Long::sum));
            words.add(new Answers.Told(journal, Optional.ofNullable(numbers.get(journal.key()))));
        }
        List<String> broken = books.admin(admin -> Answers.broken(admin, words));
        assertThat(broken).isEmpty();
        Balance fees = books.balance(Books.FEES);
        assertThat(fees.debits() - fees.credits()).isEqualTo(net.getOrDefault(Books.FEES, 0L));
    }
}
