package cm.nkap.ledger;

import static cm.nkap.ledger.Books.DOUALA;
import static cm.nkap.ledger.Books.EVERY_TENANT;
import static cm.nkap.ledger.Books.FEES;
import static cm.nkap.ledger.Books.FLOAT;
import static cm.nkap.ledger.Books.YAOUNDE;
import static cm.nkap.ledger.Books.move;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Accounts and periods close for ever. */
class ClosingTest {
    private final Books books = Books.withAccounts();

    @AfterEach
    void booksAreSound() {
        books.close();
    }

    @Test
    void aClosedAccountRefusesEveryJournalAndHarmsNoOther() {
        books.post(move("in", FLOAT, DOUALA, 100), move("out", DOUALA, FLOAT, 100));
        close(DOUALA);

        assertThat(books.post(
                        move("a", FLOAT, YAOUNDE, 7),
                        move("b", FLOAT, DOUALA, 7),
                        move("c", YAOUNDE, FEES, 7),
                        move("in", FLOAT, DOUALA, 100)))
                .containsExactly(
                        new Verdict.Posted(3),
                        new Verdict.AccountClosed(DOUALA),
                        new Verdict.Posted(4),
                        new Verdict.Replayed(1));
        assertThat(books.amount(DOUALA)).isZero();
    }

    @Test
    void anAccountThatHoldsMoneyStaysOpen() {
        books.post(move("in", FLOAT, DOUALA, 100));

        assertThatThrownBy(() -> close(DOUALA)).hasMessageContaining("holds 100");
        assertThat(books.post(move("more", FLOAT, DOUALA, 1))).containsExactly(new Verdict.Posted(2));
    }

    @Test
    void closingTwiceIsClosingOnceAndNothingOpensItAgain() {
        close(DOUALA);
        close(DOUALA);

        assertThatThrownBy(() -> books.open(new Account(DOUALA, AccountType.LIABILITY, 0L, "douala")))
                .hasMessageContaining("is closed and is not opened again");
        assertThat(books.post(move("in", FLOAT, DOUALA, 100))).containsExactly(new Verdict.AccountClosed(DOUALA));
    }

    @Test
    void onlyItsTenantClosesAnAccount() {
        assertThatThrownBy(() -> books.in("yaounde", tx -> closed(tx, DOUALA))).hasMessageContaining("may not see");
        assertThatThrownBy(() -> close("merchant:nobody:payable")).hasMessageContaining("not there");
        String closed = books.in("douala", tx -> closed(tx, DOUALA));
        assertThat(closed).isEqualTo(DOUALA);
    }

    @Test
    void onlyThePlatformClosesAPeriodAndOnlyOneThatIsOver() {
        LocalDate past = LocalDate.of(2026, 1, 31);

        assertThatThrownBy(() -> books.in("douala", tx -> through(tx, past))).hasMessageContaining("only the platform");
        assertThatThrownBy(() -> books.in(EVERY_TENANT, tx -> through(tx, LocalDate.of(9999, 1, 1))))
                .hasMessageContaining("after its last day");
        books.in(EVERY_TENANT, tx -> through(tx, past));
        books.in(EVERY_TENANT, tx -> through(tx, past.minusDays(31)));

        List<LocalDate> periods = books.admin(admin -> admin.createQuery("SELECT closed_through FROM ledger.period")
                .mapTo(LocalDate.class)
                .list());
        assertThat(periods).containsExactly(past);
    }

    /** Whatever the clock says later, nothing is posted at a time before the close, and so on no day that it closed. */
    @Test
    void noLaterJournalIsPostedBeforeTheCloseWhateverTheClockSays() {
        books.in(EVERY_TENANT, tx -> through(tx, LocalDate.of(2026, 1, 31)));

        boolean remembered = books.admin(
                admin -> admin.createQuery("SELECT h.posted_at >= p.closed_at FROM ledger.head h, ledger.period p")
                        .mapTo(Boolean.class)
                        .one());
        assertThat(remembered).isTrue();
    }

    private void close(String account) {
        books.in(EVERY_TENANT, tx -> closed(tx, account));
    }

    private String closed(Handle tx, String account) {
        books.ledger.close(tx, List.of(account));
        return account;
    }

    private LocalDate through(Handle tx, LocalDate day) {
        books.ledger.closePeriod(tx, day);
        return day;
    }
}
