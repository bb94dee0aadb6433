package cm.nkap.ledger;

import static cm.nkap.ledger.Books.BANK;
import static cm.nkap.ledger.Books.DOUALA;
import static cm.nkap.ledger.Books.FLOAT;
import static cm.nkap.ledger.Books.move;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What each check finds in books that somebody changed behind the ledger's back: this, there, once, and no more. */
class ChecksTest {
    private static final String ACCOUNT = "(SELECT id FROM ledger.account WHERE name = '%s')";
    private static final String OF_FLOAT = " WHERE account_id = " + ACCOUNT.formatted(FLOAT);
    private final Books books = Books.withAccounts();

    @BeforeEach
    void threeJournals() {
        books.post(
                move("topup", FLOAT, BANK, 700), move("first", FLOAT, DOUALA, 500), move("second", FLOAT, DOUALA, 300));
    }

    @AfterEach
    void booksAreSound() {
        books.close();
    }

    static Stream<Arguments> tampering() {
        return Stream.concat(Stream.concat(journals(), postings()), Stream.concat(balances(), heads()));
    }

    private static Stream<Arguments> journals() {
        return Stream.of(
                found("UPDATE ledger.journal SET kind = 'gift' WHERE seq = 2", chain("journal 2")),
                found(
                        "UPDATE ledger.journal SET total = 501 WHERE seq = 2",
                        chain("journal 2"),
                        Map.of("journals", List.of("journal 2"))),
                found(
                        "DELETE FROM ledger.journal WHERE seq = 2",
                        chain("journal 3"),
                        Map.of("journals", List.of("journal 2"))));
    }

    private static Stream<Arguments> postings() {
        return Stream.of(
                found(
                        "UPDATE ledger.posting SET amount = 501 WHERE journal_seq = 2 AND line = 1",
                        chain("journal 2"),
                        Map.of(
                                "journals", List.of("journal 2"),
                                "histories", List.of("posting 2/1"),
                                "replay", List.of("account " + FLOAT))),
                found(
                        "UPDATE ledger.posting SET balance_after = 1201 WHERE journal_seq = 2 AND line = 1",
                        chain("journal 2"),
                        Map.of("histories", List.of("posting 2/1", "posting 3/1"))),
                found(
                        "DELETE FROM ledger.posting WHERE journal_seq = 3 AND line = 2",
                        chain("journal 3"),
                        Map.of(
                                "journals", List.of("journal 3"),
                                "balances", List.of("account " + DOUALA),
                                "replay", List.of("account " + DOUALA))),
                found(
                        "UPDATE ledger.posting SET account_id = 99 WHERE journal_seq = 3 AND line = 2",
                        chain("journal 3"),
                        Map.of(
                                "journals", List.of("journal 3"),
                                "balances", List.of("account " + DOUALA),
                                "replay", List.of("account " + DOUALA))),
                found(
                        "UPDATE ledger.posting SET version = 9 WHERE journal_seq = 2 AND line = 1",
                        chain("journal 2"),
                        Map.of(
                                "histories", List.of("posting 2/1", "posting 3/1"),
                                "balances", List.of("account " + FLOAT),
                                "replay", List.of("account " + FLOAT))));
    }

    private static Stream<Arguments> balances() {
        Map<String, List<String>> floors = Map.of("floors", List.of("account " + FLOAT));
        String closed = "ALTER TABLE ledger.balance DROP CONSTRAINT balance_closed_empty;";
        return Stream.of(
                found(
                        "UPDATE ledger.balance SET debits = debits + 1" + OF_FLOAT,
                        Map.of(
                                "totals", List.of("all accounts"),
                                "balances", List.of("account " + FLOAT),
                                "replay", List.of("account " + FLOAT))),
                found(
                        "UPDATE ledger.balance SET debits = debits + 1, credits = credits + 1" + OF_FLOAT,
                        Map.of("replay", List.of("account " + FLOAT))),
                found(
                        "DELETE FROM ledger.balance WHERE version = 0 AND account_id = "
                                + ACCOUNT.formatted(Books.FEES),
                        Map.of("balances", List.of("account " + Books.FEES))),
                found(
                        "ALTER TABLE ledger.balance DROP CONSTRAINT balance_floor; UPDATE ledger.balance SET floor = 1501"
                                + OF_FLOAT,
                        floors),
                found(closed + "UPDATE ledger.balance SET closed_at = now()" + OF_FLOAT, floors),
                found(closed + "UPDATE ledger.balance SET closed_at = now() - interval '1 h'" + OF_FLOAT, floors));
    }

    private static Stream<Arguments> heads() {
        return Stream.of(
                found("UPDATE ledger.head SET hash = sha256('x')", Map.of("totals", List.of("head"))),
                found(
                        "UPDATE ledger.head SET next_seq = 4 + 1",
                        Map.of("totals", List.of("head")),
                        Map.of("journals", List.of("journal 4"))));
    }

    @SafeVarargs
    private static Arguments found(String tampering, Map<String, List<String>>... expected) {
        Map<String, List<String>> all = new TreeMap<>();
        for (Map<String, List<String>> some : expected) {
            all.putAll(some);
        }
        return Arguments.of(tampering, all);
    }

    /** Whoever changes what is under the hashes is found by both checks of the chain. */
    private static Map<String, List<String>> chain(String... abouts) {
        return Map.of("chain", List.of(abouts), "whole-chain", List.of(abouts));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tampering")
    void findsWhatWasChangedOnceAndSeesItRepaired(String tampering, Map<String, List<String>> expected) {
        Watch watch = Watch.over(books);
        Watch.tamper(books, tampering);

        assertThat(watch.found()).isEqualTo(expected);
        assertThat(watch.found()).as("told once").isEmpty();
        assertThat(watch.open()).isEqualTo(expected);

        Watch.repair(books);
        assertThat(watch.found()).isEmpty();
        assertThat(watch.open()).isEmpty();
    }

    @Test
    void findsNothingInBooksThatAreRight() {
        assertThat(Watch.over(books).found()).isEmpty();
    }

    @Test
    void findsInTheNextRoundWhatWasChangedAfterItWasRead() {
        Watch watch = Watch.over(books);
        assertThat(watch.found()).isEmpty();

        Watch.tamper(books, "UPDATE ledger.journal SET tenant = 'douala' WHERE seq = 1");

        assertThat(watch.found()).isEqualTo(Map.of("whole-chain", List.of("journal 1")));
        Watch.repair(books);
        assertThat(watch.found()).isEmpty();
        assertThat(watch.open()).isEmpty();
    }
}
