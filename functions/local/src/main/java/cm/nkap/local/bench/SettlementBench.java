package cm.nkap.local.bench;

import cm.nkap.events.Envelope;
import cm.nkap.local.Quantiles;
import cm.nkap.local.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/**
 * Whole settlements a second: state row, inbox, outbox, journal in one durable transaction, through create-charge's own
 * event side. Together against one by one in turns within one run, since only that comparison survives a busy machine.
 */
public final class SettlementBench {
    private static final String USAGE = """
            ./dev bench settle [--events N] [--callers N] [--rounds N] [--orgs N] [--together N] [--at-once N] [--rate N] [--nats] [--statements]
              --events      settled in each round (20000); one by one a tenth of them
              --callers     deliveries under way at the same time (512)
              --rounds      how often each way is measured, in turns (3)
              --orgs        organisations that the money belongs to (100)
              --together    most settlements in one transaction (256)
              --at-once     such transactions of one process at the same time (1)
              --rate        events offered each second in the open loop (5000); 0 leaves it out
              --nats        publishes what was settled to a real NATS
              --statements  where Postgres spends its time, by pg_stat_statements""";

    private final List<String> arguments;
    private final Counter counter;
    private final int callers;
    private int settled;

    private SettlementBench(List<String> arguments, Counter counter) {
        this.arguments = arguments;
        this.counter = counter;
        this.callers = number("--callers", 512);
    }

    public static void main(String[] arguments) throws IOException {
        System.setProperty("NKAP_LOG_LEVEL", "WARN");
        if (Arrays.asList(arguments).contains("--help")) {
            System.out.println(USAGE);
            return;
        }
        var options = List.of(arguments);
        System.out.println(Shape.ofThisMachine());
        var folder = Files.createTempDirectory("nkap-bench");
        List<String> faults;
        try (var counter = new Counter(folder, number(options, "--orgs", 100), options.contains("--nats"))) {
            var bench = new SettlementBench(options, counter);
            bench.run();
            faults = counter.faults(bench.settled);
        }
        delete(folder);
        System.out.println(faults.isEmpty() ? "books             right" : "books             WRONG: " + faults);
        System.exit(faults.isEmpty() ? 0 : 1);
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private void run() {
        int events = number("--events", 20_000);
        int most = number("--together", 256);
        int atOnce = number("--at-once", 1);
        var together = counter.settling(counter.settings(most, atOnce));
        // Its equal in every respect but the batch; as many at once as it has connections.
        var oneByOne = counter.settling(counter.settings(1, 8));
        closed("warm-up", List.of(together), events);
        closed("warm-up, single", List.of(oneByOne), events / 10);
        counter.statements(1);
        for (int round = 0; round < number("--rounds", 3); round++) {
            closed("together", List.of(together), events);
            statements(events);
            closed("one by one", List.of(oneByOne), events / 10);
            statements(events / 10);
        }
        var second = counter.settling(counter.settings(most, atOnce));
        closed("two pools, warm-up", List.of(together, second), events / 4);
        counter.statements(1);
        closed("two pools", List.of(together, second), events);
        statements(events);
        int rate = number("--rate", 5_000);
        if (rate > 0) {
            open(together, rate, 2 * events);
        }
    }

    private void closed(String what, List<Consumer<Envelope>> to, int n) {
        var events = counter.paid(n);
        var before = counter.meter();
        long[] nanos = Offer.closed(to, events, callers);
        report(what, nanos, counter.meter().since(before));
    }

    private void open(Consumer<Envelope> to, int rate, int n) {
        var events = counter.paid(n);
        var before = counter.meter();
        long[] nanos = Offer.open(to, events, rate);
        report("open, " + rate + "/s", nanos, counter.meter().since(before));
    }

    private void report(String what, long[] nanos, Meter cost) {
        settled += nanos.length;
        var times = Quantiles.of(nanos);
        System.out.printf(
                "%-18s%s  p50 %.1f ms  p99 %.1f ms%n", what, cost.each(nanos.length), times.p50(), times.p99());
    }

    private void statements(int n) {
        if (arguments.contains("--statements")) {
            new ArrayList<>(counter.statements(n)).forEach(line -> System.out.println("    " + line));
        }
    }

    private int number(String name, int otherwise) {
        return number(arguments, name, otherwise);
    }

    private static int number(List<String> arguments, String name, int otherwise) {
        int at = arguments.indexOf(name);
        return at < 0 ? otherwise : Integer.parseInt(arguments.get(at + 1));
    }
}
