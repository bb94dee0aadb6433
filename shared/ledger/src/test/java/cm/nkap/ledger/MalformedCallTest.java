package cm.nkap.ledger;

import static cm.nkap.ledger.Books.DOUALA;
import static cm.nkap.ledger.Books.EVERY_TENANT;
import static cm.nkap.ledger.Books.FLOAT;
import static cm.nkap.ledger.Books.move;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The function itself, called by hand: arrays that do not fit together write nothing. */
class MalformedCallTest {
    private static final String MALFORMED = "22023";
    private static final Books books = Books.withAccounts();

    /** The arguments of a good call of one journal, each to be spoilt in turn; {@code $1}, {@code $2} are two accounts. */
    private record Call(
            String keys,
            String prints,
            String others,
            String reversed,
            String effects,
            String journals,
            String lines,
            String accounts,
            String amounts) {
        static final Call GOOD = new Call(
                "{k}",
                "{" + "0".repeat(32) + "}",
                "{x}",
                "{NULL}",
                "{NULL}",
                "{1,1}",
                "{1,2}",
                "{$1,$2}",
                "{100,-100}");

        Call keys(String value) {
            return new Call(value, prints, others, reversed, effects, journals, lines, accounts, amounts);
        }

        Call prints(String value) {
            return new Call(keys, value, others, reversed, effects, journals, lines, accounts, amounts);
        }

        Call others(String value) {
            return new Call(keys, prints, value, reversed, effects, journals, lines, accounts, amounts);
        }

        Call reversed(String value) {
            return new Call(keys, prints, others, value, effects, journals, lines, accounts, amounts);
        }

        Call effects(String value) {
            return new Call(keys, prints, others, reversed, value, journals, lines, accounts, amounts);
        }

        Call legs(String newJournals, String newLines, String newAccounts, String newAmounts) {
            return new Call(keys, prints, others, reversed, effects, newJournals, newLines, newAccounts, newAmounts);
        }

        String verdict() {
            return books.in(EVERY_TENANT, tx -> tx.createQuery("""
                            SELECT (ledger.post(:keys::text[], :prints::bytea[], :others::text[], :others::text[], :others::text[],
                                :reversed::bigint[], :effects::date[], :journals::int[], :lines::smallint[], :accounts::bigint[], :amounts::bigint[])).verdicts::text
                            """)
                    .bind("keys", keys)
                    .bind("prints", prints)
                    .bind("others", others)
                    .bind("reversed", reversed)
                    .bind("effects", effects)
                    .bind("journals", journals)
                    .bind("lines", lines)
                    .bind("accounts", accounts.replace("$1", id(FLOAT)).replace("$2", id(DOUALA)))
                    .bind("amounts", amounts)
                    .mapTo(String.class)
                    .one());
        }
    }

    @BeforeAll
    static void oneJournal() {
        books.post(move("first", FLOAT, DOUALA, 500));
    }

    @AfterAll
    static void onlyThatJournalStands() {
        try (books) {
            assertThat(books.amount(DOUALA)).isEqualTo(500);
        }
    }

    static Stream<Arguments> malformed() {
        Call good = Call.GOOD;
        return Stream.of(
                Arguments.of("no journal", new Call("{}", "{}", "{}", "{}", "{}", "{}", "{}", "{}", "{}")),
                Arguments.of("two keys", good.keys("{k,l}")),
                Arguments.of("no key", good.keys("{NULL}")),
                Arguments.of("a key of its own numbering", good.keys("[0:0]={k}")),
                Arguments.of("a table of keys", good.keys("{{k}}")),
                Arguments.of("no fingerprint", good.prints("{NULL}")),
                Arguments.of("two fingerprints", good.prints("{a,b}")),
                Arguments.of("neither kind nor tenant", good.others("{NULL}")),
                Arguments.of("too many kinds", good.others("{a,b}")),
                Arguments.of("two reversals", good.reversed("{NULL,NULL}")),
                Arguments.of("two days", good.effects("{NULL,2026-01-01}")),
                Arguments.of("more lines than legs", good.legs("{1,1}", "{1,2,3}", "{$1,$2}", "{100,-100}")),
                Arguments.of("fewer accounts than legs", good.legs("{1,1}", "{1,2}", "{$1}", "{100,-100}")),
                Arguments.of("fewer amounts than legs", good.legs("{1,1}", "{1,2}", "{$1,$2}", "{100}")),
                Arguments.of("an amount of null", good.legs("{1,1}", "{1,2}", "{$1,$2}", "{100,NULL}")),
                Arguments.of("an account of null", good.legs("{1,1}", "{1,2}", "{$1,NULL}", "{100,-100}")),
                Arguments.of("legs of a journal of null", good.legs("{1,NULL}", "{1,2}", "{$1,$2}", "{100,-100}")),
                Arguments.of(
                        "legs of a second journal",
                        good.legs("{1,1,2,2}", "{1,2,1,2}", "{$1,$2,$1,$2}", "{5,-5,5,-5}")),
                Arguments.of("lines that do not begin at 1", good.legs("{1,1}", "{2,3}", "{$1,$2}", "{100,-100}")),
                Arguments.of("lines out of order", good.legs("{1,1}", "{2,1}", "{$1,$2}", "{100,-100}")),
                Arguments.of("a line twice", good.legs("{1,1}", "{1,1}", "{$1,$2}", "{100,-100}")),
                Arguments.of(
                        "legs of two journals mixed",
                        good.keys("{k,l}")
                                .prints("{a,b}")
                                .others("{x,x}")
                                .reversed("{NULL,NULL}")
                                .legs("{1,2,1,2}", "{1,1,2,2}", "{$1,$1,$2,$2}", "{5,5,-5,-5}")),
                Arguments.of("legs of journal 0", good.legs("{0,0}", "{1,2}", "{$1,$2}", "{100,-100}")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformed")
    void isRefusedAsAWhole(String fault, Call call) {
        assertThat(ProtectionTest.stateOf(call::verdict)).isEqualTo(MALFORMED);
    }

    static Stream<Arguments> unbalanced() {
        Call good = Call.GOOD;
        return Stream.of(
                Arguments.of("no legs", good.legs("{}", "{}", "{}", "{}")),
                Arguments.of("a leg of nothing", good.legs("{1,1,1}", "{1,2,3}", "{$1,$1,$2}", "{100,0,-100}")),
                Arguments.of(
                        "more than a leg may move",
                        good.legs("{1,1}", "{1,2}", "{$1,$2}", "{1000000000000001,-1000000000000001}")),
                Arguments.of(
                        "amounts whose sum is no bigint",
                        good.legs(
                                "{1,1,1,1}",
                                "{1,2,3,4}",
                                "{$1,$1,$2,$2}",
                                "{9223372036854775807,9223372036854775807,-9223372036854775807,-9223372036854775807}")),
                Arguments.of(
                        "the least bigint",
                        good.legs("{1,1,1}", "{1,2,3}", "{$1,$2,$2}", "{-9223372036854775808,9223372036854775807,1}")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unbalanced")
    void isNoJournal(String fault, Call call) {
        assertThat(call.verdict()).isEqualTo("{4}");
    }

    @Test
    void theSameCallUnspoiltIsPosted() {
        books.session().begin();
        Books.see(books.session(), EVERY_TENANT);

        assertThat(Call.GOOD.verdict()).isEqualTo("{0}");
        books.session().rollback();
    }

    private static String id(String account) {
        return books.admin(admin -> admin.createQuery("SELECT id::text FROM ledger.account WHERE name = :name")
                .bind("name", account)
                .mapTo(String.class)
                .one());
    }
}
