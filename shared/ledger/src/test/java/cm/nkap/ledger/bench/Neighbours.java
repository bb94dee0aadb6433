package cm.nkap.ledger.bench;

import cm.nkap.ledger.GroupCommit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Several processes that post to one ledger at the same time, each with a group commit of its own. */
public final class Neighbours {
    private static final String ROW = "neighbour ";
    private static final int CALLERS = 256;

    private Neighbours() {}

    /** One of them; its time is limited. */
    public static void main(String[] arguments) throws SQLException, InterruptedException {
        Chart chart = new Chart(Integer.parseInt(arguments[2]));
        Load.Span span = new Load.Span(Double.parseDouble(arguments[4]), Double.parseDouble(arguments[5]));
        GroupCommit.Size size = GroupCommit.Size.of(Integer.parseInt(arguments[6]));
        try (NkapBooks books = new NkapBooks(arguments[0], arguments[1], chart, size)) {
            Cell cell = new Load(null, NkapLedger.whole(size), books, Workload.of(arguments[3]), chart)
                    .closed(CALLERS, span);
            System.out.println(ROW + cell.perSecond() + " " + cell.p50() + " " + cell.p99() + " " + cell.batch());
        }
    }

    /** Starts them all and waits for them; the books are looked at afterwards. */
    static void run(Stage stage, Options options, Workload workload) throws SQLException, InterruptedException {
        NkapLedger ours = NkapLedger.whole(options.size());
        Server.Database database = stage.server().copyOf(ours, stage.chart());
        try (NkapBooks books = ours.start(database, stage.chart())) {
            long before = books.journals();
            double used = Machine.server(stage.server().pid());
            List<Process> processes = new ArrayList<>();
            for (int i = 0; i < options.processes; i++) {
                processes.add(start(database, stage.chart(), options, workload));
            }
            List<String[]> told = new ArrayList<>();
            for (Process process : processes) {
                told.add(answer(process));
            }
            double micros = (Machine.server(stage.server().pid()) - used) / Math.max(1, books.journals() - before);
            stage.inspect(options.processes + " processes", books.faults());
            StringBuilder each = new StringBuilder();
            double sum = 0;
            for (String[] one : told) {
                sum += Double.parseDouble(one[0]);
                each.append("  %,.0f/s at p50 %.1f, p99 %.1f ms, batches of %.0f%n"
                        .formatted(number(one, 0), number(one, 1), number(one, 2), number(one, 3)));
            }
            Stage.say("%d processes, %s, %d callers each: %,.0f journals/s together, Postgres %.1f µs a journal%n%s"
                    .formatted(
                            options.processes,
                            workload.text(),
                            CALLERS,
                            sum,
                            micros,
                            each.toString().stripTrailing()));
        } finally {
            stage.server().drop(database);
        }
    }

    private static double number(String[] told, int place) {
        return Double.parseDouble(told[place]);
    }

    private static Process start(Server.Database database, Chart chart, Options options, Workload workload) {
        try {
            return new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx256m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Neighbours.class.getName(),
                            database.appUrl(),
                            database.adminUrl(),
                            Integer.toString(chart.merchants()),
                            workload.text(),
                            Double.toString(options.span().warmUp() + 1),
                            Double.toString(options.span().measured()),
                            Integer.toString(options.largestBatch))
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start another process", e);
        }
    }

    private static String[] answer(Process process) throws InterruptedException {
        try {
            String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException("a neighbour failed: " + told);
            }
            return told.lines()
                    .filter(line -> line.startsWith(ROW))
                    .findFirst()
                    .orElseThrow()
                    .substring(ROW.length())
                    .split(" ", -1);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot hear another process", e);
        }
    }
}
