package cm.nkap.ledger;

import static cm.nkap.ledger.Books.BANK;
import static cm.nkap.ledger.Books.DOUALA;
import static cm.nkap.ledger.Books.FLOAT;
import static cm.nkap.ledger.Books.move;
import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.testing.Seeds;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Books that were only posted to are right, by hashes that Java and SQL compute apart. */
class VerifierTest {
    private static final Verifier VERIFIER = new Verifier(10);

    @Test
    void findsNothingInBooksThatWereOnlyPostedTo() {
        RandomJournals journals = new RandomJournals(Seeds.random("findsNothingInBooksThatWereOnlyPostedTo"));
        Oracle nothing = new Oracle(LocalDate.now(ProgramRun.DOUALA));
        Instant now = Instant.now();
        try (Books books = new Books()) {
            for (int hour = 1; hour <= 4; hour++) {
                for (int i = 0; i < 4; i++) {
                    books.open(journals.account());
                }
                for (int i = 0; i < 10; i++) {
                    List<Journal> batch = new ArrayList<>();
                    for (int j = journals.below(RandomJournals.LARGEST_BATCH); j >= 0; j--) {
                        batch.add(journals.next(nothing));
                    }
                    books.post(batch);
                }
                if (hour < 4) {
                    assertThat(books.sealUntil(now.plus(Duration.ofHours(hour))))
                            .isEqualTo(1);
                }
            }
            Verifier.Report report = VERIFIER.verify(books.app(), books.roots());

            assertThat(report.findings()).isEmpty();
            assertThat(report.journals()).isEqualTo(books.admin(admin -> count(admin, "journal")));
            assertThat(report.postings()).isEqualTo(books.admin(admin -> count(admin, "posting")));
            assertThat(report.accounts()).isEqualTo(12);
            assertThat(report.seals()).isEqualTo(3);
        }
    }

    private static long count(org.jdbi.v3.core.Handle admin, String table) {
        return admin.createQuery("SELECT count(*) FROM ledger." + table)
                .mapTo(Long.class)
                .one();
    }

    @Test
    void computesTheHashOfEverythingThatAJournalCanHold() {
        List<Posting> thousand = new ArrayList<>();
        for (int i = 0; i < 999; i++) {
            thousand.add(Posting.debit(FLOAT, 1 + i));
        }
        thousand.add(Posting.credit(BANK, 999 * 1000 / 2));
        Journal accents = new Journal(
                "clé:é€𝔘",
                "encaissement.réglé",
                "société-ñ",
                "ch_ß\u0000".substring(0, 4),
                move("x", FLOAT, BANK, 1).postings());
        try (SealedBooks sealed = new SealedBooks()) {
            sealed.books.post(accents, Books.journal("thousand", thousand.toArray(Posting[]::new)));
            sealed.books.post(move("largest", FLOAT, BANK, Posting.MOST));

            assertThat(VERIFIER.verify(sealed.books.app(), sealed.roots).findings())
                    .isEmpty();
        }
    }

    @Test
    void goesOnFromASealThatItTrusts() {
        try (SealedBooks sealed = new SealedBooks()) {
            Verifier.Report report = VERIFIER.verifyAfter(sealed.books.app(), sealed.roots.get(1), sealed.roots);

            assertThat(report.findings()).isEmpty();
            assertThat(report.journals()).isEqualTo(3);
            assertThat(report.seals()).isEqualTo(1);
            SealedRoot first = sealed.roots.getFirst();
            SealedRoot other = new SealedRoot(2, first.until(), first.firstSeq(), first.lastSeq(), first.root());
            assertThat(VERIFIER.verifyAfter(sealed.books.app(), other, List.of())
                            .findings())
                    .first()
                    .extracting(Finding::check, Finding::about)
                    .containsExactly("seal.exported", "seal 2");
        }
    }

    @Test
    void findsNothingInEmptyBooks() {
        try (Books books = new Books()) {
            assertThat(VERIFIER.verify(books.app(), List.of())).isEqualTo(new Verifier.Report(0, 0, 0, 0, List.of()));
        }
    }

    @Test
    void seesEachAccountAndJournalThoughTheyAreManyPages() {
        try (Books books = Books.withAccounts()) {
            List<Journal> many = new ArrayList<>();
            for (int i = 0; i < 4_100; i++) {
                many.add(move("m" + i, FLOAT, DOUALA, 1 + i));
            }
            books.post(many);
            Verifier.Report report = VERIFIER.verify(books.app(), List.of());

            assertThat(report.findings()).isEmpty();
            assertThat(report.journals()).isEqualTo(4_100);
        }
    }
}
