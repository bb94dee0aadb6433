package cm.nkap.local.bench;

import cm.nkap.local.Quantiles;
import cm.nkap.local.Shape;
import cm.nkap.local.bench.ShellParts.Rung;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What each part of the shell adds to one call that writes one row. All ways are measured in turns within one run, and
 * each is compared with the way that lacks one part, round by round, since only that survives a busy machine.
 */
public final class ShellBench {
    private static final String USAGE = """
            ./dev bench shell [--rounds N] [--calls N] [--quick]
              --rounds  how often each way is measured, in turns (9)
              --calls   calls of each way in a round, one after the other (300)
              --quick   three rounds of 100 calls""";

    private static final int TURNS = 10;

    private ShellBench() {}

    /** One way in one round: microseconds a call, elapsed at the median, processor time of this JVM and of Postgres. */
    private record Cost(double elapsed, double jvm, double postgres) {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        System.setProperty("NKAP_LOG_LEVEL", "WARN");
        var options = List.of(arguments);
        if (options.contains("--help")) {
            System.out.println(USAGE);
            return;
        }
        boolean quick = options.contains("--quick");
        int rounds = number(options, "--rounds", quick ? 3 : 9);
        int calls = number(options, "--calls", quick ? 100 : 300);
        System.out.println(Shape.ofThisMachine());
        Path folder = Files.createTempDirectory("nkap-bench");
        try (var parts = new ShellParts(folder)) {
            report(parts.rungs(), measure(parts, rounds, calls));
        }
        delete(folder);
        System.exit(0);
    }

    private static Map<String, List<Cost>> measure(ShellParts parts, int rounds, int calls)
            throws IOException, InterruptedException {
        for (int warm = 0; warm < 2; warm++) {
            for (Rung rung : parts.rungs()) {
                parts.write(rung, parts.requests(rung, 2 * calls));
            }
        }
        Map<String, List<Cost>> costs = new HashMap<>();
        Meter first = parts.meter();
        for (int round = 0; round < rounds; round++) {
            round(parts, calls).forEach((name, cost) -> costs.computeIfAbsent(name, n -> new ArrayList<>())
                    .add(cost));
        }
        Meter all = parts.meter().since(first);
        System.out.printf(
                Locale.ROOT,
                "%d rounds of %d calls each, %.0f s; others used %.2f processors%n%n",
                rounds,
                calls,
                all.seconds(),
                Math.max(0, all.machine() / 100.0 - all.postgres() / 100.0 - all.jvm() / 1e9) / all.seconds());
        return costs;
    }

    /** In ten turns, so that what the rest of the machine does meets all ways alike. */
    private static Map<String, Cost> round(ShellParts parts, int calls) throws IOException, InterruptedException {
        String postmaster = parts.postmaster();
        Map<String, List<Cost>> turns = new HashMap<>();
        for (int turn = 0; turn < TURNS; turn++) {
            for (Rung rung : parts.rungs()) {
                int n = calls / TURNS;
                var requests = parts.requests(rung, n);
                CpuClock before = CpuClock.before(postmaster);
                double elapsed = Quantiles.of(parts.write(rung, requests)).p50() * 1_000;
                CpuClock after = CpuClock.after(postmaster);
                turns.computeIfAbsent(rung.name(), name -> new ArrayList<>())
                        .add(new Cost(
                                elapsed,
                                (after.jvm() - before.jvm()) / 1e3 / n,
                                (after.postgres() - before.postgres()) / 1e3 / n));
            }
        }
        Map<String, Cost> round = new HashMap<>();
        turns.forEach((name, each) -> round.put(
                name,
                new Cost(
                        median(each.stream().map(Cost::elapsed).toList()),
                        median(each.stream().map(Cost::jvm).toList()),
                        median(each.stream().map(Cost::postgres).toList()))));
        return round;
    }

    /** Microseconds: the whole call, then what this part adds, with the middle half of the rounds in brackets. */
    private static void report(List<Rung> rungs, Map<String, List<Cost>> costs) {
        double bare = median(costs.getOrDefault(rungs.getFirst().name(), List.of()).stream()
                .map(Cost::elapsed)
                .toList());
        System.out.printf(
                "%-28s %9s %7s   %-24s %-24s %s%n",
                "with", "p50 µs", "ratio", "adds, p50 µs", "adds, JVM µs", "adds, Postgres µs");
        for (Rung rung : rungs) {
            List<Cost> with = costs.getOrDefault(rung.name(), List.of());
            double whole = median(with.stream().map(Cost::elapsed).toList());
            String adds = "";
            if (!rung.against().isEmpty()) {
                List<Cost> without = costs.getOrDefault(rung.against(), List.of());
                List<Double> elapsed = new ArrayList<>();
                List<Double> jvm = new ArrayList<>();
                List<Double> postgres = new ArrayList<>();
                for (int i = 0; i < with.size(); i++) {
                    elapsed.add(with.get(i).elapsed - without.get(i).elapsed);
                    jvm.add(with.get(i).jvm - without.get(i).jvm);
                    postgres.add(with.get(i).postgres - without.get(i).postgres);
                }
                adds = "%-24s %-24s %s".formatted(spread(elapsed), spread(jvm), spread(postgres));
            }
            System.out.printf(Locale.ROOT, "%-28s %9.0f %7.2f   %s%n", rung.name(), whole, whole / bare, adds);
        }
    }

    private static String spread(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return String.format(
                Locale.ROOT,
                "%+.0f [%+.0f … %+.0f]",
                median(values),
                sorted[sorted.length / 4],
                sorted[sorted.length - 1 - sorted.length / 4]);
    }

    private static double median(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private static int number(List<String> arguments, String name, int otherwise) {
        int at = arguments.indexOf(name);
        return at < 0 ? otherwise : Integer.parseInt(arguments.get(at + 1));
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
