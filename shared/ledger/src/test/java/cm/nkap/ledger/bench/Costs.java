package cm.nkap.ledger.bench;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What each part of the ledger's truth costs: the whole beside the whole without it, in turns. */
final class Costs {
    private final Stage stage;
    private final Options options;

    Costs(Stage stage, Options options) {
        this.stage = stage;
        this.options = options;
    }

    void run() throws SQLException, InterruptedException {
        int rounds = Math.max(1, options.rounds - 1);
        Map<Property, List<Cell>> cells = new EnumMap<>(Property.class);
        for (int round = 0; round < rounds; round++) {
            for (Property property : Property.values()) {
                NkapLedger ledger = NkapLedger.without(property, options.size());
                Cell cell =
                        stage.measure(ledger, Workload.HOT, load -> load.closed(Comparison.CALLERS, options.span()));
                cells.computeIfAbsent(property, p -> new ArrayList<>()).add(cell);
            }
        }
        List<Cell> whole = cells.getOrDefault(Property.NONE, List.of());
        double all = Results.median(whole, Cell::serverMicros);
        Stage.say("\n## What truth costs, hot, " + rounds + " round(s)\n");
        Stage.say("| ledger | Postgres µs | what it costs, µs | WAL bytes | journals/s |\n|---|---|---|---|---|");
        cells.forEach((property, measured) -> {
            double micros = Results.median(measured, Cell::serverMicros);
            Stage.say("| %s | %s | %s | %s | %s |"
                    .formatted(
                            property.text(),
                            Cell.number("%.1f", micros),
                            property == Property.NONE ? "" : Cell.number("%.1f", all - micros),
                            Cell.number("%,.0f", Results.median(measured, Cell::walBytes)),
                            Cell.number("%,.0f", Results.median(measured, Cell::perSecond))));
        });
    }
}
