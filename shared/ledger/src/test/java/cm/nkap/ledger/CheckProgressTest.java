package cm.nkap.ledger;

import static cm.nkap.ledger.Books.BANK;
import static cm.nkap.ledger.Books.DOUALA;
import static cm.nkap.ledger.Books.FLOAT;
import static cm.nkap.ledger.Books.move;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cm.nkap.ledger.Checks.Outcome;
import cm.nkap.ledger.Checks.Progress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How checks go on: in bounded parts, from where they were, one at a time, never lost. */
class CheckProgressTest {
    private static final String SPOILED = "UPDATE ledger.journal SET total = total + 1 WHERE seq > 1";
    private final Books books = Books.withAccounts();

    @AfterEach
    void booksAreSound() {
        books.close();
    }

    @Test
    void oneLookReadsSoManyJournalsAndTheNextGoesOnAfterThem() {
        post(5);

        assertThat(lags("journals", 3)).containsExactly(3L, 1L, 0L);
        assertThat(lags("chain", 3)).containsExactly(3L, 1L, 0L);
        post(1);
        assertThat(lags("journals", 1)).containsExactly(0L);
    }

    /** Each look of a new process: nothing is kept in memory. */
    private List<Long> lags(String check, int looks) {
        return IntStream.range(0, looks)
                .mapToObj(i -> Watch.over(books, Watch.limits(2, Map.of()))
                        .look(check)
                        .orElseThrow()
                        .lag())
                .toList();
    }

    @Test
    void aLongAccountIsReplayedInPartsThoughItIsPostedToMeanwhile() {
        post(10);
        Watch watch = Watch.over(books, Watch.limits(3, Map.of()));
        for (int look = 0; look < 4; look++) {
            watch.look("replay");
            post(1);
        }
        assertThat(watch.round("replay")).hasSizeGreaterThan(3).allSatisfy(outcome -> assertThat(outcome.found())
                .isEmpty());

        Watch.tamper(
                books,
                "UPDATE ledger.balance SET debits = debits + 1, credits = credits + 1 WHERE account_id ="
                        + " (SELECT id FROM ledger.account WHERE name = '" + FLOAT + "')");

        assertThat(watch.found()).isEqualTo(Map.of("replay", List.of("account " + FLOAT)));
        Watch.repair(books);
        assertThat(watch.found()).isEmpty();
        assertThat(watch.open()).isEmpty();
    }

    @Test
    void findsAGapInALongAccount() {
        post(10);
        Watch.tamper(books, "DELETE FROM ledger.posting WHERE journal_seq = 5 AND line = 1");
        Watch watch = Watch.over(books, Watch.limits(3, Map.of()));

        assertThat(watch.round("replay").stream().flatMap(outcome -> outcome.found().stream()))
                .containsExactly(new Finding("replay", "account " + FLOAT, "lacks a posting among its first 10"));
        Watch.repair(books);
    }

    @Test
    void aCheckWithTooManyFindingsGoesNoFurtherUntilThereAreFewer() {
        post(130);
        Watch.tamper(books, SPOILED);
        Watch watch = Watch.over(books);

        Outcome first = watch.look("journals").orElseThrow();
        assertThat(first.found()).hasSize(Checks.MOST);
        assertThat(first.lag()).isEqualTo(29);
        assertThat(watch.look("journals").orElseThrow().lag()).isEqualTo(29);

        Watch.repair(books);
        List<Outcome> rest = IntStream.range(0, 11)
                .mapToObj(i -> watch.look("journals").orElseThrow())
                .toList();
        assertThat(rest.getLast().open()).isZero();
        assertThat(rest.getLast().lag()).isZero();
        assertThat(rest.stream().mapToInt(outcome -> outcome.gone().size()).sum())
                .isEqualTo(Checks.MOST);
    }

