package cm.nkap.ledger;

import static cm.nkap.ledger.Books.DOUALA;
import static cm.nkap.ledger.Books.EVERY_TENANT;
import static cm.nkap.ledger.Books.FLOAT;
import static cm.nkap.ledger.Books.move;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import cm.nkap.testing.Until;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a seal covers, hour by hour. */
@Timeout(60)
class SealTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final Books books = Books.withAccounts();
    private final Instant next = Instant.now().truncatedTo(ChronoUnit.HOURS).plus(HOUR);

    @AfterEach
    void booksAreRight() {
        assertThat(new Verifier(10).verify(books.app(), books.roots()).findings())
                .isEmpty();
        books.close();
    }

    @Test
    void aSealIsSignedOnceAndOnlyByWhoSeesThePlatform() {
        books.post(move("a", FLOAT, DOUALA, 1));
        books.sealUntil(next);
        var first = new Seals.Signature(1, 1, new byte[32], new byte[64]);

        assertThat(unsigned()).isEqualTo(books.roots());
        assertThat(sign("boutique-douala", first)).isFalse();
        assertThat(sign(EVERY_TENANT, new Seals.Signature(99, 1, new byte[32], new byte[64])))
                .as("no such seal")
                .isFalse();
        assertThat(sign(EVERY_TENANT, first)).isTrue();
        assertThat(sign(EVERY_TENANT, new Seals.Signature(1, 2, new byte[32], new byte[64])))
                .isFalse();

        assertThat(unsigned()).noneMatch(seal -> seal.number() == 1);
        Seals.Signed seal =
                books.in(EVERY_TENANT, tx -> new Seals().signedAfter(tx, 0, 1)).getFirst();
        assertThat(seal.signature().orElseThrow().keyVersion()).isEqualTo(1);
        assertThat(seal.line())
                .startsWith(seal.root() + " ")
                .hasSize(seal.root().toString().length() + 89);
    }

    private List<SealedRoot> unsigned() {
        return books.in(EVERY_TENANT, tx -> new Seals().unsigned(tx, 10));
    }

    private boolean sign(String tenants, Seals.Signature signature) {
        return books.in(tenants, tx -> new Seals().sign(tx, signature));
    }

    @Test
    void sealsNothingBeforeAnHourIsOver() {
        books.post(move("a", FLOAT, DOUALA, 1));

        assertThat(seal()).isEmpty();
        assertThat(books.sealUntil(next.minusNanos(1_000))).isZero();
        assertThat(books.sealUntil(next)).isEqualTo(1);
        assertThat(books.roots()).singleElement().extracting(SealedRoot::until).isEqualTo(next);
    }

    @Test
    void givesEachHourItsOwnAndNoneToAnHourWithoutAnything() {
        books.post(move("a", FLOAT, DOUALA, 1), move("b", FLOAT, DOUALA, 2));
        books.sealUntil(next);
        books.post(move("c", FLOAT, DOUALA, 3)); // at the first moment of the next hour
        assertThat(books.sealUntil(next.plus(HOUR.multipliedBy(5)))).isEqualTo(1);
        assertThat(books.sealUntil(next.plus(HOUR.multipliedBy(5)))).isZero();

        assertThat(books.roots())
                .extracting(SealedRoot::until, SealedRoot::firstSeq, SealedRoot::lastSeq)
                .containsExactly(tuple(next, 1L, 2L), tuple(next.plus(HOUR), 3L, 3L));
    }

    @Test
    void sealsEveryHourThatWasMissedAndEndsEachAtItsLastJournal() {
        books.post(move("a", FLOAT, DOUALA, 1));
        spread(9, Duration.ofMinutes(25));

        assertThat(books.sealUntil(next.plus(HOUR.multipliedBy(9)))).isEqualTo(4);
        assertThat(books.roots()).extracting(SealedRoot::lastSeq).containsExactly(1L, 4L, 6L, 9L);
    }

    /** Journals 2 to {@code last}, so far apart from the next full hour on; hashes as posting makes them. */
    private void spread(int last, Duration apart) {
        for (int i = 2; i <= last; i++) {
            Instant at = next.plus(apart.multipliedBy(i - 2L));
            books.admin(admin -> admin.createUpdate("UPDATE ledger.head SET posted_at = :at")
                    .bind("at", at)
                    .execute());
            books.post(move("s" + i, FLOAT, DOUALA, i));
        }
    }

    @Test
    void sealsAccountsAlsoWithoutJournals() {
        assertThat(books.sealUntil(next)).isEqualTo(1);

        assertThat(books.roots())
                .singleElement()
                .matches(root -> root.firstSeq() == 1 && root.lastSeq() == 0, "no journal");
    }

    @Test
    void sealsNothingWhereNothingIs() {
        try (Books empty = new Books()) {
            assertThat(empty.sealUntil(next.plus(HOUR))).isZero();
        }
    }

    @Test
    void leavesAnAccountThatIsCommittedLateToTheNextSeal() {
        try (Handle late = books.newSession()) {
            late.begin();
            Books.see(late, EVERY_TENANT);
            books.ledger.open(late, List.of(new Account("late", AccountType.ASSET, null, Account.PLATFORM)));
            books.open(new Account("later", AccountType.ASSET, null, Account.PLATFORM));
            books.sealUntil(next);
            late.commit();
        }
        assertThat(sealOf("later")).isEqualTo(1);
        assertThat(sealOf("late")).isZero();
        assertThat(books.sealUntil(next)).isZero();
        assertThat(books.sealUntil(next.plus(HOUR))).isEqualTo(1);
        assertThat(sealOf("late")).isEqualTo(2);
    }

    @Test
    void waitsForWhoeverPostsAndPutsHimUnderTheSeal() throws Exception {
        try (Handle posting = books.newSession()) {
            posting.begin();
            Books.see(posting, EVERY_TENANT);
            books.ledger.post(posting, List.of(move("a", FLOAT, DOUALA, 1)));
            CompletableFuture<Integer> sealing = CompletableFuture.supplyAsync(() -> books.sealUntil(next));
            Until.holds(Duration.ofSeconds(20), "the sealing waits", () -> waiting() == 1);
            posting.commit();

            assertThat(sealing.get()).isEqualTo(1);
        }
        assertThat(books.roots())
                .singleElement()
                .extracting(SealedRoot::lastSeq)
                .isEqualTo(1L);
    }

    @Test
    void letsNobodyPostAnEarlierTimeThanTheSeal() {
        books.sealUntil(next);
        books.post(move("a", FLOAT, DOUALA, 1));

        List<PostedJournal> journals = books.in(EVERY_TENANT, tx -> books.ledger.journals(tx, Long.MAX_VALUE, 1));
        assertThat(journals).singleElement().extracting(PostedJournal::postedAt).isEqualTo(next);
    }

    @Test
    void aPeriodThatIsClosedMovesTheHeadsTimeLikeASeal() {
        books.post(move("a", FLOAT, DOUALA, 1));
        books.in(EVERY_TENANT, tx -> {
            books.ledger.closePeriod(
                    tx, LocalDate.now(ZoneId.of("Africa/Douala")).minusDays(2));
            return 0;
        });
        assertThat(new Verifier(10).verify(books.app(), List.of()).findings()).isEmpty();
        books.sealUntil(next);
        assertThat(new Verifier(10).verify(books.app(), books.roots()).findings())
                .isEmpty();
    }

    @Test
    void sealsOnceWhenTwoSealAtOnce() {
        books.post(move("a", FLOAT, DOUALA, 1));
        List<CompletableFuture<Integer>> both = List.of(
                CompletableFuture.supplyAsync(() -> books.sealUntil(next)),
                CompletableFuture.supplyAsync(() -> books.sealUntil(next)));

        assertThat(both.stream().mapToInt(CompletableFuture::join).sum()).isEqualTo(1);
    }

    @Test
    void answersWhatItSealedAndPagesThroughAll() {
        books.admin(admin -> admin.execute("UPDATE ledger.awaiting_seal SET since = now() - interval '30 hours'"));

        List<SealedRoot> sealed = seal();

        assertThat(sealed).hasSize(1).isEqualTo(books.roots());
        assertThat(after(EVERY_TENANT, 1)).isEmpty();
        assertThat(after(EVERY_TENANT, 0)).isEqualTo(sealed);
        assertThat(after("douala", 0)).isEmpty();
    }

    private List<SealedRoot> seal() {
        return books.in(EVERY_TENANT, tx -> new Seals().seal(tx));
    }

    private List<SealedRoot> after(String tenants, long number) {
        return books.in(tenants, tx -> new Seals().after(tx, number, 10));
    }

    private long sealOf(String account) {
        return books.admin(admin -> admin.createQuery("""
                        SELECT coalesce(max(l.seal), 0) FROM ledger.sealed_account l
                        JOIN ledger.account a ON a.id = l.account_id WHERE a.name = :account
                        """)
                .bind("account", account)
                .mapTo(Long.class)
                .one());
    }

    private long waiting() {
        return books.admin(admin -> admin.createQuery(
                        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%seal_until%' AND datname = current_database()")
                .mapTo(Long.class)
                .one());
    }
}
