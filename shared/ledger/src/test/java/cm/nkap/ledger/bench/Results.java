package cm.nkap.ledger.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** All that was measured, the rounds of one measurement together. */
final class Results {
    private final Map<String, List<Cell>> cells = new LinkedHashMap<>();

    void add(Cell cell) {
        cells.computeIfAbsent(cell.key(), key -> new ArrayList<>()).add(cell);
    }

    /** The rounds of the first measurement of this contender and workload whose load is said so; none when it has none. */
    List<Cell> of(String contender, Workload workload, String load) {
        return cells.getOrDefault(contender + "/" + workload + "/" + load, List.of());
    }

    /** What the first did in each round for what the second did in the same round; the median, NaN without rounds. */
    static double ratio(List<Cell> first, List<Cell> second, ToDoubleFunction<Cell> what) {
        return median(IntStream.range(0, Math.min(first.size(), second.size()))
                .mapToDouble(i -> what.applyAsDouble(first.get(i)) / what.applyAsDouble(second.get(i)))
                .toArray());
    }

    static double median(List<Cell> rounds, ToDoubleFunction<Cell> what) {
        return median(rounds.stream().mapToDouble(what).toArray());
    }

    /** One row for each measurement: the medians of its rounds, and between what its throughput lay. */
    List<String> rows() {
        List<String> rows = new ArrayList<>();
        rows.add(Cell.HEADINGS);
        rows.add(Cell.RULE);
        for (List<Cell> rounds : cells.values()) {
            rows.add(middle(rounds).row());
        }
        return rows;
    }

    private static Cell middle(List<Cell> rounds) {
        Cell first = rounds.getFirst();
        double[] rates = rounds.stream().mapToDouble(Cell::perSecond).sorted().toArray();
        String load = rates.length == 1
                ? first.load()
                : "%s (%d rounds, %,.0f–%,.0f)"
                        .formatted(first.load(), rates.length, rates[0], rates[rates.length - 1]);
        return new Cell(
                first.contender(),
                first.workload(),
                load,
                median(rounds, Cell::perSecond),
                median(rounds, Cell::p50),
                median(rounds, Cell::p99),
                median(rounds, Cell::serverMicros),
                median(rounds, Cell::ownMicros),
                median(rounds, Cell::walBytes),
                median(rounds, Cell::batch),
                median(rounds, Cell::others),
                median(rounds, Cell::refused));
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        int half = values.length / 2;
        if (values.length == 0) {
            return Double.NaN;
        }
        return values.length % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
    }
}
