package cm.nkap.ledger;

import static cm.nkap.ledger.Books.BANK;
import static cm.nkap.ledger.Books.DOUALA;
import static cm.nkap.ledger.Books.EVERY_TENANT;
import static cm.nkap.ledger.Books.FEES;
import static cm.nkap.ledger.Books.FLOAT;
import static cm.nkap.ledger.Books.YAOUNDE;
import static cm.nkap.ledger.Books.journal;
import static cm.nkap.ledger.Books.move;
import static cm.nkap.ledger.Books.reversal;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VerdictTest {
    private final Books books = Books.withAccounts();

    @AfterEach
    void booksAreSound() {
        books.close();
    }

    @Test
    void postsABalancedJournalAndMovesBothAccounts() {
        assertThat(books.post(move("a", FLOAT, DOUALA, 700))).containsExactly(new Verdict.Posted(1));

        assertThat(books.balance(FLOAT)).isEqualTo(new Balance(FLOAT, AccountType.ASSET, 700, 0, 700, 1));
        assertThat(books.balance(DOUALA)).isEqualTo(new Balance(DOUALA, AccountType.LIABILITY, 0, 700, 700, 1));
    }

    @Test
    void answersTheSameJournalAgainWithItsFirstNumberAndMovesNothing() {
        books.post(move("a", FLOAT, DOUALA, 700), move("b", FLOAT, DOUALA, 1));

        assertThat(books.post(move("a", FLOAT, DOUALA, 700))).containsExactly(new Verdict.Replayed(1));
        assertThat(books.amount(DOUALA)).isEqualTo(701);
    }

    @Test
    void refusesAKeyThatBelongsToAnotherJournal() {
        books.post(move("a", FLOAT, DOUALA, 700));

        assertThat(books.post(move("a", FLOAT, DOUALA, 701))).containsExactly(new Verdict.KeyReused(1));
        assertThat(books.post(move("a", FLOAT, YAOUNDE, 700))).containsExactly(new Verdict.KeyReused(1));
        assertThat(books.amount(DOUALA)).isEqualTo(700);
    }

    @Test
    void namesTheAccountThatIsShort() {
        books.post(move("a", FLOAT, DOUALA, 700), move("b", BANK, YAOUNDE, 700));

        assertThat(books.post(move("c", DOUALA, FLOAT, 701))).containsExactly(new Verdict.InsufficientFunds(DOUALA));
        assertThat(books.post(move("d", YAOUNDE, FLOAT, 700))).containsExactly(new Verdict.Posted(3));
        assertThat(books.post(move("e", DOUALA, FLOAT, 1))).containsExactly(new Verdict.InsufficientFunds(FLOAT));
        assertThat(books.post(move("f", DOUALA, BANK, 700))).containsExactly(new Verdict.Posted(4));
    }

    @Test
    void namesTheAccountThatNobodyOpened() {
        assertThat(books.post(
                        move("a", FLOAT, "merchant:nobody:payable", 1),
                        move("b", "float:nowhere", DOUALA, 1),
                        move("c", FLOAT, DOUALA, 1)))
                .containsExactly(
                        new Verdict.UnknownAccount("merchant:nobody:payable"),
                        new Verdict.UnknownAccount("float:nowhere"),
                        new Verdict.Posted(1));
    }

    @Test
    void refusesLegsThatAreNoJournal() {
        assertThat(books.post(
                        journal("none"),
                        journal("one", Posting.debit(FLOAT, 5)),
                        journal("crooked", Posting.debit(FLOAT, 5), Posting.credit(DOUALA, 4)),
                        journal("idle", Posting.debit(FLOAT, 5), Posting.credit(FLOAT, 5)),
                        journal(
                                "half-idle",
                                Posting.debit(FLOAT, 5),
                                Posting.credit(FLOAT, 5),
                                Posting.debit(BANK, 9),
                                Posting.credit(DOUALA, 9))))
                .hasSize(5)
                .allMatch(verdict -> verdict.equals(new Verdict.Unbalanced()));
    }

    @Test
    void takesSeveralLegsOnOneAccount() {
        Journal split = journal(
                "a",
                Posting.debit(FLOAT, 600),
                Posting.debit(FLOAT, 400),
                Posting.credit(DOUALA, 970),
                Posting.credit(FEES, 30));

        assertThat(books.post(split)).containsExactly(new Verdict.Posted(1));
        assertThat(books.balance(FLOAT)).isEqualTo(new Balance(FLOAT, AccountType.ASSET, 1000, 0, 1000, 2));
    }

    @Test
    void reversesAJournalOnceAndExactly() {
        Journal original = move("a", FLOAT, DOUALA, 700);
        books.post(original, move("b", FLOAT, DOUALA, 700));

        assertThat(books.post(reversal("r", original, 1))).containsExactly(new Verdict.Posted(3));
        assertThat(books.post(reversal("r", original, 1))).containsExactly(new Verdict.Replayed(3));
        assertThat(books.post(reversal("s", original, 1))).containsExactly(new Verdict.AlreadyReversed());
        assertThat(books.amount(DOUALA)).isEqualTo(700);
    }

    @Test
    void refusesAReversalThatIsNotTheOpposite() {
        Journal original = move("a", FLOAT, DOUALA, 700);
        books.post(original, move("b", FLOAT, YAOUNDE, 900));

        assertThat(books.post(
                        reversal("less", move("a", FLOAT, DOUALA, 699), 1),
                        reversal("other", move("a", FLOAT, YAOUNDE, 700), 1),
                        reversal("same", move("a", DOUALA, FLOAT, 700), 1),
                        reversal("nothing", original, 99)))
                .hasSize(4)
                .allMatch(verdict -> verdict.equals(new Verdict.NotTheReversal()));
    }

    @Test
    void refusesTheSecondReversalOfOneCall() {
        Journal original = move("a", FLOAT, DOUALA, 700);
        books.post(original);

        assertThat(books.post(reversal("r", original, 1), reversal("s", original, 1), reversal("r", original, 1)))
                .containsExactly(new Verdict.Posted(2), new Verdict.AlreadyReversed(), new Verdict.Replayed(2));
    }

    @Test
    void refusesAReversalOfMoneyThatIsSpent() {
        Journal original = move("a", FLOAT, DOUALA, 700);
        books.post(original, move("b", DOUALA, FLOAT, 1));

        assertThat(books.post(reversal("r", original, 1)))
                .allMatch(verdict -> verdict instanceof Verdict.InsufficientFunds);
        assertThat(books.post(move("c", FLOAT, DOUALA, 1), reversal("r", original, 1)))
                .containsExactly(new Verdict.Posted(3), new Verdict.Posted(4));
    }

    @Test
    void postsTheNeighboursOfARefusedJournal() {
        books.post(move("old", FLOAT, DOUALA, 100));

        assertThat(books.post(
                        move("a", FLOAT, DOUALA, 10),
                        move("short", DOUALA, FLOAT, 1_000),
                        move("b", FLOAT, YAOUNDE, 20),
                        journal("crooked", Posting.debit(FLOAT, 5), Posting.credit(DOUALA, 4)),
                        move("old", FLOAT, DOUALA, 100),
                        move("old", FLOAT, DOUALA, 101),
                        move("c", FLOAT, "merchant:nobody:payable", 1),
                        move("d", YAOUNDE, FLOAT, 20)))
                .containsExactly(
                        new Verdict.Posted(2),
                        new Verdict.InsufficientFunds(DOUALA),
                        new Verdict.Posted(3),
                        new Verdict.Unbalanced(),
                        new Verdict.Replayed(1),
                        new Verdict.KeyReused(1),
                        new Verdict.UnknownAccount("merchant:nobody:payable"),
                        new Verdict.Posted(4));
        assertThat(books.amount(DOUALA)).isEqualTo(110);
        assertThat(books.amount(YAOUNDE)).isZero();
    }

    @Test
    void judgesAKeyThatComesTwiceInOneCallAsIfItCameLater() {
        assertThat(books.post(
                        move("a", FLOAT, DOUALA, 10),
                        move("a", FLOAT, DOUALA, 10),
                        move("a", FLOAT, DOUALA, 11),
                        move("b", DOUALA, FLOAT, 99),
                        move("b", DOUALA, FLOAT, 5),
                        move("b", DOUALA, FLOAT, 5)))
                .containsExactly(
                        new Verdict.Posted(1),
                        new Verdict.Replayed(1),
                        new Verdict.KeyReused(1),
                        new Verdict.InsufficientFunds(DOUALA),
                        new Verdict.Posted(2),
                        new Verdict.Replayed(2));
    }

    @Test
    void letsAnEarlierCreditOfTheCallFundALaterDebitButNotTheOtherWayRound() {
        assertThat(books.post(move("in", FLOAT, DOUALA, 10), move("out", DOUALA, FLOAT, 10)))
                .containsExactly(new Verdict.Posted(1), new Verdict.Posted(2));
        assertThat(books.post(move("out2", DOUALA, FLOAT, 10), move("in2", FLOAT, DOUALA, 10)))
                .containsExactly(new Verdict.InsufficientFunds(DOUALA), new Verdict.Posted(3));
    }

    @Test
    void doesNotRememberARefusal() {
        Journal payout = move("p", DOUALA, FLOAT, 10);

        assertThat(books.post(payout)).containsExactly(new Verdict.InsufficientFunds(DOUALA));
        books.post(move("a", FLOAT, DOUALA, 10));
        assertThat(books.post(payout)).containsExactly(new Verdict.Posted(2));
    }

    @Test
    void takesTheLargestAmountManyTimes() {
        List<Journal> many = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            many.add(move("huge" + i, BANK, FEES, Posting.MOST));
        }

        assertThat(books.post(many)).allMatch(verdict -> verdict instanceof Verdict.Posted);
        assertThat(books.amount(FEES)).isEqualTo(40 * Posting.MOST);
    }

    @Test
    void postsToAnAccountThatARolledBackTransactionHadOpenedFirst() {
        Account late = new Account("merchant:late:payable", AccountType.LIABILITY, 0L, "late");
        Journal first = move("a", FLOAT, late.name(), 10);
        books.session().begin();
        Books.see(books.session(), EVERY_TENANT);
        books.ledger.open(books.session(), List.of(late));
        assertThat(books.ledger.post(books.session(), List.of(first))).containsExactly(new Verdict.Posted(1));
        books.session().rollback();

        books.open(late);
        assertThat(books.post(first)).containsExactly(new Verdict.Posted(1));
    }

    @Test
    void answersNothingToNothing() {
        assertThat(books.post()).isEmpty();
    }
}
