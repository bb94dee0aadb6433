package cm.nkap.ledger;

import static cm.nkap.ledger.Books.BANK;
import static cm.nkap.ledger.Books.DOUALA;
import static cm.nkap.ledger.Books.EVERY_TENANT;
import static cm.nkap.ledger.Books.FLOAT;
import static cm.nkap.ledger.Books.YAOUNDE;
import static cm.nkap.ledger.Books.move;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RepeatedKeysTest {
    private final Books books = Books.withAccounts();

    @AfterEach
    void booksAreSound() {
        books.close();
    }

    @Test
    void aRepeatStandsAsTheFirstAndOtherContentIsRefused() {
        var verdicts = books.post(
                move("a", FLOAT, DOUALA, 100),
                move("a", FLOAT, DOUALA, 100),
                move("a", FLOAT, DOUALA, 101),
                move("b", FLOAT, YAOUNDE, 7),
                move("a", FLOAT, DOUALA, 100));

        assertThat(verdicts)
                .containsExactly(
                        new Verdict.Posted(1),
                        new Verdict.Replayed(1),
                        new Verdict.KeyReused(1),
                        new Verdict.Posted(2),
                        new Verdict.Replayed(1));
        assertThat(books.amount(DOUALA)).isEqualTo(100);
    }

    @Test
    void aRepeatOfAnEarlierCallIsJudgedByWhatStands() {
        books.post(move("a", FLOAT, DOUALA, 100));

        assertThat(books.post(
                        move("a", FLOAT, DOUALA, 1),
                        move("a", FLOAT, DOUALA, 100),
                        move("a", FLOAT, DOUALA, 100),
                        move("a", FLOAT, DOUALA, 2)))
                .containsExactly(
                        new Verdict.KeyReused(1),
                        new Verdict.Replayed(1),
                        new Verdict.Replayed(1),
                        new Verdict.KeyReused(1));
    }

    @Test
    void whatWasRefusedMayComeAgainInTheSameBatchAndInItsPlace() {
        // The third spends what the second brought before the fourth can.
        var verdicts = books.post(
                move("out", DOUALA, BANK, 100),
                move("in", BANK, DOUALA, 100),
                move("out", DOUALA, BANK, 100),
                move("late", DOUALA, BANK, 1));

        assertThat(verdicts)
                .containsExactly(
                        new Verdict.InsufficientFunds(DOUALA),
                        new Verdict.Posted(1),
                        new Verdict.Posted(2),
                        new Verdict.InsufficientFunds(DOUALA));
    }

    @Test
    void postgresSeesEachKeyOnceInACall() {
        List<Journal> batch = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            batch.add(move("k" + i, FLOAT, i % 2 == 0 ? DOUALA : YAOUNDE, 1 + i));
        }
        batch.addAll(List.copyOf(batch.subList(50, 60)));
        List<Integer> calls = new ArrayList<>();

        var verdicts = books.in(
                EVERY_TENANT,
                tx -> RepeatedKeys.post(batch, distinct -> {
                    calls.add(distinct.size());
                    return books.ledger.post(tx, distinct);
                }));

        assertThat(calls).containsExactly(200);
        for (int i = 0; i < 10; i++) {
            assertThat(verdicts.get(200 + i)).isEqualTo(new Verdict.Replayed(51 + i));
        }
    }
}
