package cm.nkap.ledger.bench;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What a journal costs when there are many already: posted one by one through the ledger, none put there otherwise. The
 * database stays, so that a longer run goes on where a shorter one ended.
 */
final class Growth {
    private static final int ACCOUNTS = 1_000_000;
    private static final int FILL = 2_000;
    private static final int ROUNDS = 3;
    private static final String DATABASE = "growth";
    private static final Load.Span SPAN = new Load.Span(3, 5);

    private final Server server;
    private final Options options;
    private final Chart chart = new Chart(ACCOUNTS);
    private final NkapLedger ours;
    private final List<String> rows = new ArrayList<>();

    Growth(Server server, Options options) {
        this.server = server;
        this.options = options;
        this.ours = NkapLedger.whole(options.size());
    }

    /** Whether the books are right at the end. */
    boolean run() throws SQLException, InterruptedException {
        Stage.say(Cell.HEADINGS + "\n" + Cell.RULE);
        Stage small = new Stage(server, new Chart(options.accounts));
        for (Workload workload : List.of(Workload.HOT, Workload.UNIFORM)) {
            List<Cell> cells = new ArrayList<>();
            for (int i = 0; i < ROUNDS; i++) {
                cells.add(small.measure(ours, workload, load -> load.closed(Comparison.CALLERS, SPAN)));
            }
            row("%,d accounts, empty".formatted(options.accounts), cells);
        }
        Server.Database database = opened();
        List<String> faults;
        try (NkapBooks books = ours.start(database, chart)) {
            for (long journals : new long[] {0, 1_000_000, 10_000_000, 100_000_000}) {
                if (journals < options.growth) {
                    reach(books, database, journals);
                }
            }
            reach(books, database, options.growth);
            faults = books.faults();
        }
        Stage.say("\n" + String.join("\n", rows));
        Stage.say(faults.isEmpty() ? "the books are right" : "THE BOOKS ARE WRONG: " + faults);
        return faults.isEmpty() && small.areBooksRight();
    }

    private Server.Database opened() throws SQLException {
        Server.Database database = server.database(DATABASE);
        if (!server.has(DATABASE)) {
            Stage.say("opening %,d accounts …".formatted(ACCOUNTS));
            // under another name until it is whole, or a run that was cut off would be taken for one
            server.forget(DATABASE + "_new");
            server.create(DATABASE + "_new");
            ours.install(server.database(DATABASE + "_new"), chart);
            server.rename(DATABASE + "_new", DATABASE);
        }
        return database;
    }

    private void reach(NkapBooks books, Server.Database database, long journals)
            throws SQLException, InterruptedException {
        long there = books.journals();
        if (there > journals + journals / 4 + 1_000_000) {
            return;
        }
        SplittableRandom random = new SplittableRandom(there);
        long told = System.nanoTime();
        while (there < journals) {
            books.post(random, (int) Math.min(FILL, journals - there), Workload.UNIFORM)
                    .forEach(NkapLedger::posted);
            there = books.journals();
            if (System.nanoTime() - told > 10_000_000_000L) {
                told = System.nanoTime();
                Stage.say("filled to %,d".formatted(there));
            }
        }
        database.execute("CHECKPOINT");
        for (Workload workload : List.of(Workload.HOT, Workload.UNIFORM)) {
            List<Cell> cells = new ArrayList<>();
            for (int i = 0; i < ROUNDS; i++) {
                cells.add(new Load(server, ours, books, workload, chart).closed(Comparison.CALLERS, SPAN));
            }
            row("%,d accounts, %,d journals, %s".formatted(ACCOUNTS, journals, server.size(DATABASE)), cells);
        }
    }

    private void row(String state, List<Cell> cells) {
        Results results = new Results();
        cells.forEach(results::add);
        String row = "| " + state + " " + results.rows().getLast();
        rows.add(row);
        Stage.say(row);
    }
}
