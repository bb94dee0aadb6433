package cm.nkap.ledger.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** What was wished for, and what this run reached. */
final class Goals {
    private final Results results;
    private final List<Comparison.Entry> others;
    private final String callers = Comparison.CALLERS + " callers";
    private final List<String> rows = new ArrayList<>();

    private Goals(Results results, List<Comparison.Entry> others) {
        this.results = results;
        this.others = others;
    }

    static List<String> of(Results results, List<Comparison.Entry> others) {
        Goals goals = new Goals(results, others);
        goals.judge();
        return goals.rows;
    }

    private void judge() {
        rows.add("| goal | wished | reached | |");
        rows.add("|---|---|---|---|");
        List<Cell> hot = results.of("nkap", Workload.HOT, callers);
        List<Cell> uniform = results.of("nkap", Workload.UNIFORM, callers);
        for (Comparison.Entry other : others) {
            List<Cell> ours = other.workload() == Workload.HOT ? hot : uniform;
            List<Cell> theirs = results.of(other.contender(), other.workload(), other.load());
            String what =
                    "%s: journals/s, ours to %s".formatted(other.workload().text(), other.contender());
            atLeast(what, wished(other), Results.ratio(ours, theirs, Cell::perSecond));
            atLeast(
                    what.replace("journals/s", "Postgres CPU") + ", theirs to ours",
                    Double.NaN,
                    Results.ratio(theirs, ours, Cell::serverMicros));
        }
        atLeast("journals/s, hot to uniform", 1, Results.ratio(hot, uniform, Cell::perSecond));
        atMost("Postgres CPU of a hot journal of two legs, µs", 35, hot, Cell::serverMicros);
        atMost("5,000/s offered, hot: p50 ms", 3, results.of("nkap", Workload.HOT, "5000/s"), Cell::p50);
    }

    private static double wished(Comparison.Entry other) {
        boolean isHot = other.workload() == Workload.HOT;
        return switch (other.contender()) {
            case "pgbench" -> isHot ? 8 : 2.8;
            case "pgledger" -> isHot ? 20 : Double.NaN;
            default -> Double.NaN;
        };
    }

    private void atLeast(String what, double wished, double reached) {
        row(what, "≥ ", wished, reached, reached >= wished);
    }

    private void atMost(String what, double wished, List<Cell> rounds, ToDoubleFunction<Cell> measured) {
        double reached = Results.median(rounds, measured);
        row(what, "≤ ", wished, reached, reached <= wished);
    }

    private void row(String what, String sign, double wished, double reached, boolean isReached) {
        if (!Double.isNaN(reached)) {
            boolean isWished = !Double.isNaN(wished);
            String asked = isWished ? sign + Cell.number("%.1f", wished) : "";
            String verdict = isReached ? "yes" : "no";
            rows.add("| %s | %s | %s | %s |"
                    .formatted(what, asked, Cell.number("%.2f", reached), isWished ? verdict : ""));
        }
    }
}
