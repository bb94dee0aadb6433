package cm.nkap.ledger;

import static cm.nkap.ledger.Books.BANK;
import static cm.nkap.ledger.Books.FEES;
import static cm.nkap.ledger.Books.FLOAT;

import cm.nkap.ledger.Checks.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** What the checks cost, in CPU time of Postgres and of this JVM; only when -Dnkap.ledger.checkcost says how many journals. */
@EnabledIfSystemProperty(named = "nkap.ledger.checkcost", matches = "[0-9]+")
class CheckCost {
    private static final int BATCH = 500;
    private static final int MERCHANTS = 2_000;
    private static final double MICROS_PER_TICK = 10_000;

    private final Books books = Books.withAccounts();

    @Test
    void perJournal() {
        int journals = Integer.getInteger("nkap.ledger.checkcost");
        fill(journals);
        Watch watch = Watch.over(books, Watch.limits(2_000, Map.of("clearing:", Duration.ofDays(1))));
        StringBuilder lines = new StringBuilder();
        double sum = 0;
        for (String check :
                List.of("journals", "histories", "chain", "clearing", "balances", "floors", "replay", "totals")) {
            double server = serverTicks();
            long own = ownNanos();
            List<Outcome> looks = watch.round(check);
            double micros = (serverTicks() - server) * MICROS_PER_TICK / journals;
            sum += micros;
            lines.append("%-10s %5d looks, Postgres %.2f us a journal, JVM %.2f us%n"
                    .formatted(check, looks.size(), micros, (ownNanos() - own) / 1_000.0 / journals));
        }
        write(lines + "sum %.2f us of Postgres%n".formatted(sum));
        books.close();
    }

    /** A charge each: float, one of many merchants, fees; now and then money in transit that comes back. */
    private void fill(int journals) {
        List<Account> accounts = new ArrayList<>();
        accounts.add(new Account("clearing:transit", AccountType.ASSET, null, Account.PLATFORM));
        for (int i = 0; i < MERCHANTS; i++) {
            accounts.add(new Account("merchant:" + i + ":payable", AccountType.LIABILITY, 0L, "org" + i));
        }
        books.open(accounts.toArray(Account[]::new));
        Random random = new Random(7);
        for (int from = 0; from < journals; from += BATCH) {
            List<Journal> batch = new ArrayList<>();
            for (int i = from; i < from + BATCH; i++) {
                String payment = "ch_" + i;
                List<Posting> legs = i % 20 < 18
                        ? List.of(
                                Posting.debit(FLOAT, 1_000),
                                Posting.credit("merchant:" + random.nextInt(MERCHANTS) + ":payable", 980),
                                Posting.credit(FEES, 20))
                        : List.of(
                                Posting.debit(i % 2 == 0 ? "clearing:transit" : BANK, 500),
                                Posting.credit(i % 2 == 0 ? BANK : "clearing:transit", 500));
                batch.add(new Journal("k" + i, "charge.collected", Account.PLATFORM, payment, legs));
            }
            books.post(batch);
        }
        books.admin(admin -> admin.execute("ANALYZE"));
    }

    /** User and system time of the session's server process. */
    private double serverTicks() {
        int pid = books.session()
                .createQuery("SELECT pg_backend_pid()")
                .mapTo(Integer.class)
                .one();
        String stat = read(Path.of("/proc/" + pid + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }

    private static long ownNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(String text) {
        try {
            Files.writeString(Path.of("target", "check-cost.txt"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
