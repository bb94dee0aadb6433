package cm.nkap.ledger.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Postgres's own load generator, on the minimal ledger; when there is one on this machine. */
final class PgBench {
    private static final Pattern DONE = Pattern.compile("transactions actually processed: (\\d+)");
    private static final Pattern RATE = Pattern.compile("tps = ([0-9.]+) \\((?:without|excluding)");

    private final String command;

    private PgBench(String command) {
        this.command = command;
    }

    /** The one on the PATH, or the one given. */
    static Optional<PgBench> find(String command) {
        try {
            Process process = new ProcessBuilder(command, "--version")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0
                    ? Optional.of(new PgBench(command))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** Percentiles are not among what it tells. */
    Cell run(Server server, Server.Database database, Workload workload, Chart chart, int clients, Load.Span span)
            throws SQLException, InterruptedException {
        MinimalLedger minimal = new MinimalLedger();
        try (Contender.Running running = minimal.start(database, chart)) {
            output(database, workload, chart, clients, span.warmUp());
            Meter meter = Meter.start(server, running);
            String told = output(database, workload, chart, clients, span.measured());
            long done = Long.parseLong(found(DONE, told));
            Cell cell = meter.stop(minimal, workload, clients + " clients", done, 0, new Latencies());
            return cell.by("pgbench", Double.parseDouble(found(RATE, told)));
        }
    }

    private String output(Server.Database database, Workload workload, Chart chart, int clients, double seconds)
            throws InterruptedException {
        try {
            Path script = Files.createTempFile("nkap-bench", ".sql");
            try {
                Files.writeString(script, script(workload, chart));
                Process process = new ProcessBuilder(List.of(
                                command,
                                "--no-vacuum",
                                "--protocol=prepared",
                                "--host=127.0.0.1",
                                "--port=" + database.port(),
                                "--username=postgres",
                                "--client=" + clients,
                                "--jobs=" + Math.min(2, clients),
                                "--time=" + Math.max(1, Math.round(seconds)),
                                "--file=" + script,
                                database.name()))
                        .redirectErrorStream(true)
                        .start();
                String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                if (process.waitFor() != 0) {
                    throw new IllegalStateException("pgbench failed: " + told);
                }
                return told;
            } finally {
                Files.delete(script);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run pgbench", e);
        }
    }

    private static String script(Workload workload, Chart chart) {
        String accounts = workload == Workload.HOT
                ? "\\set a 0\n\\set b random(1, " + chart.merchants() + ")\n"
                : "\\set a random(1, %1$d)\n\\set b 1 + (:a + random(0, %1$d - 2)) %% %1$d\n"
                        .formatted(chart.merchants());
        return accounts + "\\set m random(1, 100)\nSELECT minimal.move(:a, :b, :m);\n";
    }

    private static String found(Pattern pattern, String told) {
        Matcher matcher = pattern.matcher(told);
        if (!matcher.find()) {
            throw new IllegalStateException("pgbench said something unexpected: " + told);
        }
        return matcher.group(1);
    }
}
