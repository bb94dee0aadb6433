package cm.nkap.ledger;

import static cm.nkap.ledger.Books.BANK;
import static cm.nkap.ledger.Books.DOUALA;
import static cm.nkap.ledger.Books.EVERY_TENANT;
import static cm.nkap.ledger.Books.FEES;
import static cm.nkap.ledger.Books.FLOAT;
import static cm.nkap.ledger.Books.YAOUNDE;
import static cm.nkap.ledger.Books.move;
import static cm.nkap.ledger.Books.reversal;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * Books with everything a verifier looks at: three seals, the second over journals 5 to 8 and the closing of an account, a
 * closed period, a reversal, a journal of an earlier day, and two journals that no seal covers yet.
 */
final class SealedBooks implements AutoCloseable {
    static final String ESCROW = "escrow:1";
    static final Journal SECOND =
            new Journal("second", "charge.collected", "douala", "ch_1", legs(500, "merchant:douala:payable"));
    private static final ZoneId DOUALA_TIME = ZoneId.of("Africa/Douala");

    final Books books = Books.withAccounts();
    final List<SealedRoot> roots;

    SealedBooks() {
        Instant now = Instant.now();
        books.open(new Account(ESCROW, AccountType.LIABILITY, 0L, "douala"));
        books.post(move("first", FLOAT, BANK, 9_000), SECOND, move("third", FLOAT, ESCROW, 70));
        books.post(move("fourth", ESCROW, FLOAT, 70));
        LocalDate yesterday = LocalDate.now(DOUALA_TIME).minusDays(1);
        books.in(EVERY_TENANT, tx -> {
            books.ledger.closePeriod(tx, yesterday.minusDays(5));
            return 0;
        });
        books.sealUntil(now.plus(Duration.ofHours(1)));
        books.in(EVERY_TENANT, tx -> {
            books.ledger.close(tx, List.of(ESCROW));
            return 0;
        });
        books.post(
                new Journal("fifth", "charge.collected", "yaounde", "ch_2", legs(400, YAOUNDE))
                        .withEffective(yesterday),
                reversal("sixth", SECOND, 2));
        books.post(move("seventh", FLOAT, DOUALA, 30), move("eighth", FLOAT, DOUALA, 40));
        books.sealUntil(now.plus(Duration.ofHours(2)));
        books.post(move("ninth", FLOAT, DOUALA, 50));
        books.sealUntil(now.plus(Duration.ofHours(3)));
        roots = books.roots();
        books.post(move("tenth", FLOAT, DOUALA, 60), move("eleventh", FLOAT, DOUALA, 70));
    }

    private static List<Posting> legs(long amount, String merchant) {
        return List.of(Posting.debit(FLOAT, amount), Posting.credit(merchant, amount - 10), Posting.credit(FEES, 10));
    }

    /** What the verifier says, as the application, after the administrator did that behind every trigger, check and reference. */
    Verifier.Report after(List<SealedRoot> exported, Crime crime) {
        return books.admin(admin -> {
            admin.begin();
            try {
                admin.execute("SET LOCAL session_replication_role = replica");
                admin.createQuery(
                                "SELECT oid::regclass FROM pg_class WHERE relnamespace = 'ledger'::regnamespace AND relkind = 'r'")
                        .mapTo(String.class)
                        .list()
                        .forEach(table -> admin.execute("ALTER TABLE " + table + " DISABLE TRIGGER ALL"));
                admin.createQuery("""
                                SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname)
                                FROM pg_constraint WHERE connamespace = 'ledger'::regnamespace AND contype = 'c'
                                """).mapTo(String.class).list().forEach(admin::execute);
                crime.commit(admin);
                admin.execute("SET LOCAL ROLE nkap_app");
                return new Verifier(100).verify(admin, null, exported);
            } finally {
                admin.rollback();
            }
        });
    }

    /** What is done to the tables. */
    interface Crime {
        void commit(Handle admin);
    }

    @Override
    public void close() {
        books.close();
    }
}
