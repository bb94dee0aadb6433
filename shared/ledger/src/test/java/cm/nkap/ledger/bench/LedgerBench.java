package cm.nkap.ledger.bench;

import java.sql.SQLException;
import java.util.Arrays;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Compares our ledger with others on a Postgres of its own: {@code ./dev bench ledger}. The load comes from this machine
 * too and takes its share of it, so compare within one run only.
 */
public final class LedgerBench {
    private static final Logger FLYWAY = Logger.getLogger("org.flywaydb");
    private static final int[] FEW_CALLERS = {1, 16, 256};
    private static final int[] RATES = {200, 1_000, 5_000};

    private LedgerBench() {}

    public static void main(String[] arguments) throws SQLException, InterruptedException {
        if (Arrays.asList(arguments).contains("--help")) {
            System.out.println(Options.USAGE);
            return;
        }
        FLYWAY.setLevel(Level.WARNING);
        boolean isWell;
        try {
            Options options = Options.parse(arguments);
            boolean grows = options.growth > 0;
            Server server = Server.start(options.home.resolve(grows ? "growth" : "ledger"), grows);
            System.out.println(Machine.text() + "\n" + server.text());
            // who commits one by one stands and falls with it
            System.out.printf("one durable write of 8 kB takes %.0f µs here%n", Machine.syncMicros(options.home));
            isWell = grows ? new Growth(server, options).run() : compare(server, options);
            System.out.println("\n" + Machine.text());
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + "\n" + Options.USAGE);
            System.exit(2);
            return;
        }
        System.exit(isWell ? 0 : 1);
    }

    /** Whether all books are right. */
    static boolean compare(Server server, Options options) throws SQLException, InterruptedException {
        Stage stage = new Stage(server, new Chart(options.accounts));
        NkapLedger ours = NkapLedger.whole(options.size());
        // the first measurement of a JVM is always the worst
        stage.measure(ours, Workload.UNIFORM, load -> load.closed(Comparison.CALLERS, options.span()));
        Comparison comparison = new Comparison(stage, options, ours);
        comparison.run();
        Stage.say("\n## Ours by load\n\n" + Cell.HEADINGS + "\n" + Cell.RULE);
        for (Workload workload : options.workloads) {
            byLoad(stage, options, ours, workload);
        }
        if (options.processes > 1) {
            Stage.say("\n## More than one process on one ledger\n");
            for (Workload workload : options.workloads) {
                if (workload.hasTwoLegs()) {
                    Neighbours.run(stage, options, workload);
                }
            }
        }
        if (!options.isQuick) {
            new Costs(stage, options).run();
        }
        Stage.say("\n## Medians\n\n" + String.join("\n", stage.results().rows()));
        Stage.say("\n## Goals\n\n" + String.join("\n", Goals.of(stage.results(), comparison.others())));
        Stage.say(
                stage.areBooksRight()
                        ? "\nAll our books were right after every measurement."
                        : "\nTHE BOOKS WERE WRONG.");
        return stage.areBooksRight();
    }

    private static void byLoad(Stage stage, Options options, NkapLedger ours, Workload workload)
            throws SQLException, InterruptedException {
        if (!options.isQuick && workload != Workload.FUNDED) {
            for (int callers : FEW_CALLERS) {
                stage.closed(ours, workload, callers, options.span());
            }
        }
        if (workload == Workload.HOT || workload == Workload.MIXED) {
            for (int rate : options.isQuick ? new int[] {5_000} : RATES) {
                stage.open(ours, workload, rate, options.span());
            }
        }
    }
}
