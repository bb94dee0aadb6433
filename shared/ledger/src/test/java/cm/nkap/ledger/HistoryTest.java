package cm.nkap.ledger;

import static cm.nkap.ledger.Books.BANK;
import static cm.nkap.ledger.Books.DOUALA;
import static cm.nkap.ledger.Books.EVERY_TENANT;
import static cm.nkap.ledger.Books.FEES;
import static cm.nkap.ledger.Books.FLOAT;
import static cm.nkap.ledger.Books.move;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What accounts held at a moment and on a business day, and how they came there. */
class HistoryTest {
    private final Books books = Books.withAccounts();
    private final LocalDate today = LocalDate.ofInstant(now(), ZoneId.of("Africa/Douala"));

    @AfterEach
    void booksAreSound() {
        books.close();
    }

    @Test
    void aBalanceIsKnownAsOfEveryMoment() {
        Instant before = now();
        List<Instant> moments = new ArrayList<>();
        for (int i = 1; i <= 20; i++) {
            books.post(move("in" + i, FLOAT, DOUALA, 100), move("fee" + i, DOUALA, FEES, 1));
            moments.add(now());
        }

        assertThat(at(before)).containsEntry(DOUALA, 0L).containsEntry(FLOAT, 0L);
        for (int i = 1; i <= 20; i++) {
            assertThat(at(moments.get(i - 1))).isEqualTo(Map.of(DOUALA, 99L * i, FLOAT, 100L * i, FEES, (long) i));
        }
        assertThat(at(now().plusSeconds(3_600))).containsEntry(DOUALA, books.amount(DOUALA));
    }

    @Test
    void aDayHasWhatTookEffectByItsEnd() {
        books.post(
                move("now", FLOAT, DOUALA, 1_000),
                move("cost", FEES, FLOAT, 30).withEffective(today.minusDays(2)),
                move("late", FLOAT, BANK, 5).withEffective(today.minusDays(1)),
                move("said", FLOAT, BANK, 7).withEffective(today));

        assertThat(on(today.minusDays(3))).containsEntry(FLOAT, 0L).containsEntry(FEES, 0L);
        assertThat(on(today.minusDays(2))).containsEntry(FLOAT, -30L).containsEntry(FEES, -30L);
        assertThat(on(today.minusDays(1))).containsEntry(FLOAT, -25L).containsEntry(DOUALA, 0L);
        assertThat(on(today)).containsEntry(FLOAT, 982L).containsEntry(DOUALA, 1_000L);
    }

    @Test
    void nothingTakesEffectInTheFutureOrInAClosedPeriod() {
        LocalDate closed = today.minusDays(10);
        books.in(EVERY_TENANT, tx -> {
            books.ledger.closePeriod(tx, closed);
            return closed;
        });

        assertThat(books.post(
                        move("tomorrow", FLOAT, DOUALA, 1).withEffective(today.plusDays(1)),
                        move("on its last day", FLOAT, DOUALA, 2).withEffective(closed),
                        move("on the next", FLOAT, DOUALA, 4).withEffective(closed.plusDays(1))))
                .containsExactly(new Verdict.NotInPeriod(), new Verdict.NotInPeriod(), new Verdict.Posted(1));
        assertThat(books.amount(DOUALA)).isEqualTo(4);
    }

    @Test
    void aRetryAfterTheCloseIsStillAReplay() {
        Journal cost = move("cost", FEES, BANK, 30).withEffective(today.minusDays(20));
        books.post(cost);
        books.in(EVERY_TENANT, tx -> {
            books.ledger.closePeriod(tx, today.minusDays(10));
            return today;
        });

        assertThat(books.post(cost, cost.withEffective(today)))
                .containsExactly(new Verdict.Replayed(1), new Verdict.KeyReused(1));
    }

    @Test
    void aStatementRunsWithoutGapsInPagesOfAnySize() {
        for (int i = 1; i <= 23; i++) {
            books.post(move("m" + i, FLOAT, DOUALA, i));
        }

        for (int size : new int[] {1, 5, 23, 100}) {
            List<StatementLine> all = new ArrayList<>();
            List<StatementLine> page = statement(DOUALA, 0, size);
            while (!page.isEmpty()) {
                assertThat(page).hasSizeLessThanOrEqualTo(size);
                all.addAll(page);
                page = statement(DOUALA, all.getLast().version(), size);
            }
            assertThat(all).extracting(StatementLine::version).containsExactlyElementsOf(oneTo(23));
            assertThat(all.getLast().balanceAfter()).isEqualTo(23 * 24 / 2);
            assertThat(all).extracting(StatementLine::amount).allMatch(amount -> amount < 0);
            assertThat(all).extracting(StatementLine::effective).containsOnly(today);
        }
    }

    @Test
    void anotherTenantsHistoryIsNotShown() {
        books.post(move("in", FLOAT, DOUALA, 100));

        List<StatementLine> others = books.in("yaounde", tx -> books.ledger.statement(tx, DOUALA, 0, 10));
        Map<String, Long> held =
                books.in("yaounde", tx -> books.ledger.balancesAt(tx, List.of(DOUALA, FLOAT), Instant.now()));
        Map<String, Long> heldOn =
                books.in("yaounde", tx -> books.ledger.balancesOn(tx, List.of(DOUALA, FLOAT), today));
        List<StatementLine> own = books.in("douala", tx -> books.ledger.statement(tx, DOUALA, 0, 10));

        assertThat(others).isEmpty();
        assertThat(held).isEmpty();
        assertThat(heldOn).isEmpty();
        assertThat(own).hasSize(1);
    }

    private static List<Long> oneTo(int last) {
        List<Long> numbers = new ArrayList<>();
        for (long i = 1; i <= last; i++) {
            numbers.add(i);
        }
        return numbers;
    }

    private Map<String, Long> at(Instant moment) {
        return books.in(EVERY_TENANT, tx -> books.ledger.balancesAt(tx, List.of(DOUALA, FLOAT, FEES), moment));
    }

    private Map<String, Long> on(LocalDate day) {
        return books.in(EVERY_TENANT, tx -> books.ledger.balancesOn(tx, List.of(DOUALA, FLOAT, FEES), day));
    }

    private List<StatementLine> statement(String account, long after, int limit) {
        return books.in(EVERY_TENANT, tx -> books.ledger.statement(tx, account, after, limit));
    }

    private Instant now() {
        return books.admin(admin -> admin.createQuery("SELECT clock_timestamp()")
                .mapTo(Instant.class)
                .one());
    }
}
