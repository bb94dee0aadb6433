package cm.nkap.ledger;

import static cm.nkap.ledger.Books.BANK;
import static cm.nkap.ledger.Books.DOUALA;
import static cm.nkap.ledger.Books.EVERY_TENANT;
import static cm.nkap.ledger.Books.FEES;
import static cm.nkap.ledger.Books.FLOAT;
import static cm.nkap.ledger.Books.YAOUNDE;
import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.testing.Seeds;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Many threads on few accounts, legs in any order, while accounts open and close, periods close and hours are sealed:
 * nobody deadlocks and nobody waits too long. {@code -Dnkap.ledger.hunt=1000} hunts longer.
 */
@Timeout(900)
class DeadlockHuntTest {
    private static final int THREADS = 32;
    private static final int ROUNDS = Integer.getInteger("nkap.ledger.hunt", 12);
    private static final String CLOSED_FOR_EVER = "L0006";
    private static final List<String> FEW = List.of(FLOAT, BANK, FEES, DOUALA, YAOUNDE);
    private final LocalDate today = LocalDate.now(ZoneId.of("Africa/Douala"));

    private final Books books = Books.withAccounts();
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

    @AfterEach
    void booksAreSound() {
        threads.shutdownNow();
        books.close();
    }

    @Test
    void nobodyDeadlocksAndNobodyWaitsTooLong() throws Exception {
        long seed = Seeds.seed("nobodyDeadlocksAndNobodyWaitsTooLong");
        List<Callable<Integer>> hunters = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int hunter = i;
            hunters.add(() -> {
                try (Handle session = books.newSession()) {
                    session.execute("SET lock_timeout = '30s'");
                    session.execute("SET statement_timeout = '30s'");
                    return hunt(session, hunter, new Random(seed + hunter));
                }
            });
        }
        int posted = 0;
        for (Future<Integer> hunter : threads.invokeAll(hunters)) {
            posted += hunter.get();
        }
        assertThat(Sessions.deadlocks(books)).isZero();
        assertThat(posted).isGreaterThan(THREADS * ROUNDS);
        assertThat(new Verifier(20).verify(books.app(), List.of()).findings()).isEmpty();
    }

    private int hunt(Handle session, int hunter, Random random) {
        int posted = 0;
        for (int round = 0; round < ROUNDS; round++) {
            String name = hunter + ":" + round;
            switch (random.nextInt(8)) {
                case 0 -> openPostAndClose(session, "passing:" + random.nextInt(6) + ":" + round, name, random);
                case 1 -> closePeriod(session, random);
                case 2 -> seal(session, hunter);
                default -> posted += post(session, name, random);
            }
            posted += post(session, name + ":more", random);
        }
        return posted;
    }

    /** Several threads open the same accounts at once and close them again; whoever comes late finds one closed. */
    private void openPostAndClose(Handle session, String account, String key, Random random) {
        List<Account> opened = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            opened.add(new Account(account + ":" + i, AccountType.LIABILITY, 0L, Account.PLATFORM));
        }
        Collections.shuffle(opened, random);
        List<Journal> through = new ArrayList<>();
        for (Account each : opened) {
            through.add(Books.move(key + ":in:" + each.name(), BANK, each.name(), 5));
            through.add(Books.move(key + ":out:" + each.name(), each.name(), BANK, 5));
        }
        String refusal = ProtectionTest.stateOf(() -> Books.in(session, EVERY_TENANT, tx -> {
            books.ledger.open(tx, opened);
            books.ledger.post(tx, through);
            books.ledger.close(tx, opened.stream().map(Account::name).toList());
            return opened.size();
        }));
        assertThat(refusal).isIn("not refused", CLOSED_FOR_EVER);
    }

    private void closePeriod(Handle session, Random random) {
        Books.in(session, EVERY_TENANT, tx -> {
            books.ledger.closePeriod(tx, today.minusDays(2 + random.nextInt(40)));
            return 1;
        });
    }

    /** The application seals what is over; now and then the hour that is not, as if it were. */
    private void seal(Handle session, int hunter) {
        if (hunter == 0) {
            books.admin(admin -> admin.createQuery(
                            "SELECT ledger.seal_until(date_trunc('hour', posted_at) + interval '1 hour') FROM ledger.head")
                    .mapTo(Integer.class)
                    .one());
        }
        Books.in(session, EVERY_TENANT, tx -> tx.createQuery("SELECT ledger.seal_hours()")
                .mapTo(Integer.class)
                .one());
    }

    private int post(Handle session, String key, Random random) {
        List<Journal> batch = new ArrayList<>();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            List<String> accounts = new ArrayList<>(FEW);
            Collections.shuffle(accounts, random);
            long amount = 2L + random.nextInt(50);
            Journal journal = Books.journal(
                    key + ":" + i,
                    Posting.debit(accounts.get(0), amount),
                    Posting.credit(accounts.get(1), 1),
                    Posting.credit(accounts.get(2), amount - 1));
            batch.add(random.nextInt(4) == 0 ? journal.withEffective(today.minusDays(random.nextInt(30))) : journal);
        }
        return (int) books.postIn(session, batch.toArray(new Journal[0])).stream()
                .filter(Verdict::stands)
                .count();
    }
}
