package cm.nkap.ledger;

import static cm.nkap.ledger.Books.BANK;
import static cm.nkap.ledger.Books.DOUALA;
import static cm.nkap.ledger.Books.FEES;
import static cm.nkap.ledger.Books.FLOAT;
import static cm.nkap.ledger.Books.move;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What Postgres cannot store would fail the whole call and so harm its neighbours: it is refused where the journal is
 * made, or gets a verdict of its own.
 */
class UnstorableTest {
    private final Books books = Books.withAccounts();

    @AfterEach
    void booksAreSound() {
        books.close();
    }

    static Stream<Arguments> unstorable() {
        StringBuilder endless = new StringBuilder();
        new Random(7).ints(20_000, 'a', 'z').forEach(letter -> endless.append((char) letter));
        List<Posting> legs = List.of(Posting.debit(FLOAT, 5), Posting.credit(DOUALA, 5));
        return Stream.of(
                of("a zero byte in the key", () -> move("a\0b", FLOAT, DOUALA, 5)),
                of("a zero byte in the kind", () -> new Journal("k", "a\0", "platform", null, legs)),
                of("a zero byte in the payment", () -> new Journal("k", "a", "platform", "ch\0", legs)),
                of("a zero byte in an account", () -> move("k", "float\0", DOUALA, 5)),
                of("half a character in the key", () -> move("a\ud83d", FLOAT, DOUALA, 5)),
                of("half a character in the payment", () -> new Journal("k", "a", "platform", "\udc00x", legs)),
                of(
                        "a payment too long to be found by",
                        () -> new Journal("k", "a", "platform", endless.toString(), legs)),
                of("a day before all days", () -> move("k", FLOAT, DOUALA, 5).withEffective(LocalDate.MIN)),
                of("a day after all days", () -> move("k", FLOAT, DOUALA, 5).withEffective(LocalDate.MAX)));
    }

    private static Arguments of(String what, Supplier<Journal> journal) {
        return Arguments.of(what, journal);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unstorable")
    void harmsNoNeighbour(String what, Supplier<Journal> made) {
        Journal journal;
        try {
            journal = made.get();
        } catch (IllegalArgumentException refused) {
            return;
        }
        List<Verdict> verdicts = books.post(move("before", FLOAT, DOUALA, 1), journal, move("after", FLOAT, DOUALA, 2));

        assertThat(verdicts.getFirst()).isEqualTo(new Verdict.Posted(1));
        assertThat(verdicts.get(1)).matches(verdict -> !verdict.stands());
        assertThat(verdicts.getLast()).isEqualTo(new Verdict.Posted(2));
    }

    /** Eighteen times a journal of a thousand of the largest legs: the end of a bigint. */
    @Test
    void theEndOfAllNumbersIsAnErrorThatWritesNothing() {
        for (int i = 0; i < 18; i++) {
            assertThat(books.post(largest("all" + i, BANK, FEES))).containsExactly(new Verdict.Posted(i + 1));
        }
        long held = books.amount(FEES);
        assertThat(held).isGreaterThan(Long.MAX_VALUE / 2);

        assertThatThrownBy(() -> books.post(
                        move("before", FLOAT, DOUALA, 1),
                        largest("one", BANK, FEES),
                        largest("two", BANK, FEES),
                        largest("three", BANK, FEES)))
                .hasMessageContaining("out of range");
        assertThat(books.amount(FEES)).isEqualTo(held);
        assertThat(books.post(move("before", FLOAT, DOUALA, 1))).containsExactly(new Verdict.Posted(19));
    }

    private static Journal largest(String key, String debit, String credit) {
        List<Posting> legs = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            legs.add(Posting.debit(debit, Posting.MOST));
            legs.add(Posting.credit(credit, Posting.MOST));
        }
        return new Journal(key, "largest", Account.PLATFORM, null, legs);
    }
}
