package cm.nkap.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.testing.Seeds;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;

/** Random programs against the {@link Oracle}; {@code -Dnkap.ledger.operations=200000} for a long run. */
class RandomProgramTest {
    private static final int OPERATIONS = Integer.getInteger("nkap.ledger.operations", 2_000);

    @Test
    void everyVerdictAndBalanceIsTheOracles() {
        RandomJournals journals = new RandomJournals(Seeds.random("everyVerdictAndBalanceIsTheOracles"));
        Oracle oracle = new Oracle();
        Set<Class<?>> kinds = new HashSet<>();
        try (Books books = new Books()) {
            open(books, oracle, journals, 8);
            for (int done = 0; done < OPERATIONS; ) {
                List<Journal> batch = new ArrayList<>();
                Oracle after = oracle.copy();
                List<Verdict> expected = new ArrayList<>();
                int size = 1 + journals.below(RandomJournals.LARGEST_BATCH);
                for (int i = 0; i < size; i++) {
                    batch.add(journals.next(oracle.journals()));
                    expected.add(after.post(batch.getLast()));
                }
                expected.forEach(verdict -> kinds.add(verdict.getClass()));
                boolean kept = journals.below(10) != 0;
                assertThat(post(books, batch, kept))
                        .as("after %s operations", done)
                        .isEqualTo(expected);
                oracle = kept ? after : oracle;
                assertThat(balances(books, oracle)).isEqualTo(oracle.balances());
                if (journals.below(20) == 0) {
                    open(books, oracle, journals, 1);
                }
                done += size;
            }
            assertThat(books(books)).isEqualTo(oracle.journals());
            assertThat(kinds)
                    .as("verdicts that the program met")
                    .hasSize(Verdict.class.getPermittedSubclasses().length - 2); // no closed account, no closed period
        }
    }

    @Test
    void aBatchIsTheSameAsOneByOne() {
        long seed = Seeds.seed("aBatchIsTheSameAsOneByOne");
        List<Journal> program = new ArrayList<>();
        RandomJournals journals = new RandomJournals(new Random(seed));
        Oracle oracle = new Oracle();
        try (Books single = new Books();
                Books batched = new Books()) {
            for (int i = 0; i < 8; i++) {
                Account account = journals.account();
                oracle.open(account);
                single.open(account);
                batched.open(account);
            }
            for (int i = 0; i < OPERATIONS / 8; i++) {
                program.add(journals.next(oracle.journals()));
                oracle.post(program.getLast());
            }
            List<Verdict> oneByOne = new ArrayList<>();
            program.forEach(journal -> oneByOne.addAll(single.post(journal)));

            assertThat(inBatches(batched, program, new Random(seed))).isEqualTo(oneByOne);
            assertThat(rows(batched)).isEqualTo(rows(single));
        }
    }

    private static List<Verdict> inBatches(Books books, List<Journal> program, Random random) {
        List<Verdict> verdicts = new ArrayList<>();
        for (int from = 0; from < program.size(); ) {
            int to = Math.min(program.size(), from + 1 + random.nextInt(RandomJournals.LARGEST_BATCH));
            verdicts.addAll(books.post(program.subList(from, to)));
            from = to;
        }
        return verdicts;
    }

    private static List<String> rows(Books books) {
        return books.admin(admin -> admin.createQuery("""
                        SELECT concat_ws(' ', j.seq, j.key, j.kind, j.payment, j.reverses, p.line, a.name, p.version, p.amount, p.balance_after)
                        FROM ledger.journal j JOIN ledger.posting p ON p.journal_seq = j.seq JOIN ledger.account a ON a.id = p.account_id
                        ORDER BY j.seq, p.line
                        """).mapTo(String.class).list());
    }

    private static void open(Books books, Oracle oracle, RandomJournals journals, int many) {
        for (int i = 0; i < many; i++) {
            Account account = journals.account();
            oracle.open(account);
            books.open(account);
        }
    }

    private static List<Verdict> post(Books books, List<Journal> batch, boolean kept) {
        Handle session = books.session();
        session.begin();
        Books.see(session, Books.EVERY_TENANT);
        List<Verdict> verdicts = books.ledger.post(session, batch);
        if (kept) {
            session.commit();
        } else {
            session.rollback();
        }
        return verdicts;
    }

    private static List<Balance> balances(Books books, Oracle oracle) {
        return books.in(Books.EVERY_TENANT, tx -> books.ledger.balances(tx, oracle.accounts()));
    }

    /** All that stands, read back page by page. */
    private static List<Oracle.Standing> books(Books books) {
        List<Oracle.Standing> all = new ArrayList<>();
        for (long before = Long.MAX_VALUE; ; ) {
            long end = before;
            List<PostedJournal> page = books.in(Books.EVERY_TENANT, tx -> books.ledger.journals(tx, end, 100));
            if (page.isEmpty()) {
                return all.reversed();
            }
            for (PostedJournal posted : page) {
                List<Posting> legs = posted.legs().stream()
                        .map(leg -> new Posting(leg.account(), leg.amount()))
                        .toList();
                all.add(new Oracle.Standing(
                        posted.seq(),
                        new Journal(
                                posted.key(),
                                posted.kind(),
                                posted.tenant(),
                                posted.payment(),
                                legs,
                                posted.reverses())));
            }
            before = page.getLast().seq();
        }
    }
}
