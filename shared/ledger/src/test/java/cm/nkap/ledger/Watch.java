package cm.nkap.ledger;

import cm.nkap.ledger.Checks.Check;
import cm.nkap.ledger.Checks.Health;
import cm.nkap.ledger.Checks.Limits;
import cm.nkap.ledger.Checks.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/** Checks on a set of books, looking as the application. */
final class Watch {
    static final Health HEALTHY =
            new Health(Duration.ZERO, 80, 1_000_000, Duration.ofMinutes(5), Duration.ofMinutes(1), 100);
    private static final int MANY = 1_000;
    private static final List<String> TABLES = List.of("journal", "posting", "balance", "head");

    private final Books books;
    private final Checks checks;

    private Watch(Books books, Checks checks) {
        this.books = books;
        this.checks = checks;
    }

    static Watch over(Books books) {
        return over(books, limits(2_000, Map.of()));
    }

    static Watch over(Books books, Limits limits, Check... more) {
        return new Watch(books, new Checks(limits, Arrays.asList(more)));
    }

    /** Everything at most so many at a time, without rests. */
    static Limits limits(int atOnce, Map<String, Duration> clearing) {
        return new Limits(atOnce, atOnce, atOnce, Duration.ZERO, Duration.ZERO, clearing, HEALTHY);
    }

    Optional<Outcome> look(String check) {
        return books.in(Books.EVERY_TENANT, tx -> checks.look(tx, check));
    }

    Optional<Outcome> look(Handle session, String check) {
        return Books.in(session, Books.EVERY_TENANT, tx -> checks.look(tx, check));
    }

    Optional<Outcome> broke(String check, String reason) {
        return books.in(Books.EVERY_TENANT, tx -> checks.broke(tx, check, reason));
    }

    List<String> due() {
        return books.in(Books.EVERY_TENANT, checks::due);
    }

    /** Looks until every check has read all; what was found new, by check. */
    Map<String, List<String>> found() {
        Map<String, List<String>> found = new TreeMap<>();
        for (String check : due()) {
            List<String> abouts = new ArrayList<>();
            round(check)
                    .forEach(outcome ->
                            outcome.found().stream().map(Finding::about).forEach(abouts::add));
            if (!abouts.isEmpty()) {
                found.put(check, abouts);
            }
        }
        return found;
    }

    /** Looks of one check until it has read all. */
    List<Outcome> round(String check) {
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            outcomes.add(look(check).orElseThrow());
            if (rests(check)) {
                return outcomes;
            }
        }
        throw new AssertionError(check + " does not come to an end");
    }

    /** What is still there, by check. */
    Map<String, List<String>> open() {
        Map<String, List<String>> open = new TreeMap<>();
        books.in(Books.EVERY_TENANT, Checks::progress).stream()
                .filter(check -> !check.findings().isEmpty())
                .forEach(check -> open.put(
                        check.check(),
                        check.findings().stream().map(Checks.OpenFinding::about).toList()));
        return open;
    }

    private boolean rests(String check) {
        return books.admin(admin -> admin.createQuery("SELECT resting FROM ledger.checked WHERE name = :name")
                .bind("name", check)
                .mapTo(Boolean.class)
                .one());
    }

    /** Changes the books as nobody may: the administrator, with every trigger out of the way. */
    static void tamper(Books books, String... statements) {
        books.admin(admin -> {
            admin.useTransaction(tx -> {
                tx.execute("SET LOCAL session_replication_role = replica");
                for (String table : TABLES) {
                    tx.execute("CREATE TABLE public." + table + " AS TABLE ledger." + table);
                    tx.execute("ALTER TABLE ledger." + table + " DISABLE TRIGGER USER");
                }
                for (String statement : statements) {
                    tx.execute(statement);
                }
                for (String table : TABLES) {
                    tx.execute("ALTER TABLE ledger." + table + " ENABLE TRIGGER USER");
                }
            });
            return statements.length;
        });
    }

    /** Puts back what stood before {@link #tamper}. */
    static void repair(Books books) {
        books.admin(admin -> {
            admin.useTransaction(tx -> {
                tx.execute("SET LOCAL session_replication_role = replica");
                for (String table : TABLES) {
                    tx.execute("ALTER TABLE ledger." + table + " DISABLE TRIGGER USER");
                    tx.execute("DELETE FROM ledger." + table);
                    tx.execute("INSERT INTO ledger." + table + " SELECT * FROM public." + table);
                    tx.execute("DROP TABLE public." + table);
                    tx.execute("ALTER TABLE ledger." + table + " ENABLE TRIGGER USER");
                }
            });
            return TABLES.size();
        });
    }
}
