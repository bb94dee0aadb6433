package cm.nkap.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole journals taken away, added or exchanged, by somebody who may do everything in the database. */
class ForgeryTest {
    private static final SealedBooks sealed = new SealedBooks();

    @AfterAll
    static void close() {
        sealed.close();
    }

    private static List<String> afterwards(List<SealedRoot> exported, Consumer<Forger> crime) {
        return sealed
                .after(exported, admin -> {
                    admin.execute("SET LOCAL nkap.orgs = '*'");
                    crime.accept(new Forger(admin));
                })
                .findings()
                .stream()
                .map(found -> found.check() + " " + found.about())
                .toList();
    }

    private static List<String> afterSql(String sql) {
        return sealed
                .after(List.of(), admin -> admin.createScript(sql).executeAsSeparateStatements())
                .findings()
                .stream()
                .map(found -> found.check() + " " + found.about())
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"1", "6", "10", "11"})
    void namesAJournalThatWasTakenAwayWithItsLegs(long seq) {
        assertThat(afterwards(List.of(), forger -> forger.deleteJournal(seq)))
                .first()
                .isEqualTo("journal.missing journal " + seq);
    }

    @Test
    void namesLegsAndHeadersThatWereTakenAwayAlone() {
        assertThat(afterSql("DELETE FROM ledger.journal WHERE seq = 6"))
                .startsWith("journal.missing journal 6", "posting.journal posting 6/1");
        assertThat(afterSql("DELETE FROM ledger.posting WHERE journal_seq = 6 AND line = 3"))
                .first()
                .isEqualTo("journal.balanced journal 6");
        assertThat(afterSql("DELETE FROM ledger.posting WHERE journal_seq = 11"))
                .first()
                .isEqualTo("journal.legs journal 11");
    }

    @Test
    void namesABalancedJournalThatWasAdded() {
        assertThat(afterSql("""
                        INSERT INTO ledger.journal SELECT 12, 'added', fingerprint, kind, tenant, payment, reverses, effective, legs, total, now() + interval '4 hours', hash
                        FROM ledger.journal WHERE seq = 11;
                        INSERT INTO ledger.posting SELECT 12, line, account_id, version + 1, amount, balance_after + abs(amount)
                        FROM ledger.posting WHERE journal_seq = 11;
                        UPDATE ledger.balance b SET version = b.version + 1, debits = b.debits + greatest(p.amount, 0), credits = b.credits + greatest(-p.amount, 0)
                        FROM ledger.posting p WHERE p.journal_seq = 12 AND p.account_id = b.account_id
                        """))
                .containsExactly("journal.hash journal 12", "head.next_seq head", "head.posted_at head");
    }

    @Test
    void namesTheFirstOfTwoJournalsThatWereExchanged() {
        String exchange = """
                UPDATE ledger.posting SET journal_seq = 100 WHERE journal_seq = 7;
                UPDATE ledger.posting SET journal_seq = 7 WHERE journal_seq = 8;
                UPDATE ledger.posting SET journal_seq = 8 WHERE journal_seq = 100;
                """;

        assertThat(afterSql(exchange)).first().isEqualTo("posting.version posting 7/1");
        assertThat(afterSql(exchange + """
                        UPDATE ledger.journal SET seq = 100 WHERE seq = 7;
                        UPDATE ledger.journal SET seq = 7 WHERE seq = 8;
                        UPDATE ledger.journal SET seq = 8 WHERE seq = 100
                        """)).first().isEqualTo("posting.version posting 7/1");
    }

    @Test
    void namesAJournalWhoseLegsWereExchanged() {
        assertThat(afterSql("""
                        UPDATE ledger.posting SET line = 100 WHERE journal_seq = 7 AND line = 1;
                        UPDATE ledger.posting SET line = 1 WHERE journal_seq = 7 AND line = 2;
                        UPDATE ledger.posting SET line = 2 WHERE journal_seq = 7 AND line = 100
                        """)).containsExactly("journal.fingerprint journal 7", "journal.hash journal 7");
    }

    @Test
    void seesByItselfWhereSealedJournalsWereCutOff() {
        assertThat(afterwards(List.of(), forger -> {
                    forger.deleteJournal(11);
                    forger.deleteJournal(10);
                    forger.deleteJournal(9);
                    forger.balanceAgain();
                    forger.headAgain();
                }))
                .first()
                .isEqualTo("seal.journal_hash seal 3");
    }

    @Test
    void onlyAKeptRootShowsThatTheEndWasCutOffWithItsSeal() {
        Consumer<Forger> crime = forger -> {
            forger.unseal(2);
            forger.deleteJournal(11);
            forger.deleteJournal(10);
            forger.deleteJournal(9);
            forger.balanceAgain();
            forger.headAgain();
        };

        assertThat(afterwards(List.of(), crime)).isEmpty();
        assertThat(afterwards(sealed.roots, crime)).containsExactly("seal.exported seal 3");
    }

    @Test
    void onlyAKeptRootShowsThatEverythingWasWrittenAnew() {
        Consumer<Forger> crime = forger -> {
            forger.changeAmount(5, 100);
            forger.balanceAgain();
            forger.chainAgain();
            forger.sealAgain();
        };

        assertThat(afterwards(List.of(), crime)).isEmpty();
        assertThat(afterwards(sealed.roots, crime)).containsExactly("seal.exported seal 2", "seal.exported seal 3");
    }

    @Test
    void aRebuiltChainIsFoundByItsSealsWhenThoseWereForgotten() {
        assertThat(afterwards(List.of(), forger -> {
                    forger.changeAmount(5, 100);
                    forger.balanceAgain();
                    forger.chainAgain();
                }))
                .containsExactly("seal.journal_hash seal 2", "seal.journal_hash seal 3");
    }
}
