package cm.nkap.ledger.bench;

import java.sql.SQLException;
import java.util.List;

/** Where measurements take place: each on a fresh copy, its books looked at when they are ours. */
final class Stage {
    private final Server server;
    private final Chart chart;
    private final Results results = new Results();
    private boolean areBooksRight = true;

    /** What to measure on a ledger that stands ready. */
    @FunctionalInterface
    interface Measurement {
        Cell on(Load load) throws SQLException, InterruptedException;
    }

    Stage(Server server, Chart chart) {
        this.server = server;
        this.chart = chart;
    }

    Server server() {
        return server;
    }

    Chart chart() {
        return chart;
    }

    Results results() {
        return results;
    }

    boolean areBooksRight() {
        return areBooksRight;
    }

    Cell closed(Contender contender, Workload workload, int callers, Load.Span span)
            throws SQLException, InterruptedException {
        return keep(measure(contender, workload, load -> load.closed(callers, span)));
    }

    Cell open(Contender contender, Workload workload, int perSecond, Load.Span span)
            throws SQLException, InterruptedException {
        return keep(measure(contender, workload, load -> load.open(perSecond, 1, span)));
    }

    /** Not kept among the results. */
    Cell measure(Contender contender, Workload workload, Measurement measurement)
            throws SQLException, InterruptedException {
        Server.Database database = server.copyOf(contender, chart);
        try (Contender.Running running = contender.start(database, chart)) {
            Cell cell = measurement.on(new Load(server, contender, running, workload, chart));
            inspect(cell.key(), running.faults());
            return cell;
        } finally {
            server.drop(database);
        }
    }

    Cell keep(Cell cell) {
        results.add(cell);
        say(cell.row());
        return cell;
    }

    void inspect(String what, List<String> faults) {
        for (String fault : faults) {
            areBooksRight = false;
            say("THE BOOKS ARE WRONG after " + what + ": " + fault);
        }
    }

    static void say(String line) {
        System.out.println(line);
    }
}