    @Test
    void aCheckThatSomebodyElseIsAtIsLeftToThem() {
        post(3);
        Watch watch = Watch.over(books);
        watch.look("journals");
        try (Handle other = books.newSession()) {
            other.begin();
            Books.see(other, Books.EVERY_TENANT);
            other.createQuery("SELECT 1 FROM ledger.checked WHERE name = 'journals' FOR UPDATE")
                    .mapTo(Integer.class)
                    .one();

            assertThat(watch.look("journals")).isEmpty();
            assertThat(watch.broke("journals", "any")).isEmpty();
            assertThat(watch.look("histories")).isPresent();
            other.rollback();
        }
        assertThat(watch.look("journals")).isPresent();
    }

    @Test
    void manyAtOnceTellEachFindingOnce() {
        post(40);
        Watch.tamper(books, SPOILED);
        Watch watch = Watch.over(books, Watch.limits(4, Map.of()));
        watch.look("journals");

        List<CompletableFuture<List<Finding>>> sessions = IntStream.range(0, 3)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> lookOften(watch), Thread::startVirtualThread))
                .toList();
        List<Finding> told = new ArrayList<>();
        sessions.forEach(session -> told.addAll(session.join()));

        assertThat(told).hasSize(39 - 3).doesNotHaveDuplicates();
        assertThat(watch.open().get("journals")).hasSize(39);
        Watch.repair(books);
    }

    private List<Finding> lookOften(Watch watch) {
        List<Finding> found = new ArrayList<>();
        try (Handle session = books.newSession()) {
            boolean behind = true;
            while (behind) {
                Optional<Outcome> look = watch.look(session, "journals");
                look.map(Outcome::found).ifPresent(found::addAll);
                behind = look.isEmpty() || look.get().lag() > 0;
            }
        }
        return found;
    }

    @Test
    void aLookThatCouldNotBeMadeIsAFindingUntilOneCould() {
        Watch watch = Watch.over(books);

        Optional<Outcome> broke = watch.broke("floors", "no space left");
        assertThat(broke.orElseThrow().found())
                .containsExactly(new Finding("floors", "check floors", "could not be made: no space left"));
        assertThat(watch.broke("floors", "still none").orElseThrow().found()).isEmpty();
        assertThat(watch.open()).isEqualTo(Map.of("floors", List.of("check floors")));

        assertThat(watch.look("floors").orElseThrow().gone()).hasSize(1);
        assertThat(watch.open()).isEmpty();
    }

    @Test
    void aRoundThatEndedRestsAndWhatIsNewNeverDoes() {
        var limits = new Checks.Limits(9, 9, 9, Duration.ofHours(1), Duration.ofHours(1), Map.of(), Watch.HEALTHY);
        Watch watch = Watch.over(books, limits);
        assertThat(watch.due()).contains("totals", "balances", "replay", "whole-chain", "journals");

        watch.found();

        assertThat(watch.due()).containsExactlyInAnyOrder("journals", "histories", "chain", "clearing", "health");
    }

    @Test
    void tellsHowEveryCheckStandsToThoseWhoSeeAllTenantsOnly() {
        post(3);
        Watch.over(books, Watch.limits(2, Map.of())).look("journals");

        assertThat(books.in(Books.EVERY_TENANT, Checks::progress))
                .singleElement()
                .satisfies(check -> {
                    assertThat(check.check()).isEqualTo("journals");
                    assertThat(check.lag()).isEqualTo(1);
                    assertThat(check.ranAt()).isNotNull();
                    assertThat(check.completeAt()).isNull();
                    assertThat(check.findings()).isEmpty();
                });
        List<Progress> seen = books.in("douala", Checks::progress);
        assertThat(seen).isEmpty();
        assertThatThrownBy(() -> books.in("douala", tx -> CheckRows.take(tx, "journals")))
                .hasMessageContaining("row-level security");
    }

    private void post(int journals) {
        for (int i = 0; i < journals; i++) {
            String key = "j" + System.nanoTime();
            books.post(i % 2 == 0 ? move(key, FLOAT, BANK, 700) : move(key, FLOAT, DOUALA, 500));
        }
    }
}
