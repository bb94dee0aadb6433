package cm.nkap.ledger.bench;

import java.util.Locale;

/**
 * One measurement. What could not be measured is NaN.
 *
 * @param load how it was offered: "1024 callers", "5000/s"
 * @param p50 milliseconds; in open loop from the moment when it was due
 * @param serverMicros processor time of all Postgres processes for each journal
 * @param ownMicros processor time of this JVM for each journal, the load itself included
 * @param batch journals for each commit
 * @param others processors that everybody else on the machine used meanwhile
 * @param refused share of the moves
 */
record Cell(
        String contender,
        Workload workload,
        String load,
        double perSecond,
        double p50,
        double p99,
        double serverMicros,
        double ownMicros,
        double walBytes,
        double batch,
        double others,
        double refused) {

    static final String HEADINGS =
            "| ledger | workload | load | journals/s | p50 ms | p99 ms | Postgres µs | JVM µs | WAL bytes | batch | others' CPUs |";
    static final String RULE = "|---|---|---|---|---|---|---|---|---|---|---|";

    String key() {
        return contender + "/" + workload + "/" + load;
    }

    String row() {
        return "| %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s |"
                .formatted(
                        contender,
                        workload.text() + (refused > 0 ? " (%.1f %% refused)".formatted(100 * refused) : ""),
                        load,
                        number("%,.0f", perSecond),
                        number("%.2f", p50),
                        number("%.2f", p99),
                        number("%.1f", serverMicros),
                        number("%.1f", ownMicros),
                        number("%,.0f", walBytes),
                        number("%.0f", batch),
                        number("%.2f", others));
    }

    /** The same measured by another program. */
    Cell by(String program, double itsRate) {
        return new Cell(
                program,
                workload,
                load,
                itsRate,
                Double.NaN,
                Double.NaN,
                serverMicros,
                Double.NaN,
                walBytes,
                Double.NaN,
                others,
                refused);
    }

    static String number(String format, double value) {
        return Double.isNaN(value) ? "–" : String.format(Locale.ROOT, format, value);
    }
}
