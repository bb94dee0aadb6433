package cm.nkap.ledger;

import static cm.nkap.ledger.Books.DOUALA;
import static cm.nkap.ledger.Books.EVERY_TENANT;
import static cm.nkap.ledger.Books.FEES;
import static cm.nkap.ledger.Books.FLOAT;
import static cm.nkap.ledger.Books.YAOUNDE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An organisation sees and moves its own; of the platform it sees the names of accounts, of others nothing. */
class TenancyTest {
    private final Books books = Books.withAccounts();

    @BeforeEach
    void bothMerchantsWerePaid() {
        books.post(collected("d", "douala", DOUALA, 700), collected("y", "yaounde", YAOUNDE, 500));
    }

    @AfterEach
    void booksAreSound() {
        books.close();
    }

    @Test
    void showsATenantItsOwnJournalsOnly() {
        List<PostedJournal> seen = journals("douala");

        assertThat(seen).singleElement().satisfies(journal -> {
            assertThat(journal.key()).isEqualTo("d");
            assertThat(journal.tenant()).isEqualTo("douala");
        });
        assertThat(journalsOf("douala", "ch_y")).isEmpty();
        assertThat(journals("")).isEmpty();
    }

    @Test
    void showsWhatALegLeftOnlyOfOnesOwnAccount() {
        List<PostedJournal> seen = journalsOf("douala", "ch_d");

        assertThat(seen.getFirst().legs())
                .containsExactly(
                        new PostedJournal.Leg(FLOAT, 700, null),
                        new PostedJournal.Leg(DOUALA, -670, 670L),
                        new PostedJournal.Leg(FEES, -30, null));
    }

    @Test
    void showsStaffEverything() {
        List<PostedJournal> seen = journals(EVERY_TENANT);

        assertThat(seen).extracting(PostedJournal::key).containsExactly("y", "d");
        assertThat(seen.getFirst().legs())
                .extracting(PostedJournal.Leg::balanceAfter)
                .containsExactly(1200L, 470L, 60L);
    }

    @Test
    void showsNoTableAnotherTenantsRows() {
        assertThat(column("douala", "SELECT key FROM ledger.journal")).containsExactly("d");
        assertThat(column("douala", "SELECT DISTINCT account FROM ledger.leg"))
                .containsExactlyInAnyOrder(FLOAT, DOUALA, FEES);
        assertThat(column("douala", "SELECT balance_after FROM ledger.leg WHERE balance_after IS NOT NULL"))
                .containsExactly("670");
        assertThat(column("douala", "SELECT a.name FROM ledger.balance b JOIN ledger.account a ON a.id = b.account_id"))
                .containsExactly(DOUALA);
    }

    @Test
    void showsThePlatformsAccountNamesButNotWhatTheyHold() {
        assertThat(column("douala", "SELECT name FROM ledger.account"))
                .contains(FLOAT, FEES, DOUALA)
                .doesNotContain(YAOUNDE);
        List<Balance> balances =
                books.in("douala", tx -> books.ledger.balances(tx, List.of(FLOAT, FEES, DOUALA, YAOUNDE)));
        assertThat(balances).extracting(Balance::account).containsExactly(DOUALA);
        assertThat(column("", "SELECT account_id FROM ledger.balance")).isEmpty();
    }

    @Test
    void showsATenantTheLegsThatOthersPostedToItsAccount() {
        books.post(Books.move("between", DOUALA, YAOUNDE, 70));

        assertThat(column(
                        "douala",
                        "SELECT amount FROM ledger.leg WHERE account = '" + DOUALA + "' ORDER BY journal_seq"))
                .containsExactly("-670", "70");
        assertThat(column("douala", "SELECT amount FROM ledger.leg WHERE account = '" + YAOUNDE + "'"))
                .isEmpty();
    }

    @Test
    void refusesAJournalInAnotherTenantsName() {
        assertThat(ProtectionTest.stateOf(() -> books.postAs("douala", collected("forged", "yaounde", DOUALA, 100))))
                .isEqualTo("42501");
        assertThat(ProtectionTest.stateOf(() -> books.postAs("", collected("forged", "douala", DOUALA, 100))))
                .isEqualTo("42501");
    }

    @Test
    void knowsNoAccountOfAnotherTenantEvenWhenItsNumberIsKnown() {
        books.amount(YAOUNDE);
        Journal theft = new Journal(
                "theft", "test", "douala", null, List.of(Posting.debit(YAOUNDE, 100), Posting.credit(DOUALA, 100)));

        assertThat(books.postAs("douala", theft, collected("ok", "douala", DOUALA, 100)))
                .containsExactly(new Verdict.UnknownAccount(YAOUNDE), new Verdict.Posted(3));
        List<Verdict> byAnother = books.in("douala", tx -> new Ledger().post(tx, List.of(theft)));
        assertThat(byAnother).containsExactly(new Verdict.UnknownAccount(YAOUNDE));
        assertThat(books.amount(YAOUNDE)).isEqualTo(470);
    }

    @Test
    void opensNoAccountForAnotherTenant() {
        Account forged = new Account("merchant:forged:payable", AccountType.LIABILITY, 0L, "yaounde");
        Account own = new Account("merchant:own:payable", AccountType.LIABILITY, 0L, "douala");

        assertThatThrownBy(() -> books.in("douala", tx -> {
                    books.ledger.open(tx, List.of(forged));
                    return true;
                }))
                .hasMessageContaining("may not see");
        books.in("douala", tx -> {
            books.ledger.open(tx, List.of(own, new Account(FLOAT, AccountType.ASSET, 0L, Account.PLATFORM)));
            return true;
        });
        assertThat(books.amount("merchant:own:payable")).isZero();
    }

    private List<PostedJournal> journals(String tenants) {
        return books.in(tenants, tx -> books.ledger.journals(tx, Long.MAX_VALUE, 10));
    }

    private List<PostedJournal> journalsOf(String tenants, String payment) {
        return books.in(tenants, tx -> books.ledger.journalsOf(tx, payment));
    }

    private List<String> column(String tenants, String query) {
        return books.in(tenants, tx -> tx.createQuery(query).mapTo(String.class).list());
    }

    private static Journal collected(String key, String tenant, String merchant, long amount) {
        return new Journal(
                key,
                "charge.collected",
                tenant,
                "ch_" + key,
                List.of(Posting.debit(FLOAT, amount), Posting.credit(merchant, amount - 30), Posting.credit(FEES, 30)));
    }
}
