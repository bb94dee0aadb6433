package cm.nkap.ledger;

import static cm.nkap.ledger.Books.BANK;
import static cm.nkap.ledger.Books.DOUALA;
import static cm.nkap.ledger.Books.FLOAT;
import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.ledger.Checks.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Money stands on an account that it only passes through no longer than it may, payment by payment. */
class ClearingCheckTest {
    private static final String TRANSIT = "clearing:transit";
    private static final String SUSPENSE = "suspense:mtn";
    private static final Duration AT_ONCE = Duration.ofMillis(-1);
    private static final Duration A_DAY = Duration.ofDays(1);
    private final Books books = Books.withAccounts();
    private final AtomicInteger keys = new AtomicInteger();

    @BeforeEach
    void accounts() {
        books.open(
                new Account(TRANSIT, AccountType.ASSET, null, Account.PLATFORM),
                new Account(SUSPENSE, AccountType.LIABILITY, null, Account.PLATFORM));
    }

    @AfterEach
    void booksAreSound() {
        books.close();
    }

    @Test
    void findsWhatStandsTooLongAndSeesItCleared() {
        Watch watch = watching(Map.of("clearing:", AT_ONCE));
        post("po_1", TRANSIT, BANK, 500);
        post("po_2", TRANSIT, BANK, 300);
        post(null, TRANSIT, BANK, 100);

        Outcome found = watch.look("clearing").orElseThrow();
        assertThat(found.found())
                .extracting(Finding::about)
                .containsExactly(TRANSIT + " po_1", TRANSIT + " po_2", TRANSIT);
        assertThat(found.found().getFirst().detail()).startsWith("500 F debit since 20");

        post("po_1", FLOAT, TRANSIT, 500);
        post("po_2", FLOAT, TRANSIT, 299);
        Outcome cleared = watch.look("clearing").orElseThrow();
        assertThat(cleared.gone()).extracting(Finding::about).containsExactly(TRANSIT + " po_1");
        assertThat(cleared.found()).isEmpty();
        assertThat(cleared.open()).isEqualTo(2);
    }

    @Test
    void whatStandsOnlyAWhileIsNoFinding() {
        Watch watch = watching(Map.of("clearing:", A_DAY, "suspense:", AT_ONCE));
        post("po_1", TRANSIT, BANK, 500);
        post("ch_1", FLOAT, SUSPENSE, 200);

        assertThat(watch.look("clearing").orElseThrow().found())
                .extracting(Finding::about)
                .containsExactly(SUSPENSE + " ch_1");
    }

    @Test
    void accountsThatMoneyMayStayOnAreNotWatched() {
        Watch watch = watching(Map.of("clearing:", AT_ONCE));
        post("ch_1", FLOAT, DOUALA, 500);

        assertThat(watch.look("clearing").orElseThrow().found()).isEmpty();
        assertThat(items()).isZero();
    }

    @Test
    void judgesOnlyWhenEverythingIsRead() {
        Watch watch = Watch.over(books, Watch.limits(1, Map.of("clearing:", AT_ONCE)));
        post("po_1", TRANSIT, BANK, 500);
        post("po_1", FLOAT, TRANSIT, 500);

        Outcome half = watch.look("clearing").orElseThrow();
        assertThat(half.found()).isEmpty();
        assertThat(half.lag()).isEqualTo(1);
        assertThat(items()).isEqualTo(1);
        assertThat(watch.look("clearing").orElseThrow().found()).isEmpty();
        assertThat(items()).isZero();
    }

    @Test
    void accountsThatAreWatchedFromNowOnAreReadFromTheBeginning() {
        post("ch_1", FLOAT, SUSPENSE, 200);
        post("po_1", TRANSIT, BANK, 500);
        assertThat(watching(Map.of("clearing:", AT_ONCE))
                        .look("clearing")
                        .orElseThrow()
                        .found())
                .hasSize(1);

        Outcome more = watching(Map.of("clearing:", AT_ONCE, "suspense:", AT_ONCE))
                .look("clearing")
                .orElseThrow();

        assertThat(more.found()).extracting(Finding::about).containsExactly(SUSPENSE + " ch_1");
        assertThat(more.open()).isEqualTo(2);
    }

    private Watch watching(Map<String, Duration> accounts) {
        return Watch.over(books, Watch.limits(100, accounts));
    }

    private long items() {
        return books.admin(admin -> admin.createQuery("SELECT count(*) FROM ledger.open_item")
                .mapTo(Long.class)
                .one());
    }

    private void post(@Nullable String payment, String debit, String credit, long amount) {
        List<Posting> legs = List.of(Posting.debit(debit, amount), Posting.credit(credit, amount));
        books.post(new Journal("k" + keys.incrementAndGet(), "test", Account.PLATFORM, payment, legs));
    }
}
